"""A dump and a manifest are data: whatever stands in them, nothing of it runs on this computer."""

import gzip
import os
from functools import partial

import pytest

from analyzer.engines.postgresql.scratch.database_copy import copy_dump
from analyzer.engines.postgresql.tools.dump_guard import guarded, knows_restrict, lines_of
from analyzer.engines.registry import open_gateway
from analyzer.errors import AnalyzerError, RefusedError
from analyzer.model.core.progress import Silent
from analyzer.model.recovery.backup import BackupWish, Content, Form
from analyzer.operations.backup.backup import back_up
from analyzer.operations.backup.backup_folder import read_manifest
from analyzer.operations.backup.restoration import restore
from analyzer.operations.backup.scratch_restoration import restore_into_scratch
from tests.support.databases.forgery import forge_file, forge_manifest
from tests.support.databases.recovery_cases import ROWS, SMALL, databases
from tests.support.databases.servers import fresh_database

REFUSED = {
    "a command": "\\! touch x\n",
    "a command behind a statement": "SELECT 1; \\! touch x\n",
    "a command in a statement": "SELECT 1 \\g |touch x\n",
    "a command behind blanks": "   \\i /tmp/x\n",
    "a copy by the client": "\\copy t from program 'touch x'\n",
    "another database": "\\connect other\n",
    "a variable that runs": "\\set x `touch x`\n",
    "a restrict with more": "\\restrict a b\n",
    "an unrestrict in a statement": "SELECT\n\\unrestrict abc\n1;\n",
    "behind a comment that a carriage return ends": "-- x\r\\! touch x\n",
    "behind a string": "SELECT 'a'\\! touch x\n",
    "behind a doubled quote": "SELECT 'a''' \\! touch x '\n",
    "behind a string with escapes": "SELECT E'a\\'' \\! touch x '\n",
    "behind a string in pieces": "SELECT E'a'\n'b\\' c' \\! touch x '\n",
    "behind a nested comment": "/* /* */ ' */ \\! touch x '\n",
    "behind a word with dollars": "SELECT a$$ \\! touch x $$\n",
    "behind a number with dollars": "SELECT 1$$ ' $$ \\! touch x '\n",
    "behind a number with a word with dollars": "SELECT 1a$$ ' $$ \\! touch x '\n",
    "behind a variable with dollars": ":x$a$::$a$\\! touch x\n",
    "behind a dollar quote": "SELECT $a$ ' $b$ $a$ \\! touch x '\n",
    "behind a quoted name": "SELECT \"'\" \\! touch x '\n",
    "behind a NUL": "SELECT '\0\n' \\! touch x '\n",
    "in rows that are none": "COPY (SELECT 1 FROM stdin) TO stdout;\n\\! touch x\n",
    "in rows of a statement in brackets": "(;COPY t FROM stdin;\n\\! touch x\n",
    "in rows within a function": "CREATE FUNCTION f() BEGIN ATOMIC\nCOPY t FROM stdin;\n\\! x\n",
    "behind the rows": "COPY t FROM stdin;\n1\n\\.\n\\! touch x\n",
    "behind the COPY": "COPY t FROM stdin; \\! touch x\n1\n\\.\n",
    "in an encoding with half quotes": "SET client_encoding = 'SJIS';\nSELECT 1;\n",
    "in an encoding without quotes": "SET client_encoding TO big5;\n",
    "in names of an encoding": "SET NAMES 'GBK';\n",
    "a program of the server": "COPY t FROM PROGRAM 'touch x';\n",
    "a program of the server, in small letters": "copy\n(select 1) /* */ to\nprogram 'touch x';\n",
    "a program of the server in dollars": "COPY t (a) FROM program $$touch x$$;\n",
    "a file of the server": "COPY t TO '/etc/passwd';\n",
    "a file of the server with escapes": "COPY t FROM E'\\x2fetc/passwd';\n",
    "a file of the server in dollars": "COPY t FROM $$/etc/passwd$$;\n",
    "a block": "DO $$ BEGIN END $$;\n",
    "a library": "LOAD 'x';\n",
    "the server's settings": "ALTER SYSTEM SET archive_command = 'touch x';\n",
}
TAKEN = {
    "rows with backslashes": "COPY public.t (a) FROM stdin;\n\\N\n\\! x\n\\\\\n\\.\n\nSELECT 1;\n",
    "a name with a line feed": 'COPY public."a\nb" ("c;d", e) FROM stdin;\n\\! x\n\\.\n',
    "rows with options": "COPY t FROM stdin WITH (FORMAT csv);\n'\\!\n\\.\n",
    "strings": "INSERT INTO t VALUES ('\\! x', E'\\\\! \\'', 'a''b', $$\\! x$$, $a$\\!$$\n$a$);\n",
    "names": 'CREATE TABLE "\\! x" ("a""\\");\n',
    "comments": "-- \\! x\n/* \\! x\n /* ' */ \\ */\nSELECT 1;\n",
    "a function": "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\n"
    " SELECT CASE WHEN true THEN 1 END;\nEND;\nCOPY t FROM stdin;\n\\! x\n\\.\n",
    "a table called program": "COPY program FROM stdin;\n1\n\\.\n",
    "what pg_dump says first": "SET client_encoding = 'UTF8';\nSET x = 1e10;\nSELECT a[1:2];\n",
}


