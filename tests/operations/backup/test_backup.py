"""Backups: what they hold, what their manifest says, and what is refused as none."""

import gzip
import json
import os
import random
import stat
import threading
from pathlib import Path

import psycopg
import pytest

from analyzer.engines.postgresql.catalog.database_state import read_tables
from analyzer.engines.postgresql.tools.checksums import count_tables
from analyzer.engines.postgresql.tools.client_programs import find_tool
from analyzer.engines.postgresql.tools.dump_watch import DumpWatch
from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError, RefusedError, UsageError
from analyzer.model.core.progress import Silent
from analyzer.model.recovery.backup import BackupWish, Content, Form
from analyzer.operations.backup.backup import back_up
from analyzer.operations.backup.backup_folder import check_files, read_manifest
from analyzer.operations.backup.scratch_restoration import restore_into_scratch
from analyzer.records import replace
from tests.support.databases.forgery import forge_manifest
from tests.support.databases.servers import Database

TABLES = """
CREATE TABLE songs (id serial PRIMARY KEY, title text);
INSERT INTO songs (title) SELECT 'song ' || n FROM generate_series(1, 500) n;
CREATE TABLE "Über" (id integer, part date) PARTITION BY RANGE (part);
CREATE TABLE über_1 PARTITION OF "Über" FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
INSERT INTO "Über" VALUES (1, '2025-01-01'), (2, '2025-01-02');
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('20250101000000')"""


def reach(database: Database, *, through: bool = False) -> Gateway:
    """Directly, or through a prefix: env stands for docker, which is not on this machine."""
    prefix = ("env", f"PATH={database.server.bin}:{os.environ['PATH']}") if through else ()
    return open_gateway(database.url, prefix)


@pytest.mark.parametrize("through", [False, True], ids=["direct", "through a prefix"])
def test_the_manifest_says_what_the_dump_must_contain(any_database, tmp_path, through):
    any_database.run(TABLES)

    folder = back_up(reach(any_database, through=through), BackupWish(), tmp_path / "b", Silent())

    manifest = read_manifest(folder)
    check_files(folder, manifest)
    rows = {table.label: table.rows for table in manifest.state.tables}
    assert rows == {"public.Über": 2, "public.schema_migrations": 1, "public.songs": 500}
    assert all(table.checksum for table in manifest.state.tables)
    assert manifest.state.versions == ("20250101000000",)
    assert manifest.state.identity.database == any_database.name
    assert [file.path for file in manifest.files] == ["dump.pgdump"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_counts_and_dump_are_of_one_moment(database, tmp_path):
    """While rows are written all the time, both see the same ones."""
    database.run(TABLES)
    stop, going = threading.Event(), threading.Event()

    def write() -> None:
        with database.connect() as connection:
            while not stop.is_set():
                connection.execute("INSERT INTO songs (title) SELECT 'x' FROM generate_series(1,9)")
                going.set()

    writer = threading.Thread(target=write)
    writer.start()
    going.wait(10)
    try:
        folder = back_up(reach(database), BackupWish(form=Form.PLAIN), tmp_path / "b", Silent())
    finally:
        stop.set()
        writer.join()

    text = gzip.decompress((folder / "dump.sql.gz").read_bytes()).decode()
    dumped = text.split("COPY public.songs ")[1].split("\\.\n")[0].count("\n") - 1
    (songs,) = (one for one in read_manifest(folder).state.tables if one.name == "songs")
    assert songs.rows == dumped > 500


def test_the_checksum_knows_neither_the_order_of_rows_nor_of_columns(database, tmp_path):
    database.run("CREATE TABLE a (x int, y text); CREATE TABLE b (y text, x int)")
    database.run("INSERT INTO a VALUES (1, 'p'), (2, NULL), (2, NULL)")
    database.run("INSERT INTO b VALUES (NULL, 2), ('p', 1), (NULL, 2)")

    folder = back_up(reach(database), BackupWish(), tmp_path / "b", Silent())

    a, b = read_manifest(folder).state.tables
    assert a.checksum == b.checksum


@pytest.mark.parametrize(
    ("change"),
    [
        pytest.param("UPDATE songs SET title = '' WHERE id = 7", id="a value"),
        pytest.param("UPDATE songs SET title = NULL WHERE id = 7", id="a NULL"),
        pytest.param("DELETE FROM songs WHERE id = 7", id="a row less"),
        pytest.param("INSERT INTO songs VALUES (501, 'song 7')", id="a row more"),
        pytest.param(
            "UPDATE songs SET title = CASE id WHEN 7 THEN 'song 8' ELSE 'song 7' END "
            "WHERE id IN (7, 8)",
            id="two values exchanged",
        ),
    ],
)
def test_the_checksum_sees_every_change(database, tmp_path, change):
    database.run(TABLES)
    before = back_up(reach(database), BackupWish(), tmp_path / "before", Silent())
    database.run(change)

    after = back_up(reach(database), BackupWish(), tmp_path / "after", Silent())

    sums = [
        {one.label: one.checksum for one in read_manifest(folder).state.tables}
        for folder in (before, after)
    ]
    assert sums[0]["public.songs"] != sums[1]["public.songs"]
    assert sums[0]["public.Über"] == sums[1]["public.Über"]


LONG = "INSERT INTO a (x, y, z, j, k, v) VALUES (1, 'p,3:q', 'r', '\"s\"', NULL, '\\x00')"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE a SET y = 'p', z = '3:q,1:r'", id="moved into the next column"),
        pytest.param("UPDATE a SET y = 'p,3:qr', z = ''", id="only its end moved"),
        pytest.param("UPDATE a SET z = NULL", id="gone"),
        pytest.param("UPDATE a SET k = j, j = NULL", id="JSON in the next column"),
        pytest.param("UPDATE a SET v = '\\x'", id="an empty bytea"),
        pytest.param("UPDATE a SET x = NULL, z = '1r'", id="from a number into a text"),
    ],
)
def test_a_checksum_of_long_values_sees_where_each_ends(any_database, tmp_path, change):
    any_database.run("CREATE TABLE a (x int, y text, z varchar(9), j jsonb, k json, v bytea)")
    any_database.run(LONG)
    (before,) = count_tables(reach(any_database), _tables(any_database))

    any_database.run(change)

    (after,) = count_tables(reach(any_database), _tables(any_database))
    assert (before.rows, after.rows) == (1, 1)
    assert before.checksum != after.checksum


