"""The ports of a framework: what the core asks the tool that owns a version table.

A framework is one frozen bundle of small parts. What a framework cannot do is None, and the
command that needs it says so by name (`demand_writer`). Nothing here imports a member.
"""

from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import TYPE_CHECKING, Any

from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName, WhyIgnored
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.records import Struct

if TYPE_CHECKING:
    from typing import Protocol

    from analyzer.errors import AnalyzerError, RowsError
    from analyzer.model.core.defining_line import DefiningLine
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Effect, Parsed
    from analyzer.model.effects.objects import ObjectRef
    from analyzer.model.findings.follow_up import FollowUp
    from analyzer.model.findings.prediction import Failure
    from analyzer.model.findings.schema_diff import Holding, SchemaReport
    from analyzer.model.schema.schema import ForeignKey
    from analyzer.model.schema.schema_file import SchemaVersions
else:
    Protocol = object  # a Protocol takes ten times as long to make as a class, in every run


BOOKKEEPING = frozenset({"schema_migrations", "ar_internal_metadata", "data_migrations"})
"""Tables that members, and the gem data_migrate, keep for themselves, under their default names."""
METADATA = "ar_internal_metadata"
"""The one of them that says which environment a database belongs to."""


class Home(Struct, frozen=True):
    """A migration folder by convention, and the application above it ("" is the repository).

    ``group`` tells folders of one application apart that belong to different databases.
    """

    root: str
    folder: str
    group: str = ""


class Files(Protocol):
    """Names of folders and files: what is a migration, and what its name says."""

    @property
    def usual(self) -> str:
        """The folder that an application has by convention, from its own root."""

    @property
    def example(self) -> str:
        """A file's name, for messages."""

    @property
    def markers(self) -> Sequence[str]:
        """Paths, from an application's root, that show one that has no migration yet."""

    @property
    def sure(self) -> bool:
        """Whether a folder by convention is this framework's, whatever lies in it."""

    def home(self, path: str, /) -> Home | None:
        """The conventional migration folder that a path lies in; None where in none."""

    def folders(self, root: str, /) -> tuple[str, ...]:
        """The folders by convention that share one version table, there or not."""

    def root(self, folder: str, /) -> str:
        """The application's root by its migration folder, wherever that lies; "" if unknown."""

    def folder_beside(self, path: str, /) -> str | None:
        """The migration folder that a schema file or a record of renames belongs to."""

    def parse_name(self, path_in_folder: str, /) -> MigrationName | WhyIgnored:
        """Read a file's name, or say why the file is no migration."""

    def basename(self, version: str, slug: str, /) -> str:
        """The name of a file for a version."""

    def legal_slug(self, told: str, /) -> str:
        """What a name of another form is called in a file's; empty if nothing is left of it."""

    def class_name(self, slug: str, /) -> str:
        """The name that the file's text must define; empty where it need not define any."""

    def defining_lines(self, content: bytes, /) -> Iterator["DefiningLine"]:
        """The lines of a text that define names of which the file's name may tell one."""