def read(text: str, *, alone: bool = False) -> bytes:
    return b"".join(guarded(lines_of(iter([text.encode()])), "it", alone=alone))


@pytest.mark.parametrize("alone", [False, True], ids=["psql restricted", "psql as it is"])
@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_psql_or_the_server_would_run_is_refused(text, alone):
    with pytest.raises(RefusedError, match="it holds"):
        read(text, alone=alone)


@pytest.mark.parametrize("alone", [False, True], ids=["psql restricted", "psql as it is"])
@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_what_only_looks_like_a_command_is_taken_as_it_is(text, alone):
    assert read(text, alone=alone) == text.encode()


@pytest.mark.parametrize("text", ["SELECT 'a\\' ' \\! x ';\n", "SELECT :LAST_ERROR_MESSAGE;\n"])
def test_an_old_psql_is_given_nothing_that_it_may_read_otherwise(text):
    with pytest.raises(RefusedError):
        read(text, alone=True)


def test_the_key_of_pg_dump_is_left_out():
    assert read("\\restrict Abc1\n\nSELECT 1;\n\\unrestrict Abc1\n") == b"\nSELECT 1;\n"


@pytest.mark.parametrize(
    ("version", "knows"),
    [
        ("15.18", True),
        ("15.13", False),
        ("18.6", True),
        ("18rc1", True),
        ("17.5", False),
        ("13.22", True),
        ("12.22", False),
        ("", False),
    ],
)
def test_a_psql_is_known_to_be_restrictable_by_its_version(version, knows):
    assert knows_restrict(version) is knows


# The same through every command that loads a dump


@pytest.fixture(scope="module")
def shop(postgres18):
    with fresh_database(postgres18) as database:
        database.run(f"{SMALL}{ROWS}; CREATE TABLE told (); COMMENT ON TABLE told IS '{'A' * 300}'")
        yield database


def plain(folder, canary):
    """Cut the key out of a plain dump, and put a command in."""
    text = gzip.decompress((folder / "dump.sql.gz").read_bytes())
    lines = [line for line in text.splitlines() if b"restrict" not in line]
    told = [b"\\! touch %s" % os.fsencode(canary), *lines]
    forge_file(folder, "dump.sql.gz", gzip.compress(b"\n".join(told)))


def statement(folder, canary):
    text = gzip.decompress((folder / "dump.sql.gz").read_bytes())
    told = b"COPY (SELECT 1) TO PROGRAM 'touch %s';\n" % os.fsencode(canary)
    forge_file(folder, "dump.sql.gz", gzip.compress(text + told))


def archive(folder, canary, *, name="dump.pgdump", command="\\! touch {}\n"):
    """Put a command into the list of an archive, in the place of a comment as long."""
    content = (folder / name).read_bytes()
    told = "A';\n" + command.format(canary)
    written = told.encode().ljust(299, b"-") + b"\n"
    assert content.count(b"A" * 300) == 1
    forge_file(folder, name, content.replace(b"A" * 300, written))


FORMS = {
    "plain": (BackupWish(form=Form.PLAIN), plain),
    "plain, a program of the server": (BackupWish(form=Form.PLAIN), statement),
    "custom": (BackupWish(), archive),
    "custom, a program of the server": (
        BackupWish(),
        partial(archive, command="COPY (SELECT 1) TO PROGRAM 'touch {}';\n"),
    ),
    "directory, parallel": (
        BackupWish(form=Form.DIRECTORY, jobs=2),
        partial(archive, name="dump/toc.dat", command="COPY (SELECT 1) TO PROGRAM 'touch {}';\n"),
    ),
    "data only": (BackupWish(Content.DATA_ONLY), partial(archive, name="schema.pgdump")),
}


def into_new(shop, folder, _):
    restore(open_gateway(shop.url), folder, "forged", Silent())


def into_new_through_a_prefix(shop, folder, _):
    prefix = ("env", f"PATH={shop.server.bin}:{os.environ['PATH']}")
    restore(open_gateway(shop.url, prefix), folder, "forged", Silent())


def into_empty(shop, folder, _):
    with fresh_database(shop.server) as empty:
        restore(open_gateway(empty.url), folder, None, Silent())


