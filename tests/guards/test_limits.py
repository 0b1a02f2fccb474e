"""Every input has an end: what exceeds its limit ends with a sentence, never with a full memory.

The table below is the list of all that the program reads. Limits are lowered where the real size
would make a slow test; tests/proofs/limits_at_size.py exceeds the real ones, and measures honest
sizes.
"""

import ast
import gzip
import io
import json
import stat
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

import analyzer
from analyzer import limits
from analyzer.analysis.renames.candidates import candidates
from analyzer.analysis.renames.lineage import hops_of
from analyzer.analysis.renames.rename_hints import Ends, RenameHints
from analyzer.analysis.schema.schema_facets import _whole
from analyzer.cli.main import run
from analyzer.engines.postgresql.access.version_table_reading import read_live_database
from analyzer.engines.postgresql.parser.sql import parse_sql
from analyzer.engines.postgresql.parser.sql_interval import interval_form
from analyzer.engines.registry import open_gateway
from analyzer.errors import AnalyzerError, DatabaseError, RowsError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.frameworks.rails.schema_file.schema_rb import parse_schema_rb
from analyzer.frameworks.rails.schema_file.schema_versions import read_schema_versions
from analyzer.frameworks.rails.writer.guard_text import without_key
from analyzer.model.core.history import Commit, FileEvent
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.core.packed_rows import PackedRows
from analyzer.model.core.version import Version
from analyzer.model.effects.content_features import ContentFeatures
from analyzer.parsing.column_types import sql_type
from analyzer.records import Struct, field, replace
from analyzer.sources.files import bounded
from analyzer.sources.rows.read_rows_file import read_rows
from tests.guards import package_code
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

PACKAGE = Path(analyzer.__file__).parent
FIRST, SECOND = "20240101000000", "20240201000000"
DUMP_HEAD = b"CREATE TABLE public.schema_migrations (version character varying NOT NULL);\n"
COPY = DUMP_HEAD + b"COPY public.schema_migrations (version) FROM stdin;\n"
DEEP = b"[" * 200_000
RENAME = '[[rename]]\nold = "{}_a"\nnew = "{}_b"\nreason = "r"\n'

Prepare = Callable[[Repo], list[str]]


class Input(Struct, frozen=True, dict=True):
    """One thing that is read: how to make too much of it, and what is then said."""

    name: str
    said: str
    prepare: Prepare
    lowered: Mapping[str, int] = field(default_factory=dict)
    status: int = 2
    stdin: bytes | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def rows(content: bytes, *more: str) -> Prepare:
    """A file of applied versions."""

    def prepare(repo: Repo) -> list[str]:
        (repo.path.parent / "rows").write_bytes(content)
        command = more or ("diagnose",)
        return [*command, "--repo", str(repo.path), "--rows", str(repo.path.parent / "rows")]

    return prepare


def written(path: str, content: bytes | str, *command: str, commit: bool = False) -> Prepare:
    """A file of the repository."""

    def prepare(repo: Repo) -> list[str]:
        place = repo.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        if commit:
            repo.commit()
        return [*command, "--repo", str(repo.path)]

    return prepare


def checked(path: str, content: bytes | str) -> Prepare:
    return written(path, content, "check", "--base", "HEAD")


def folder_with(name: str, content: bytes, *command: str) -> Prepare:
    """A folder outside the repository with one file in it."""

    def prepare(repo: Repo) -> list[str]:
        folder = repo.path.parent / "folder"
        folder.mkdir()
        (folder / name).write_bytes(content)
        return [*command, str(folder)]

    return prepare


def plain(*command: str) -> Prepare:
    def prepare(repo: Repo) -> list[str]:
        (repo.path.parent / "rows").write_text(f"{FIRST}\n")
        return [*command, "--repo", str(repo.path), "--rows", str(repo.path.parent / "rows")]

    return prepare


def prefixed(script: str) -> Prepare:
    """A prefix for psql that is a program of somebody else's."""

    def prepare(repo: Repo) -> list[str]:
        program = repo.path.parent / "prefix"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return ["diagnose", "--repo", str(repo.path), "--exec", str(program)]

    return prepare


