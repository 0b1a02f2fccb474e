"""How much of each input is read: the named limits, and the sentence behind each.

Every input is somebody else's: a dump, a repository, a database, a pipe. Honest ones stay far below
these numbers; what exceeds one ends with a sentence instead of a full memory. The reading functions
that enforce the limits are in `analyzer.sources.files.bounded`; a limit is always asked for by the
module's name (``limits.ROWS``), so that a test can lower it.
"""

from typing import TypeVar

from analyzer.errors import AnalyzerError
from analyzer.records import Struct

Kind = TypeVar("Kind", bound=AnalyzerError)


class Limit(Struct, frozen=True):
    """The most of one thing that is read, and what to tell who exceeds it.

    ``unit`` is what is counted, in the plural; ``why`` says what is the matter with more, ``fix``
    how to come below.
    """

    most: int
    unit: str
    why: str
    fix: str

    def exceeded(self, kind: type[Kind], place: str) -> Kind:
        """The error to raise of something that has more."""
        said = f"{place} has more than {self.most:,} {self.unit}"
        return kind(said, why=self.why, fix=self.fix)


_MEMORY = "reading further could exhaust this computer's memory"

# Applied versions from files and pipes
ROWS = Limit(
    2_500_000,
    "applied versions",
    "no version table has so many rows: it is another table, or an input without an end",
    "pass the rows of the framework's version table, and nothing else",
)
ODD_ROWS = Limit(
    64 << 20,
    "bytes of versions that are not plain numbers",
    "frameworks write plain numbers, at most with a zero or two before them",
    "pass the rows of the framework's version table, and nothing else",
)
MANY_ROWS = 120_000  # more than files can explain: what no file ever had is not told one by one
UNKNOWN_ROWS = 1_000  # of them that are told; the rest is counted
LIST_LINES = Limit(
    6_000_000,
    "lines",
    "a list of applied versions has one line for each, so this is not a list, or has no end",
    "write the versions to a file, one per line, and pass that",
)
STATEMENTS = Limit(
    3_000_000,
    "SQL statements",
    "no dump of one database has so many, other than rows of tables",
    "dump the version table alone: pg_dump --table=VERSION_TABLE DATABASE",
)
DUMP_BYTES = Limit(
    256 << 30,
    "bytes of text",
    "reading so much takes hours, and only the version table of it is wanted",
    "dump the version table alone: pg_dump --table=VERSION_TABLE DATABASE",
)
DUMP_SECONDS = Limit(
    900,
    "seconds' worth of text",
    "only the version table of it is wanted, and the input may have no end",
    "dump the version table alone: pg_dump --table=VERSION_TABLE DATABASE",
)
GZIP_RATIO = Limit(
    400,
    "times its compressed size in it",
    "no dump compresses so well: it was made to exhaust memory or time",
    "unpack it with `gzip -dc FILE | head -c 100000` and look at what is in it",
)
GZIP_FREE = 64 << 20  # unpacked bytes below which no ratio matters
TUPLE_TOKENS = Limit(
    100_000,
    "signs in one row",
    "a row of a version table has a few values",
    "pass a dump by pg_dump, or the versions one per line",
)
COLUMNS = Limit(
    2_000,
    "columns in one table",
    "PostgreSQL has at most 1,600",
    "pass a dump by pg_dump, or the versions one per line",
)
VERSION_TABLES = Limit(
    10_000,
    "version tables",
    "a dump has one for each schema at most",
    "dump one schema: pg_dump --schema=NAME DATABASE",
)
VERSION_TEXT = Limit(
    4_000,
    "characters in one version",
    "frameworks store versions in columns of 255 characters, and write a few digits",
    "look at the row; if it is not a version, delete it from the list or the table",
)
DIGITS = 255  # of any number that an input spells; Python itself refuses more than 4,300