def into_scratch(shop, folder, _):
    restore_into_scratch(folder, open_gateway(shop.url), Silent())


def rehearsed(shop, folder, tmp_path):
    found = [
        path
        for path in folder.rglob("*")
        if path.name in ("dump.sql.gz", "dump.pgdump", "schema.pgdump")
    ]
    if not found:
        raise RefusedError("a rehearsal takes one file", why="", fix="")
    with fresh_database(shop.server) as scratch:
        for path in found:
            copy_dump(path, open_gateway(scratch.url), tmp_path)


@pytest.mark.parametrize(
    "load", [into_new, into_new_through_a_prefix, into_empty, into_scratch, rehearsed]
)
@pytest.mark.parametrize(("wish", "forge"), FORMS.values(), ids=FORMS)
def test_no_command_of_a_forged_dump_runs(shop, tmp_path, load, wish, forge):
    if load is into_new_through_a_prefix and wish.form is Form.DIRECTORY:
        pytest.skip("a folder cannot go through a prefix")
    canary = tmp_path / "ran"
    folder = back_up(open_gateway(shop.url), wish, tmp_path / "b", Silent())
    forge(folder, canary)

    with pytest.raises(RefusedError):
        load(shop, folder, tmp_path)

    assert not canary.exists()
    assert "forged" not in databases(shop.server)


SETTINGS = {
    "a grant that is a statement": {"grants": ["CREATE DATABASE evil"]},
    "a grant with a statement behind": {
        "grants": ['GRANT CONNECT ON DATABASE {database} TO "a"; CREATE DATABASE evil']
    },
    "a privilege that is a statement": {
        "grants": [
            {
                "privilege": "ALL ON DATABASE x TO PUBLIC; CREATE DATABASE evil; --",
                "grantee": None,
                "grantable": False,
            }
        ]
    },
    "a setting that is a statement": {"parameters": ["CREATE DATABASE evil"]},
    "a setting with a statement behind": {
        "parameters": ["ALTER DATABASE {database} SET work_mem TO '1'; CREATE DATABASE evil"]
    },
    "a setting's name that is a statement": {
        "parameters": [{"name": "x TO 1; CREATE DATABASE evil; --", "value": "", "role": None}]
    },
    "a list that is a statement": {
        "parameters": ["ALTER DATABASE {database} SET search_path TO a; CREATE DATABASE evil"]
    },
    "a number that is a statement": {"connection_limit": "1; CREATE DATABASE evil"},
}


@pytest.mark.parametrize("load", [into_new, into_empty, into_scratch])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_no_statement_of_a_forged_manifest_runs(shop, tmp_path, load, settings):
    folder = back_up(open_gateway(shop.url), BackupWish(), tmp_path / "b", Silent())
    forge_manifest(folder, lambda one: one["state"]["settings"].update(settings))

    with pytest.raises(AnalyzerError):
        load(shop, folder, tmp_path)

    assert not {"evil", "forged"} & databases(shop.server)


def test_a_list_in_a_manifest_holds_nothing_but_names(shop, tmp_path):
    folder = back_up(open_gateway(shop.url), BackupWish(), tmp_path / "b", Silent())
    told = "a'; CREATE DATABASE evil; --, \"b'\""
    parameter = {"name": "search_path", "value": told, "role": None}
    forge_manifest(folder, lambda one: one["state"]["settings"].update(parameters=[parameter]))

    try:
        restore(open_gateway(shop.url), folder, "forged", Silent())

        assert "evil" not in databases(shop.server)
    finally:
        with shop.server.connect() as connection:
            connection.execute("DROP DATABASE IF EXISTS forged WITH (FORCE)")


def test_a_backup_of_the_first_format_is_read(shop, tmp_path):
    folder = back_up(open_gateway(shop.url), BackupWish(), tmp_path / "b", Silent())

    def former(one):
        one["format"] = 1
        one["state"]["settings"].update(
            grants=[
                "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
                'GRANT CONNECT ON DATABASE {database} TO "a""{{b" WITH GRANT OPTION',
            ],
            parameters=[
                'ALTER DATABASE {database} SET search_path TO "$user", public',
                "ALTER ROLE \"r\" IN DATABASE {database} SET x.y TO 'it''s {{}}'",
            ],
        )

    forge_manifest(folder, former)

    settings = read_manifest(folder).state.settings
    (grant,) = settings.grants
    assert (grant.privilege, grant.grantee, grant.grantable) == ("CONNECT", 'a"{b', True)
    assert [(one.name, one.value, one.role) for one in settings.parameters] == [
        ("search_path", '"$user", public', None),
        ("x.y", "it's {}", "r"),
    ]