def subject(repo: Repo) -> list[str]:
    repo.commit("x" * 100_000)
    return plain("diagnose", "--no-cache")(repo)


def event(content: bytes) -> Prepare:
    def prepare(repo: Repo) -> list[str]:
        (repo.path.parent / "event.json").write_bytes(content)
        return ["check", "--repo", str(repo.path)]

    return prepare


def state(content: bytes, *command: str) -> Prepare:
    def prepare(repo: Repo) -> list[str]:
        folder = repo.path.parent / "state"
        folder.mkdir()
        (folder / "journal.jsonl").write_bytes(content)
        return [*command, "--repo", str(repo.path)]

    return prepare


INPUTS = [
    # Applied versions: --rows FILE, --rows -, gzip
    Input(
        "rows: how many in a list",
        "more than 3 applied versions",
        rows(b"1\n2\n3\n4\n"),
        {"ROWS": 3},
    ),
    Input(
        "rows: how many in a dump",
        "more than 3 applied versions",
        rows(COPY + b"1\n2\n3\n4\n\\.\n"),
        {"ROWS": 3},
    ),
    Input(
        "rows: how many in INSERTs",
        "more than 3 applied versions",
        rows(DUMP_HEAD + b"INSERT INTO schema_migrations VALUES ('1'),('2'),('3'),('4');"),
        {"ROWS": 3},
    ),
    Input(
        "rows: how many a status lists",
        "more than 3 applied versions",
        rows(b"Status   Migration ID    Migration Name\n" + b" up  2024  A\n" * 4),
        {"ROWS": 3},
    ),
    Input(
        "rows: how many for check",
        "more than 3 applied versions",
        rows(b"1\n2\n3\n4\n", "check", "--base", "HEAD"),
        {"ROWS": 3},
    ),
    Input("rows: digits of one", "more than 4,000 characters in one version", rows(b"1" * 4301)),
    Input(
        "rows: digits of one in a dump",
        "more than 4,000 characters in one version",
        rows(COPY + b"1" * 4301 + b"\n\\.\n"),
    ),
    Input(
        "rows: digits of psql's count",
        "counts 9999",
        rows(b" version \n---------\n 2024\n(" + b"9" * 5000 + b" rows)\n"),
    ),
    Input(
        "rows: digits of a server's version",
        "a version is computed",
        rows(
            b"-- Dumped from database version "
            + b"9" * 5000
            + b".1\n"
            + DUMP_HEAD
            + b"INSERT INTO schema_migrations VALUES (f());"
        ),
    ),
    Input(
        "rows: texts that are no numbers",
        "more than 1,000 bytes of versions that are not plain",
        rows(COPY + b"a\n" * 20 + b"\\.\n"),
        {"ODD_ROWS": 1000},
    ),
    Input("rows: length of a line", "is longer than 65536 bytes", rows(b"2024\n" + b"x" * 70_000)),
    Input(
        "rows: lines without a version",
        "more than 50 lines",
        rows(b"#\n" * 100),
        {"LIST_LINES": 50},
    ),
    Input(
        "rows: blank lines",
        "more than 50 lines",
        rows(b"1\n" + b"\n" * 100 + b"2\n"),
        {"LIST_LINES": 50},
    ),
    Input(
        "rows: a pipe without an end",
        "more than 1,000 applied versions",
        lambda repo: ["diagnose", "--repo", str(repo.path), "--rows", "-"],
        {"ROWS": 1000},
        stdin=b"20200101000000\n",
    ),
    Input(
        "rows: a pipe that says yes",
        "line 1 of standard input is not understood: 'y'",
        lambda repo: ["diagnose", "--repo", str(repo.path), "--rows", "-"],
        stdin=b"y\n",
    ),
    Input(
        "rows: a pipe of one endless line",
        "is longer than 65536 bytes",
        lambda repo: ["diagnose", "--repo", str(repo.path), "--rows", "-"],
        stdin=b"1",
    ),
    Input(
        "rows: a pipe of endless statements",
        "more than 50 SQL statements",
        lambda repo: ["diagnose", "--repo", str(repo.path), "--rows", "-"],
        {"STATEMENTS": 50},
        stdin=b"SELECT 1;\n",
    ),
    Input(
        "rows: a pipe of one endless text",
        "more than 5,000,000 bytes of text",
        lambda repo: ["diagnose", "--repo", str(repo.path), "--rows", "-"],
        {"DUMP_BYTES": 5_000_000},
        stdin=b"SELECT 'aaaaaaaaa",
    ),
    Input(
        "rows: seconds",
        "more than 0 seconds' worth of text",
        rows(COPY + b"1\n\\.\n"),
        {"DUMP_SECONDS": 0},
    ),
    Input(
        "rows: gzip that unpacks to too much",
        "more than 400 times its compressed size",
        rows(gzip.compress(b"SELECT '" + b"a" * (10 << 20))),
        {"GZIP_FREE": 1 << 20},
    ),
    Input(
        "rows: gzip of too many",
        "more than 3 applied versions",
        rows(gzip.compress(b"1\n2\n3\n4\n")),
        {"ROWS": 3},
    ),
    Input(
        "rows: signs in one row",
        "more than 20 signs in one row",
        rows(DUMP_HEAD + b"INSERT INTO schema_migrations VALUES (" + b"(" * 100),
        {"TUPLE_TOKENS": 20},
    ),
    Input(
        "rows: columns of the table",
        "more than 2,000 columns in one table",
        rows(b"CREATE TABLE schema_migrations (" + b"a int," * 3000 + b"version text);"),
    ),
    Input(
        "rows: version tables in a dump",
        "more than 2 version tables",
        rows(b"".join(b"CREATE TABLE s%d.schema_migrations (version text);" % n for n in range(5))),
        {"VERSION_TABLES": 2},
    ),
    # Settings and records: TOML
    *[
        one
        for path in (".migdoctor.toml", "pyproject.toml", "db/renames.toml")
        for one in (
            Input(
                f"{path}: brackets",
                "more than 20 levels of brackets",
                checked(path, "# migdoctor\na = " + "[" * 500 + "]" * 500),
            ),
            Input(
                f"{path}: braces",
                "more than 20 levels of brackets",
                checked(path, "# migdoctor\na = " + "{a=" * 500 + "1" + "}" * 500),
            ),
            Input(
                f"{path}: a dotted key",
                "more than 20 parts in one dotted key",
                checked(path, "# migdoctor\n" + ".".join("a" * 50_000) + " = 1"),
            ),
            Input(
                f"{path}: a dotted header",
                "more than 20 parts in one dotted key",
                checked(path, "# migdoctor\n[" + ".".join("a" * 50_000) + "]"),
            ),
            Input(
                f"{path}: a dotted key with quotes",
                "more than 20 parts in one dotted key",
                checked(path, "# migdoctor\n" + " . ".join(['"a"'] * 50) + " = 1"),
            ),
            Input(
                f"{path}: digits of a number",
                "a number of too many digits",
                checked(path, "# migdoctor\na = " + "1" * 5000),
            ),
            Input(
                f"{path}: size",
                "has more than 5,000 bytes",
                checked(path, "# migdoctor\n" * 500),
                {"SETTINGS_BYTES": 5000, "RECORD_BYTES": 5000},
            ),
        )
    ],
    Input(
        "db/renames.toml: brackets, to rewrite",
        "more than 20 levels of brackets",
        written("db/renames.toml", "a = " + "[" * 500, "rewrite", "--recorded"),
    ),
    Input(
        "db/renames.toml: brackets, to diagnose",
        "more than 20 levels of brackets",
        lambda repo: [
            *written("db/renames.toml", "a = " + "[" * 500)(repo),
            *plain("diagnose")(repo),
        ][2:],
    ),
    Input(
        "db/renames.toml: brackets, at a commit",
        "more than 20 levels of brackets",
        written(
            "db/renames.toml",
            "a = " + "[" * 500,
            "rewrite",
            "--recorded",
            "--ref",
            "HEAD",
            commit=True,
        ),
    ),
    Input(
        "db/renames.toml: size, at a commit",
        "has more than 5,000 bytes",
        written(
            "db/renames.toml", "#\n" * 5000, "rewrite", "--recorded", "--ref", "HEAD", commit=True
        ),
        {"RECORD_BYTES": 5000},
    ),
    Input(
        "db/renames.toml: how many",
        "more than 3 recorded renames",
        written(
            "db/renames.toml",
            "".join(RENAME.format(n, n + 9) for n in range(4)),
            "rewrite",
            "--recorded",
        ),
        {"RECORDED": 3},
    ),
    Input(
        "start-after: digits",
        "start-after has a value of the wrong kind",
        checked(".migdoctor.toml", f'start-after = "{"1" * 5000}"'),
    ),
    Input(
        "start-after: digits in hexadecimal",
        "start-after has a value of the wrong kind",
        checked(".migdoctor.toml", "start-after = 0x" + "f" * 5000),
    ),
    # Journals, manifests, plans, events: JSON
    Input(
        "journal: size",
        "has more than 1,000 bytes",
        state(b"x" * 2000 + b"\n", "undo"),
        {"JOURNAL_BYTES": 1000},
    ),
    Input("journal: depth", "nothing to undo", state(DEEP + b"\n", "undo")),  # torn: no entry
    Input(
        "manifest: size",
        "has more than 1,000 bytes",
        folder_with("manifest.json", b" " * 2000, "verify", "--against"),
        {"DOCUMENT_BYTES": 1000},
    ),
    Input(
        "manifest: depth",
        "it is nested too deeply",
        folder_with("manifest.json", DEEP, "verify", "--against"),
        status=1,
    ),
    Input(
        "recovery plan: size",
        "has more than 1,000 bytes",
        folder_with("plan.json", b" " * 2000, "recover", "resume"),
        {"DOCUMENT_BYTES": 1000},
    ),
    Input(
        "recovery plan: depth",
        "it is nested too deeply",
        folder_with("plan.json", DEEP, "recover", "resume"),
    ),
    Input("CI event: size", "has more than 1,000 bytes", event(b" " * 2000), {"EVENT_BYTES": 1000}),
    Input("CI event: depth", "there is nothing to compare with", event(DEEP)),
    # The repository
    Input(
        "schema file: size",
        "has more than 1,000 bytes",
        written(
            "db/other.rb",
            "#" * 2000,
            "schema",
            "--diff",
            "schema-file",
            "--schema-file",
            "db/other.rb",
        ),
        {"SCHEMA_BYTES": 1000},
    ),
    Input(
        "migration in the working tree: size",
        "has more than 1,000 bytes",
        written(f"db/migrate/{SECOND}_b.rb", "#" * 2000, "graph"),
        {"BLOB_BYTES": 1000},
    ),
    Input(
        "migration at a commit: size",
        "has more than 1,000 bytes",
        written(f"db/migrate/{SECOND}_b.rb", "#" * 2000, "graph", "--ref", "HEAD", commit=True),
        {"BLOB_BYTES": 1000},
    ),
    Input(
        "migrations at a commit: size of all",
        "more than 1,000 bytes of migrations",
        written(f"db/migrate/{SECOND}_b.rb", "#" * 2000, "graph", "--ref", "HEAD", commit=True),
        {"CONTENT_BYTES": 1000},
    ),
    Input(
        "migrations: how many",
        "more than 1 migration files",
        written(f"db/migrate/{SECOND}_b.rb", "#", "graph"),
        {"MIGRATION_FILES": 1},
    ),
    Input(
        "git: length of an answer",
        "bytes in one answer of git",
        plain("diagnose"),
        {"GIT_BYTES": 10},
    ),
    Input(
        "git: length of a line", "bytes in one line of git's answer", subject, {"GIT_FIELD": 1000}
    ),
    # Databases through a prefix
    Input(
        "psql: an answer without an end",
        "more than 100,000 bytes in one answer",
        prefixed("yes"),
        {"ANSWER_BYTES": 100_000},
    ),
    Input(
        "psql: complaints without an end",
        "failed before psql could connect",
        prefixed("yes complaint | head -c 3000000 >&2; exit 1"),
    ),
    Input(
        "psql: an answer of brackets",
        "answered nothing",
        prefixed("echo migdoctor:; head -c 300000 /dev/zero | tr '\\0' '['"),
    ),
    # The command line and its surroundings
    Input(
        "--accept: how many",
        "more than 2 answers",
        plain("diagnose", *["--accept", "1=2"] * 3),
        {"DECISIONS": 2},
    ),
    Input(
        "--accept: digits", "characters in all)", plain("diagnose", "--accept", f"{'1' * 5000}=2")
    ),
    Input("COLUMNS: digits", "", plain("diagnose"), environment={"COLUMNS": "9" * 5000}, status=0),
    Input("COLUMNS: width", "", plain("diagnose"), environment={"COLUMNS": "999999999"}, status=0),
    Input(
        "COLUMNS: a digit that is none",
        "",
        plain("diagnose"),
        environment={"COLUMNS": "²"},
        status=0,
    ),
    Input(
        "DATABASE_URL: length",
        "no PostgreSQL server answers",
        lambda repo: ["diagnose", "--repo", str(repo.path)],
        environment={"DATABASE_URL": "postgresql://127.0.0.1:1/" + "x" * 100_000},
    ),
]