# Databases
DATABASE_ROWS = Limit(
    250_000,
    "rows",
    "no version table has so many: it is the table of something else, or was filled by mistake",
    "name the version table with --version-table SCHEMA.NAME, or clean up the table",
)
CATALOGUE_ROWS = Limit(
    1_000_000,
    "entries in one part of its catalogue",
    _MEMORY,
    "pass the applied versions alone: --rows FILE",
)
ANSWER_BYTES = Limit(
    256 << 20,
    "bytes in one answer",
    _MEMORY,
    "look at what the prefix prints besides psql, or pass the applied versions: --rows FILE",
)
SAID_BYTES = 64 << 10  # of what a program says on standard error; errors shorten it further

# Files of settings and records
SETTINGS_BYTES = Limit(
    1 << 20, "bytes", "settings are a page of text", "shorten it; the documentation has its keys"
)
RECORD_BYTES = Limit(
    8 << 20,
    "bytes",
    "a record of renames has about a hundred bytes for each",
    "remove the renames that no database still needs",
)
RECORDED = Limit(
    50_000,
    "recorded renames",
    "each one is looked up in every run",
    "remove the renames that no database still needs",
)
TOML_DEPTH = Limit(
    20,
    "levels of brackets inside one another",
    "settings have three at most, and deeper ones could exhaust the parser",
    "write it flat",
)
TOML_PARTS = Limit(
    20,
    "parts in one dotted key",
    "settings have three at most, and longer keys cost the parser memory by their square",
    "shorten the key",
)
NOTE_BYTES = Limit(
    64 << 20,
    "bytes",
    "a note has some hundred, and there is one for each migration that ran",
    "name the file that migdoctor record --to FILE keeps",
)
JOURNAL_BYTES = Limit(
    256 << 20,
    "bytes",
    "each repair, and each tenant of one, adds a few thousand",
    "move it aside once no repair is open",
)
DOCUMENT_BYTES = Limit(
    64 << 20,
    "bytes",
    "a manifest or plan has a few hundred for each table",
    "look at what wrote it; a backup can be checked with: migdoctor verify",
)
EVENT_BYTES = Limit(
    32 << 20, "bytes", "an event of a CI system has a few thousand", "pass --base REV"
)
SCHEMA_BYTES = Limit(
    64 << 20,
    "bytes",
    "a schema file has a few lines for each table",
    "pass the file that the framework itself dumps",
)

# Repositories
MIGRATION_FILES = Limit(
    100_000,
    "migration files",
    "each one is looked at, and no application has so many",
    "name the folder of one application: --dir PATH",
)
BLOB_BYTES = Limit(
    64 << 20,
    "bytes",
    "no migration is so long, and it would have to be held in memory",
    "move what is not a migration out of the folder, or name another folder: --dir PATH",
)
CONTENT_BYTES = Limit(
    512 << 20,
    "bytes of migrations and of what else was looked at",
    "a migration has some hundred bytes, and what is read may have to be held in memory",
    "name the folder of one application: --dir PATH",
)
GIT_BYTES = Limit(
    512 << 20,
    "bytes in one answer of git",
    _MEMORY,
    "name the folder of one application: --dir PATH",
)
GIT_FIELD = Limit(
    16 << 20,
    "bytes in one line of git's answer",
    "no path, author or subject is so long: the commit was made to fill memory",
    "look for it: git log --format='%H %s' | awk 'length > 100000'",
)
SUBJECT = 1_000  # characters of a commit's subject, or its author's name, that are kept
LINK = 4_096  # bytes of a symbolic link's target, as Linux has it
LINK_PARTS = 1_000  # folders on the way that links lead

# Command line and surroundings
DECISIONS = Limit(
    10_000,
    "answers",
    "each is compared with every pair of files",
    "record them in db/renames.toml, which every run reads",
)
NARROWEST, WIDEST = 20, 1_000  # columns of a screen, whatever COLUMNS says


def read_number(text: str) -> int | None:
    """Read digits as a number; None where there is anything else, or more than could be meant."""
    if not text.isascii() or not text.isdigit() or len(text) > DIGITS:
        return None
    return int(text)