class Numbering(Protocol):
    """A framework's versions: what it makes of texts, and the arithmetic that only it knows.

    Texts of moments are 14 digits, year to second, UTC. What has no meaning for a framework it
    answers with None.
    """

    @property
    def form(self) -> str:
        """What its texts look like, for messages."""

    def is_listed(self, cell: str) -> bool:
        """Whether a cell of a list, among others that may be anything, is a version."""

    def read(self, stored: str) -> Version:
        """Read a stored text; an InvalidVersion where the framework would never store it."""

    def typed(self, text: str) -> Version | None:
        """Read a version that a user typed, and nothing besides; None where the text is none."""

    def bare(self, version: Version) -> str:
        """The text that the framework itself stores for a file of this version."""

    def respelled(self, version: Version, like: str) -> Version:
        """The version written as another text is, as far as there are several ways."""

    def distance(self, one: Version, other: Version) -> float:
        """How far two versions are apart, to sort by."""

    def moment(self, version: Version) -> str | None:
        """The moment that a version stands for, which may be no date (99 as a month)."""

    def odd_length(self, version: Version) -> int | None:
        """How many digits a version has where it should have those of a moment, or be short."""

    def step(self, version: Version, direction: int) -> Version | None:
        """The nearest version after (1) or before (-1) another; None where there is none."""

    def next_free(self, version: Version, taken: Collection[VersionKey]) -> Version:
        """The first version after another one that is not taken, written as wide."""

    def newest_of_all(
        self, versions: Sequence[Version], taken: Iterable[VersionKey], now: str
    ) -> str:
        """A version that runs last: the present moment if it can be.

        Args: versions: those of files.  taken: all further ones.  now: the moment.
        """

    def last_as_wide(self, version: Version, taken: Iterable[VersionKey]) -> str:
        """The next version after all taken ones that are not longer, as wide as this one."""

    def issue(
        self, settled: Iterable[Version], taken: Iterable[VersionKey], now: str
    ) -> Iterator[str]:
        """Hand out versions for new files, as the framework itself would.

        Args: settled: those that stay.  taken: all that are or were in use.  now: the moment.
        """

    def plain(self, number: int) -> Version:
        """The version of a stored text that is just a number, without leading zeros."""

    def plain_numbers(self, keys: Collection[VersionKey]) -> Container[int]:
        """The numbers whose plain versions have one of these keys."""


class Store(Protocol):
    """The version table, and what stands beside it."""

    @property
    def table(self) -> str:
        """Its name by default."""

    @property
    def bookkeeping(self) -> frozenset[str]:
        """Every table that the framework keeps for itself, under its default name."""

    @property
    def lock(self) -> MigrationLock | None:
        """The lock that it holds while it migrates; None where it takes none."""

    @property
    def version_column(self) -> str:
        """The column that holds the version."""

    def kept(self, columns: Sequence[str], /) -> tuple[str, ...]:
        """Of a table's columns those that belong to a row besides its version, in their order."""

    def row_of(self, file: MigrationFile, row: TableRow | None = None, /) -> TableRow:
        """The row that a file needs.

        Args: row: the one that it has under another version, whose other values stay as they are;
            None where it has none.
        """

    def keeper(self, columns: Collection[str], /) -> tuple[str, str] | None:
        """Another tool that keeps a table with these columns, and the column that tells."""


class Language(Protocol):
    """What the text of a migration means. Total: any bytes give an answer."""

    @property
    def lexer(self) -> str:
        """The language's name, as highlighters know it."""

    @property
    def comment(self) -> str:
        """What begins a comment that goes to the line's end."""

    @property
    def computed(self) -> Sequence[str]:
        """What stands in a text that puts names together only when it runs."""

    @property
    def config_folder(self) -> str | None:
        """The folder, from an application's root, whose files set defaults; None where none do."""

    def is_migration(self, content: bytes, /) -> bool:
        """Whether the text, of a file whose name may be a migration's, is this framework's."""

    def is_configuration(self, path: str, /) -> bool:
        """Whether a file of that folder may set them."""

    def key_type(self, configuration: bytes, /) -> str | None:
        """The type of primary keys that a file of the configuration sets."""

    def asks_key_type(self, content: bytes, /) -> bool:
        """Whether a text's effects depend on that type."""

    def parse(self, content: bytes, key_type: str | None = None, /) -> "Parsed":
        """What a migration does."""

    def same_code(self, one: bytes, other: bytes, /) -> bool:
        """Whether two texts differ in nothing that counts."""

    def read_substance(self, content: bytes, /) -> "ContentFeatures":
        """What a text is about, apart from what all migrations share."""

    def read_words(self, content: bytes, /) -> frozenset[str]:
        """All words of a text, boilerplate too."""

    def read_subject(self, content: bytes, /) -> tuple[str | None, Counter[str]]:
        """The name that a text defines, and the words in it that are not the language's own."""

    def may_create(self, content: bytes, /) -> frozenset[str] | None:
        """Names of what a text may create; None where it may be anything."""

    def speaks_of(self, content: bytes, /) -> frozenset[str]:
        """Every word of a text, and the tables that it may mean by it."""

    def statements_at(self, content: bytes, line: int, /) -> list[tuple[int, int]]:
        """The statements that cover a line, by first and last line, the innermost first."""