def test_many_long_columns_have_a_checksum_too(database):
    columns = ", ".join(f"c{number} text DEFAULT '{number}'" for number in range(400))
    database.run(f"CREATE TABLE wide ({columns}); INSERT INTO wide DEFAULT VALUES")

    (counted,) = count_tables(reach(database), _tables(database))

    assert (counted.rows, counted.checksum != "0") == (1, True)


def test_counted_slice_by_slice_it_is_the_same_and_moves_on(any_database, monkeypatch):
    any_database.run("CREATE TABLE a AS SELECT n, repeat('x', 500) FROM generate_series(1, 999) n")
    steps = []
    (whole,) = count_tables(reach(any_database), _tables(any_database))
    monkeypatch.setattr("analyzer.engines.postgresql.tools.checksums._SLICE", 7)

    (sliced,) = count_tables(
        reach(any_database), _tables(any_database), done=lambda _, size: steps.append(size)
    )

    assert sliced == whole
    assert len(steps) > 5
    assert sum(steps) == whole.bytes


def test_a_dump_moves_on_within_a_table(database):
    class Ear(Silent):
        done = 0

        def advance(self, size, doing=""):
            self.done += size

    database.run('CREATE TABLE a (x int); CREATE TABLE "B" (x int)')
    tables = [replace(table, bytes=1000) for table in _tables(database)]
    ear = Ear()
    watch = DumpWatch(tables, {}, ear)

    seen = []
    for step in (
        lambda: watch.hear('dumping contents of table "public.a"'),
        lambda: watch.move("public.a", 400),
        lambda: watch.move("public.a", 5000),
        lambda: watch.move("public.unknown", 7),
        lambda: watch.hear('dumping contents of table "public."B""'),
        lambda: watch.move("public.B", 10),
        watch.finish,
    ):
        step()
        seen.append(ear.done)

    assert seen == [0, 400, 999, 999, 1000, 1010, 2000]