class Endless(io.RawIOBase):
    """A pipe whose other end writes the same for ever: ``yes |``."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return (self._text * (size // len(self._text) + 1))[:size]


@pytest.fixture
def repo(tmp_path):
    made = Repo.make(tmp_path / "app")
    made.add(f"{FIRST}_create_songs.rb", "CreateSongs")
    made.commit()
    made.add(f"{FIRST[:-1]}1_create_artists.rb", "CreateArtists")
    made.commit()
    return made


def lower(monkeypatch, lowered: Mapping[str, int]) -> None:
    for name, most in lowered.items():
        found = getattr(limits, name)
        less = replace(found, most=most) if isinstance(found, limits.Limit) else most
        monkeypatch.setattr(limits, name, less)


@pytest.mark.parametrize("case", [pytest.param(one, id=one.name) for one in INPUTS])
def test_what_exceeds_its_limit_ends_with_a_sentence(case, repo, monkeypatch, capsys):
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(repo.path.parent / "state"))
    for name in ("CI", "GITHUB_BASE_REF"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(repo.path.parent / "event.json"))
    arguments = case.prepare(repo)
    lower(monkeypatch, case.lowered)
    for name, value in case.environment.items():
        monkeypatch.setenv(name, value)
    if case.stdin is not None:
        monkeypatch.setattr(sys, "stdin", type("Pipe", (), {"buffer": Endless(case.stdin)}))

    status = run(arguments)

    told = capsys.readouterr()
    assert status == case.status, told.err
    assert case.said in told.err
    assert "Traceback" not in told.err + told.out
    assert len(told.err) < 100_000
    if case.status == 2:
        assert "\n  why: " in told.err
        assert "\n  fix: " in told.err


def test_the_rows_of_a_database_are_bounded_on_its_side(database: Database, monkeypatch):
    database.run(
        "CREATE TABLE schema_migrations (version varchar NOT NULL);"
        "INSERT INTO schema_migrations SELECT n::text FROM generate_series(1, 50) n"
    )
    lower(monkeypatch, {"DATABASE_ROWS": 10})

    with pytest.raises(DatabaseError) as caught:
        read_live_database(open_gateway(database.url), None, RAILS)

    assert "more than 10 rows" in caught.value.what


def test_the_text_of_a_row_is_bounded_on_the_databases_side(database: Database):
    database.run(
        "CREATE TABLE schema_migrations (version varchar NOT NULL);"
        "INSERT INTO schema_migrations VALUES (repeat('1', 5000000))"
    )

    with pytest.raises(DatabaseError) as caught:
        read_live_database(open_gateway(database.url), None, RAILS)

    assert "more than 4,000 characters in one version" in caught.value.what


def test_a_catalogue_that_is_too_large_is_done_without(database: Database, monkeypatch):
    database.run(
        "CREATE TABLE schema_migrations (version varchar NOT NULL);"
        "CREATE TABLE wide (a int, b int, c int, d int)"
    )
    lower(monkeypatch, {"CATALOGUE_ROWS": 3})

    found = read_live_database(open_gateway(database.url), None, RAILS)

    assert found.catalog is None
    assert "more than 3 entries in one part of its catalogue" in found.why


def test_what_others_say_is_repeated_in_part_only():
    error = AnalyzerError("w" * 1_000_000, why="y" * 1_000_000, fix="f" * 1_000_000)

    assert len(str(error)) < 80_000
    assert "(1,000,000 characters in all)" in error.why


# Honest sizes


def test_very_many_rows_are_kept_small_and_told_by_a_few(repo, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(limits, "MANY_ROWS", 50)
    monkeypatch.setattr(limits, "UNKNOWN_ROWS", 7)
    (tmp_path / "rows").write_text("".join(f"{n}\n" for n in range(1, 101)) + f"{FIRST}\n")

    status = run(
        ["diagnose", "--repo", str(repo.path), "--rows", str(tmp_path / "rows"), "--format", "json"]
    )

    found = json.loads(capsys.readouterr().out)
    assert status == 1
    assert found["environments"][0]["applied"] == 101
    assert found["orphans"] == [str(n) for n in range(1, 8)]
    assert any("93 further rows" in note for note in found["environments"][0]["notes"])
    assert [it["version"] for it in found["pending"]] == [f"{FIRST[:-1]}1"]


def test_rows_that_were_only_counted_are_not_rewritten(repo, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(limits, "MANY_ROWS", 50)
    (tmp_path / "rows").write_text("".join(f"{n}\n" for n in range(1, 1200)))

    status = run(["rewrite", "--repo", str(repo.path), "--rows", str(tmp_path / "rows")])

    told = capsys.readouterr()
    assert (status, told.out) == (1, "")
    assert "199 of them have versions that no file in any history ever had" in told.err


def test_packed_rows_are_the_rows_that_few_would_be(tmp_path, monkeypatch):
    texts = ["20240101000000", "013", "0", "13x", "99999999999999999999999", "x", " 7", "1"]
    (tmp_path / "rows.sql").write_bytes(COPY + "\n".join([*texts, "\\."]).encode() + b"\n")
    few = read_rows(str(tmp_path / "rows.sql"), RAILS, None).rows
    monkeypatch.setattr(limits, "MANY_ROWS", 1)

    many = read_rows(str(tmp_path / "rows.sql"), RAILS, None).rows

    assert isinstance(many, PackedRows)
    assert tuple(many) == tuple(few)
    assert [row.version.text for row in many] == texts
    assert many[1:3] == list(few[1:3])
    assert many[-1] == few[-1]


# The guard: nothing is read past the functions that count

ALLOWED = {
    # where, and what is called there -> why it may
    ("sources/files/bounded.py", "Popen"): "the guard itself",
    ("report/page/html.py", "read_text"): "style and script of the page, which are ours",
    ("sources/files/bounded.py", "loads"): "the guard itself",
    ("sources/rows/open_rows_file.py", "open"): "read in pieces, each counted",
    ("model/core/table_row.py", "loads"): "one row, which was read within its limit",
    (
        "sources/history/cache_folder.py",
        "fdopen",
    ): "a private folder; a file is of MOST_BYTES at most",
    ("sources/git/git_command.py", "Popen"): "cat-file: each content is read to its limit",
    (
        "engines/postgresql/access/psql_session.py",
        "Popen",
    ): "answers are counted in _finish, complaints cut",
    (
        "engines/postgresql/access/driver_session.py",
        "fetchall",
    ): "capped on the server, see Session.shown",
    (
        "engines/mysql/access/driver_session.py",
        "fetchall",
    ): "capped on the server: each query says how many rows it wants",
    (
        "engines/sqlite/access/client_session.py",
        "loads",
    ): "an answer that was counted in _until_mark; RecursionError is told",
    (
        "engines/sqlite/access/driver_session.py",
        "fetchall",
    ): "versions are capped by their query, and the rest is the schema's size",
    ("frameworks/drizzle/names.py", "loads"): "a journal, read as migrations are",
    ("engines/sqlite/access/session.py", "loads"): "a value that the query itself made",
    ("engines/sqlite/catalog/definitions.py", "loads"): "a default's text, already read",
    (
        "engines/sqlite/recovery/database_files.py",
        "read_text",
    ): "the kernel's name of a process: 16 bytes",
    ("engines/shared/file_runs.py", "loads"): "one row, which was read within its limit",
    (
        "engines/postgresql/parser/sql.py",
        "loads",
    ): "of our own parser, whose text is bounded; RecursionError is told",
    (
        "engines/postgresql/parser/sql_canonical.py",
        "loads",
    ): "of our own parser, whose text is an expression",
    ("analysis/schema/schema_columns.py", "loads"): "a default's text, already read",
    ("analysis/schema/schema_facets.py", "loads"): "a default's text, already read",
    ("operations/backup/backup_folder.py", "loads"): "a manifest that this run itself made",
    ("operations/demo/demonstration.py", "loads"): "our own output, in the demo",
    ("operations/demo/scenario.py", "loads"): "a fixture of the package",
    ("operations/demo/scenario.py", "read_text"): "a fixture of the package",
    ("operations/demo/scenario.py", "read_bytes"): "a fixture of the package",
    ("engines/postgresql/scratch/scratch_postgres.py", "read_text"): "a script of the package",
}
READS = {"read_bytes", "read_text", "loads", "fetchall", "communicate", "check_output"}


def test_nothing_is_read_past_the_functions_that_count():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        where = path.relative_to(PACKAGE).as_posix()
        calls = (
            node
            for node in package_code.nodes(path)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        )
        for call in calls:
            name, words = call.func.attr, {word.arg for word in call.keywords}
            piped = name in {"run", "Popen"} and words & {"capture_output", "stdout"}
            if name in READS or (piped and where.startswith("sources/")):
                found.add((where, name))

    assert found - ALLOWED.keys() == set()


def test_numbers_are_read_where_their_digits_are_counted():
    """A text of 4,301 digits is one that Python refuses to read with an error of its own."""
    assert limits.read_number("1" * 4301) is None
    assert limits.read_number("²") is None
    assert limits.read_number("013") == 13


def test_toml_is_looked_at_as_its_parser_would(tmp_path):
    honest = (
        'a = "[[[[[[[[[[[[[[[[[[[[[[[["\n'
        "b = '''\n" + "[" * 50 + "\n'''\n"
        'c = """\\""" ' + "{" * 50 + ' """\n'
        "# " + "[" * 50 + "\n"
        'd = [ [1.5, 2.5], ["a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x"] ]\n'
        "[tool.one]\n[[tool.two.three]]\nx.y = 1\n"
    )

    found = bounded.parse_toml(honest.encode(), "x.toml")

    assert found["tool"]["two"]["three"] == [{"x": {"y": 1}}]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"""\\' * 200_000, id="texts that nothing closes"),
        pytest.param("'''a''" * 200_000, id="literal texts"),
        pytest.param('"' * 1_000_000, id="quotes"),
        pytest.param("# [\n" * 200_000 + "x", id="comments"),
    ],
)
def test_hostile_toml_is_looked_through_once(text):
    with pytest.raises(AnalyzerError):
        bounded.parse_toml(text.encode(), "x.toml", limits.RECORD_BYTES)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("-" * 60_000 + "x", id="a rule that is none"),
        pytest.param("-[ " + " ]" * 30_000 + "x", id="a record that is none"),
        pytest.param("a" * 60_000 + ": 1", id="a timing that is none"),
        pytest.param("\n" * 60_000 + "x", id="blank lines before a schema.rb that is none"),
        pytest.param("up " + "1" * 60_000 + "x", id="a status that is none"),
    ],
)
def test_hostile_lines_are_looked_through_once(line, tmp_path):
    (tmp_path / "rows").write_text(f"2024\n{line}\n")

    with pytest.raises(RowsError):
        read_rows(str(tmp_path / "rows"), RAILS, None)


MANY = 300_000
SCHEMA = b"ActiveRecord::Schema.define(version: 1) do\n"


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda: sql_type("a" + " " * MANY + "!"), id="a type with blanks"),
        pytest.param(lambda: sql_type("varchar(" + "1" * 5000 + ")"), id="a type with digits"),
        pytest.param(lambda: interval_form("1" * MANY), id="an interval of digits"),
        pytest.param(lambda: parse_schema_rb(SCHEMA + b"\n" * MANY + b"x"), id="blank lines"),
        pytest.param(
            lambda: read_schema_versions(
                "s.sql",
                "",
                b"INSERT INTO schema_migrations (version) VALUES\n" * 20_000,
                RAILS.schema_file.written,
            ),
            id="INSERTs that nothing ends",
        ),
        pytest.param(
            lambda: read_schema_versions(
                "s.sql",
                "",
                b"COPY schema_migrations (version) FROM stdin;\n" * 20_000,
                RAILS.schema_file.written,
            ),
            id="COPYs that nothing ends",
        ),
        pytest.param(
            lambda: read_schema_versions(
                "s.sql",
                "",
                b"INSERT INTO " + b"schema_migrations" * 20_000,
                RAILS.schema_file.written,
            ),
            id="a name that goes on",
        ),
        pytest.param(
            lambda: without_key([b"t.references :song," + b" " * MANY + b"x"], "song_id"),
            id="a line with blanks",
        ),
        pytest.param(lambda: parse_sql("/*" * MANY), id="comments that nothing ends"),
        pytest.param(lambda: parse_sql("- " * MANY), id="signs"),
        pytest.param(lambda: parse_ruby(b"x = " + b"[" * MANY), id="Ruby's brackets"),
    ],
)
def test_hostile_texts_are_looked_through_once(read):
    """A pattern that goes over a text again and again would take hours for these."""
    read()


@pytest.mark.parametrize("default", ["1e999999999", "Infinity", "NaN", "-1e-999999999"])
def test_a_default_is_no_number_of_a_gigabyte(default):
    assert _whole(default) == _whole(default) or default == "NaN"


def test_what_thousands_have_in_common_pairs_none_of_them():
    """Each with each would be millions of pairs."""

    def file(version: int) -> MigrationFile:
        name = MigrationName(Version(version, str(version)), "change_users", "", "ChangeUsers")
        return MigrationFile(f"db/migrate/{version}_change_users.rb", name, "0" * 40)

    old, new = ([file(base + n) for n in range(2000)] for base in (10_000, 20_000))
    about = ContentFeatures("ChangeUsers", Counter({"users": 1}), *[frozenset[str]()] * 3, b"users")
    hints = RenameHints({}, (), (), lambda _blob: about, lambda _blob: {"users"})
    ends = Ends({one.path: one for one in old}, {one.path: one for one in new})
    events = (
        *(FileEvent("D", one.path, one.blob) for one in old),
        *(FileEvent("A", one.path, one.blob) for one in new),
    )
    commit = Commit("0" * 40, (), "A", datetime(2025, 1, 1, tzinfo=UTC), "s", events)
    names = {one.path: one.name for one in (*old, *new)}

    assert candidates(ends, hints) == []
    assert list(hops_of(commit, names.get)) == []