Conflict = tuple[str, list[MigrationFile]]  # "version" or "class", and the files that share it


class Preconditions(Protocol):
    """What the framework itself refuses, in its own words."""

    @property
    def illegal_names(self) -> str:
        """Why a file's name may be illegal."""

    def shared(self, said: str, /) -> str:
        """What it does while files share what no two may. Args: said: that they do, in words."""

    @property
    def unreadable(self) -> str:
        """How to see why a file cannot be read."""

    @property
    def late(self) -> str:
        """What more it may do about a migration that sorts before others; begins with a comma."""

    @property
    def mismatch(self) -> str:
        """What it does where a file does not define the name that its own name tells."""

    @property
    def while_shared(self) -> str:
        """Why the second of two files that share a version cannot have run."""

    @property
    def lost_file(self) -> str:
        """What a rollback does to a row whose file is gone."""

    @property
    def no_version(self) -> str:
        """What it does with a row that holds no version."""

    @property
    def other_name(self) -> str:
        """What may mind another name under one version; begins with a semicolon, or is empty."""

    @property
    def link(self) -> str:
        """What it does with a symbolic link in the folder."""

    def conflicts(self, files: Sequence[MigrationFile], /) -> Iterator[Conflict]:
        """Files that share a "version" or a "class", where that stops a migrate."""

    def refusal(self, files: FileSet, /) -> "Failure | None":
        """What stops it before the first migration."""

    def stop(
        self, file: MigrationFile, parsed: "Parsed", before: Sequence[MigrationFile], /
    ) -> tuple[str, str, int] | None:
        """What stops it at one migration, whatever the database is like.

        Args: before: what the same run has carried out.
        Returns: the error, what it says, and the line; None where nothing does.
        """


class ReadSchema(Struct, frozen=True):
    """What a schema file says: effects that build the schema from nothing, and its version.

    ``selective``: it may leave out checks, views and such that the database has.
    """

    effects: tuple["Effect", ...]
    version: Version | None
    holding: "Holding"
    selective: bool = False


class SchemaFileStyle(Protocol):
    """How a framework writes versions into its schema file."""

    @property
    def schema_orders(self) -> Sequence[Callable[[Version], Any]]:
        """By what it sorts a list of versions, each release by another of these."""

    def written(self, text: str) -> Version:
        """Read a version as the file writes it; an InvalidVersion where that says that none ran."""

    def in_file_name(self, version: Version) -> str:
        """A version as the framework's generator writes it at the head of a file's name."""

    def written_like(self, model: str, version: Version) -> str:
        """A version in the same spelling as another one in the file."""


class SchemaFile(SchemaFileStyle, Protocol):
    """The file in which the framework keeps the schema beside the migrations."""

    @property
    def usual(self) -> Sequence[str]:
        """Where it lies, from an application's root, the likeliest first."""

    def beside(self, folder: str, /) -> tuple[str, ...]:
        """Where it lies for one migration folder."""

    def versions(self, path: str, blob: str, content: bytes, /) -> "SchemaVersions | None":
        """The versions that it names; None where it names none."""

    def parse(self, path: str, content: bytes, /) -> ReadSchema:
        """What it builds. Total: any bytes give a result."""


class Writer(Protocol):
    """Migrations and schemas written in the framework's language."""

    def draft(self, found: "FollowUp", tool: str, /) -> str:
        """A follow-up as the text of a migration."""

    def schema(self, report: "SchemaReport", /) -> str:
        """A schema as the framework's own schema file writes it."""


class NewMigration(Struct, frozen=True):
    """What a migration is written of: statements of the way up and of the way down."""

    slug: str
    dialect: tuple[int, int] | None
    ddl_transaction: bool
    remark: str
    up: str
    down: str