def _tables(database):
    with reach(database).session() as session:
        return read_tables(session)


def test_two_server_versions_make_the_same_checksum(postgres15, postgres18, tmp_path):
    from tests.support.databases.servers import fresh_database

    sums = []
    for server in (postgres15, postgres18):
        with fresh_database(server) as database:
            database.run(
                "CREATE TABLE t AS SELECT n AS i, n / 3.0::float8 AS f, now() - now() AS v"
                ", to_timestamp(n) AS t, jsonb_build_object('a', n) AS j, 'é' || n AS s "
                "FROM generate_series(1, 99) n"
            )
            folder = back_up(reach(database), BackupWish(), tmp_path / str(server.port), Silent())
            sums.append(read_manifest(folder).state.tables[0].checksum)

    assert sums[0] == sums[1]


def test_an_unknown_table_is_refused_by_name_and_nothing_is_left(database, tmp_path):
    database.run(TABLES)

    with pytest.raises(UsageError, match="there is no table sungs"):
        back_up(
            reach(database), BackupWish(Content.TABLES, tables=("sungs",)), tmp_path / "b", Silent()
        )

    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_never_overwritten(database, tmp_path):
    database.run(TABLES)
    folder = back_up(reach(database), BackupWish(), tmp_path / "b", Silent())
    before = (folder / "manifest.json").read_bytes()

    with pytest.raises(AnalyzerError, match="already exists"):
        back_up(reach(database), BackupWish(), folder, Silent())

    assert (folder / "manifest.json").read_bytes() == before


def test_a_failed_backup_leaves_nothing(database, tmp_path):
    database.run(TABLES + "; CREATE ROLE nobody_here LOGIN; GRANT SELECT ON songs TO nobody_here")
    url = database.url.replace("postgres@", "nobody_here@")
    try:
        with pytest.raises(AnalyzerError, match="permission denied"):
            back_up(open_gateway(url), BackupWish(), tmp_path / "b", Silent())
    finally:
        database.run("DROP OWNED BY nobody_here; DROP ROLE nobody_here")

    assert list(tmp_path.iterdir()) == []


def test_a_truncate_waits_until_the_backup_is_done(database, tmp_path):
    """A snapshot alone does not keep a TRUNCATE away."""
    from analyzer.engines.postgresql.access.exported_snapshot import frozen_moment

    database.run(TABLES)
    with frozen_moment(reach(database)), database.connect() as other:
        other.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("TRUNCATE songs")


# What is no whole backup


@pytest.fixture
def taken(database, tmp_path):
    database.run(TABLES)
    return back_up(reach(database), BackupWish(), tmp_path / "b", Silent())


def refusal(folder: Path) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        check_files(folder, read_manifest(folder))
    return caught.value


def test_a_truncated_file_is_refused_by_name(taken):
    dump = taken / "dump.pgdump"
    whole = dump.read_bytes()
    for cut in random.Random(8).sample(range(len(whole)), 20):
        dump.write_bytes(whole[:cut])

        assert refusal(taken).what == f"{dump} is truncated"


def test_a_flipped_bit_is_refused_by_name(taken):
    dump = taken / "dump.pgdump"
    whole = dump.read_bytes()
    for place in random.Random(8).sample(range(len(whole)), 20):
        broken = bytearray(whole)
        broken[place] ^= 1 << place % 8
        dump.write_bytes(broken)

        assert refusal(taken).what == f"{dump} was altered"


def test_a_missing_and_a_foreign_file_are_named(taken):
    (taken / "other").write_text("x")
    assert refusal(taken).what == f"{taken / 'other'} does not belong here"

    (taken / "dump.pgdump").rename(taken / "other")
    assert refusal(taken).what == f"{taken / 'dump.pgdump'} is missing"


def test_a_dump_without_a_manifest_is_foreign(tmp_path, database):
    dump = tmp_path / "dump.sql"
    dump.write_bytes(database.dump())

    assert refusal(dump).what == f"{dump} is not a migdoctor backup"
    assert refusal(tmp_path).what == f"{tmp_path} is not a migdoctor backup"


def test_an_unfinished_backup_says_what_it_is(taken):
    unfinished = taken.rename(taken.with_name("b.unfinished"))

    assert refusal(unfinished).what == f"{unfinished} is not a complete backup"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"state": 1}', "\0", "[" * 9999])
def test_a_broken_manifest_is_refused(taken, text):
    (taken / "manifest.json").write_text(text)

    assert "manifest.json cannot be read" in refusal(taken).what


def test_a_manifest_from_another_hand_is_read_strictly(taken):
    forge_manifest(taken, lambda one: one["state"]["tables"][0].update(rows="many"))

    assert "manifest.json cannot be read" in refusal(taken).what


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda one: one["state"]["tables"][0].update(rows=None, checksum=None), id="rows"
        ),
        pytest.param(lambda one: one["wish"].update(form="plain"), id="form"),
        pytest.param(lambda one: one["state"]["settings"].update(grants=["{x}"]), id="grants"),
        pytest.param(lambda one: one.pop("sha256"), id="no seal"),
        pytest.param(lambda one: one.pop("format"), id="no format"),
    ],
)
def test_an_altered_manifest_is_refused_whatever_it_says_then(taken, change):
    path = taken / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))

    assert "manifest.json cannot be read" in refusal(taken).what


def test_a_manifest_of_a_newer_migdoctor_is_not_guessed_at(taken):
    forge_manifest(taken, lambda one: one.update(format=3))

    assert "was written by a newer migdoctor" in refusal(taken).what


def test_a_manifest_leads_nowhere_outside_of_its_folder(taken, tmp_path):
    dump = taken / "dump.pgdump"
    dump.rename(tmp_path / "outside")
    for place in (tmp_path / "outside", tmp_path / "nowhere", tmp_path):
        dump.symlink_to(place)
        assert refusal(taken).what == f"{dump} is a symbolic link"
        dump.unlink()

    forge_manifest(taken, lambda one: one["files"][0].update(path="../outside"))
    assert refusal(taken).what == f"{taken / '../outside'} is missing"


# Tools and secrets


def test_a_pg_dump_that_is_older_than_the_server_will_not_do(database):
    """Behind a prefix there is only the one: Debian's 15."""
    gateway = open_gateway(database.url, ("env", "PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin"))

    assert find_tool(gateway, "pg_dump", 99) is None
    assert find_tool(open_gateway(database.url), "pg_dump", 18) is not None


def test_the_password_is_in_no_argument(database, tmp_path):
    database.run(
        TABLES + "; GRANT ALL ON ALL TABLES IN SCHEMA public TO guarded; "
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO guarded"
    )
    record = tmp_path / "arguments"
    spy = tmp_path / "spy"
    spy.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$*" >> {record}\nPATH={database.server.bin}:$PATH exec "$@"\n'
    )
    spy.chmod(0o755)
    url = database.url.replace("postgres@", "guarded:correct%20horse@")

    back_up(open_gateway(url, (str(spy),)), BackupWish(), tmp_path / "b", Silent())

    assert "pg_dump" in record.read_text()
    assert "correct" not in record.read_text()
    assert "correct" not in (tmp_path / "b" / "manifest.json").read_text()


def test_a_table_is_found_by_its_name_in_a_database_of_another_encoding(database, tmp_path):
    name = f"{database.name}_latin"
    database.run(f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    latin = Database(database.server, name)
    latin.run('CREATE TABLE "Größe" (x text); INSERT INTO "Größe" VALUES (\'ä\')')
    wish = BackupWish(content=Content.TABLES, tables=("Größe",))

    folder = back_up(reach(latin), wish, tmp_path / "b", Silent())

    restored = restore_into_scratch(folder, reach(database), Silent())
    assert restored.state.settings.encoding == "LATIN1"
    sums = [one.state.tables[0].checksum for one in (restored.manifest, restored)]
    assert sums[0] == sums[1]
    database.run(f"DROP DATABASE {name}")