class Guards(Protocol):
    """Conditions around statements, and migrations split from others, as text."""

    def there(self, needs: "Iterable[ObjectRef]", /) -> str | None:
        """The condition that objects are there; None where there is no question for their kind."""

    def not_done(self, effects: "Sequence[Effect]", text: str, /) -> str | None:
        """The condition that effects were not done before; empty where twice is once.

        Returns: None where it cannot be told, so that doing them twice would do harm.
        """

    def said(self, condition: str, /) -> str:
        """A condition as it is told to people."""

    def guarded(
        self, lines: Sequence[bytes], ranges: Sequence[tuple[int, int]], condition: str, /
    ) -> bytes:
        """Put the condition around lines."""

    def unless_done(self, text: str, guard: str, /) -> str:
        """Statements that are done only where the guard says so; always where it is empty."""

    def remark(self, text: str, /) -> str:
        """A comment."""

    def key_statement(self, table: str, key: "ForeignKey", /) -> str:
        """The statement that adds a foreign key by itself, where it is not there yet."""

    def key_removal(self, table: str, key: "ForeignKey", /) -> str:
        """The statement that takes the foreign key away again."""

    def without_key(self, lines: Sequence[bytes], column: str, /) -> list[bytes] | None:
        """Lines of a table's block without the foreign key of a column; None where not plain."""

    def migration(self, new: NewMigration, /) -> bytes:
        """The text of a new migration."""


class Told(Struct, frozen=True):
    """What a program says besides the versions: the database, and what the output hides."""

    database: str | None
    notes: tuple[str, ...] = ()


class StatusOutput(Protocol):
    """What the framework's own program prints of the version table."""

    def misplaced(self, place: str, head: str, /) -> "RowsError | None":
        """Why the beginning of a file shows that it is none that holds the rows."""

    def is_line(self, line: str, /) -> bool:
        """Whether a line, without blanks around it, is one of its lines and of nothing else."""

    def read(
        self, place: str, lines: Iterable[tuple[int, str]], add: Callable[[str, int], None], /
    ) -> Told:
        """Hand over each applied version with its line.

        Raises:
            RowsError: a line is not understood, or the output cannot stand for the table.
        """


class Commands(Protocol):
    """What users type."""

    @property
    def title(self) -> str:
        """How messages call the framework."""

    @property
    def migrate(self) -> str:
        """Run what is pending, as messages name it."""

    @property
    def dump(self) -> str:
        """Write the schema file anew, as messages name it."""

    @property
    def whole(self) -> str:
        """The command that runs what is pending, as a script calls it."""

    def typed(self, command: str, /) -> str:
        """A command as it is typed in the application's folder."""


class FoundDatabase(Struct, frozen=True):
    """A database that an application's own file names.

    ``name`` is None where it has only one. ``place`` says where it stands, for people.
    ``address`` is of the form that DATABASE_URL takes; None where ``fault`` says why not.
    ``folders`` are its migrations', from the application's root; none: those by convention.
    ``variable`` holds the whole address, if one of that name stands for it.
    """

    name: str | None
    place: str
    address: str | None
    folders: tuple[str, ...] = ()
    variable: str | None = None
    fault: "AnalyzerError | None" = None


class DatabaseFile(Protocol):
    """The file in which an application says where its databases are. It is read, and never run."""

    @property
    def usual(self) -> str:
        """Where it lies, from an application's root."""

    @property
    def main(self) -> str:
        """The name of that database, of several, which DATABASE_URL stands for."""

    def may_be_several(self, content: bytes, /) -> bool:
        """Whether it may name several databases at once, by a glance; cheap."""

    def read(
        self, content: bytes, path: str, variables: Mapping[str, str], /
    ) -> tuple[FoundDatabase, ...]:
        """Find the databases whose migrations run here, in the order of the file; at least one.

        Args: path: the file's, for errors.  variables: those of this run.

        Raises:
            UsageError: it cannot be read, or has none for this run.
        """


class Framework(Struct, frozen=True):
    """A migration framework. ``name`` is its key in the registry, in reports and settings."""

    name: str
    files: Files
    numbering: Numbering
    store: Store
    language: Language
    preconditions: Preconditions
    commands: Commands
    schema_file: SchemaFile | None = None
    status: StatusOutput | None = None
    writer: Writer | None = None
    guards: Callable[[], Guards] | None = None  # loads when somebody asks for it
    databases: DatabaseFile | None = None
