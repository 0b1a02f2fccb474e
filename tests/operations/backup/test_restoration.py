"""Restoring: into nothing that holds anything, and proven afterwards."""

import os

import pytest

from analyzer.analysis.recovery.state_comparison import compare_states
from analyzer.analysis.recovery.state_pair import Comparison
from analyzer.engines.registry import open_gateway, usual_engine
from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError, DatabaseError, RefusedError
from analyzer.model.core.progress import Silent
from analyzer.model.recovery.backup import BackupWish, Content, Form
from analyzer.model.recovery.checklist import CheckOutcome
from analyzer.operations.backup.backup import back_up
from analyzer.operations.backup.restoration import restore
from analyzer.operations.backup.scratch_restoration import restore_into_scratch
from tests.support.databases.contents import contents
from tests.support.databases.forgery import forge_file
from tests.support.databases.recovery_world import build_world
from tests.support.databases.servers import Database, fresh_database

WISHES = [
    pytest.param(BackupWish(), id="custom"),
    pytest.param(BackupWish(form=Form.PLAIN), id="plain, gzip"),
    pytest.param(BackupWish(form=Form.PLAIN, compress=0), id="plain"),
    pytest.param(BackupWish(form=Form.DIRECTORY, jobs=2), id="directory, parallel"),
    pytest.param(BackupWish(Content.DATA_ONLY), id="data only"),
]


def reach(database: Database, *, through: bool = False) -> Gateway:
    """Directly, or through a prefix: env stands for docker, which is not on this machine."""
    prefix = ("env", f"PATH={database.server.bin}:{os.environ['PATH']}") if through else ()
    return open_gateway(database.url, prefix)


@pytest.fixture(scope="module")
def world(postgres18):
    with fresh_database(postgres18) as database:
        build_world(database, 300)
        yield database


def drop(database: Database, name: str) -> None:
    with database.server.connect() as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.mark.parametrize("wish", WISHES)
def test_every_form_brings_every_row_back(world, tmp_path, wish):
    folder = back_up(reach(world), wish, tmp_path / "b", Silent())
    try:
        done = restore(reach(world), folder, "restored", Silent())

        assert contents(world.server.url("restored")) == contents(world.url)
        items = compare_states(done.manifest.state, done.state, Comparison(), usual_engine())
        assert {item.outcome for item in items} == {CheckOutcome.PASS}, items
        with world.server.connect("restored") as connection:
            last = connection.execute("SELECT nextval('songs_id_seq')").fetchall()
            objects = connection.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchall()
        assert (last, objects) == ([(61,)], [(2,)])
    finally:
        drop(world, "restored")


def test_it_goes_through_a_prefix(world, tmp_path):
    folder = back_up(reach(world, through=True), BackupWish(), tmp_path / "b", Silent())
    try:
        restore(reach(world, through=True), folder, "restored", Silent())

        assert contents(world.server.url("restored")) == contents(world.url)
    finally:
        drop(world, "restored")


def test_some_tables_are_restored_with_the_schema_around_them(world, tmp_path):
    wish = BackupWish(Content.TABLES, tables=("events", "public.artists"))
    folder = back_up(reach(world), wish, tmp_path / "b", Silent())
    # the foreign key of artists refers to albums, whose rows are not in the backup
    with pytest.raises(AnalyzerError, match="foreign key"):
        restore(reach(world), folder, "restored", Silent())

    whole = BackupWish(Content.TABLES, tables=("events", "hashed"))
    folder = back_up(reach(world), whole, tmp_path / "whole", Silent())
    try:
        restore(reach(world), folder, "restored", Silent())
        found = contents(world.server.url("restored"))
    finally:
        drop(world, "restored")

    expected = contents(world.url)
    assert found["public.events"] == expected["public.events"]
    assert found["public.hashed"] == expected["public.hashed"]


def test_an_old_dump_restores_on_a_new_server_and_its_own(postgres15, postgres18, tmp_path):
    with fresh_database(postgres15) as old, fresh_database(postgres18) as new:
        build_world(old, 300)
        folder = back_up(reach(old), BackupWish(), tmp_path / "b", Silent())

        done = restore(reach(new), folder, None, Silent())

        assert contents(new.url) == contents(old.url)
        items = compare_states(done.manifest.state, done.state, Comparison(), usual_engine())
        assert {item.outcome for item in items} == {CheckOutcome.PASS}, items


def test_newer_tools_restore_on_an_older_server(postgres15, postgres18, tmp_path):
    """pg_restore 18 writes a setting that 15 does not know."""
    prefix = ("env", f"PATH={postgres18.bin}:{os.environ['PATH']}")
    with fresh_database(postgres15) as old:
        old.run("CREATE TABLE t AS SELECT 1 AS x")
        through = open_gateway(old.url, prefix)
        folder = back_up(through, BackupWish(form=Form.PLAIN), tmp_path / "b", Silent())
        try:
            restore(through, folder, "restored", Silent())

            assert contents(postgres15.url("restored")) == contents(old.url)
        finally:
            drop(old, "restored")


def test_a_migrated_database_is_refused_with_the_reason(world, tmp_path):
    """The guide's own step: the full dump restored over a database that was just migrated."""
    folder = back_up(reach(world), BackupWish(), tmp_path / "b", Silent())
    before = contents(world.url)

    with pytest.raises(RefusedError) as caught:
        restore(reach(world), folder, None, Silent())

    assert "is not empty: it has" in caught.value.what
    assert "psql exits with 0" in caught.value.why
    assert contents(world.url) == before


@pytest.mark.parametrize(
    "there",
    [
        "CREATE VIEW v AS SELECT 1",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TYPE mood AS ENUM ('sad')",
        "CREATE SEQUENCE s",
        "SELECT lo_create(0)",
    ],
)
def test_whatever_is_there_makes_a_target_unfit(database, world, tmp_path, there):
    folder = back_up(reach(world), BackupWish(), tmp_path / "b", Silent())
    database.run(there)

    with pytest.raises(RefusedError, match="is not empty"):
        restore(reach(database), folder, None, Silent())


def test_a_taken_name_is_refused(database, world, tmp_path):
    folder = back_up(reach(world), BackupWish(), tmp_path / "b", Silent())

    with pytest.raises(RefusedError, match="already"):
        restore(reach(world), folder, database.name, Silent())


def test_a_restore_that_fails_leaves_no_database(world, tmp_path):
    folder = back_up(
        reach(world), BackupWish(form=Form.PLAIN, compress=0), tmp_path / "b", Silent()
    )
    forge_file(folder, "dump.sql", (folder / "dump.sql").read_bytes() + b"\nSELECT 1/0;\n")

    with pytest.raises(AnalyzerError, match="division by zero"):
        restore(reach(world), folder, "restored", Silent())

    with world.server.connect() as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database")]
    assert not [name for name in names if name.startswith("restored")]


def test_a_missing_role_is_named_before_anything_is_made(postgres15, postgres18, tmp_path):
    with fresh_database(postgres15) as old, fresh_database(postgres18) as new:
        old.run("CREATE ROLE own_tables; CREATE TABLE t (x int); ALTER TABLE t OWNER TO own_tables")
        try:
            folder = back_up(reach(old), BackupWish(), tmp_path / "b", Silent())
        finally:
            old.run("DROP OWNED BY own_tables; DROP ROLE own_tables")

        with pytest.raises(DatabaseError, match="lacks the role own_tables"):
            restore(reach(new), folder, None, Silent())

        restore(reach(new), folder, None, Silent(), owners=False)
        assert contents(new.url) == {"public.t": "0:e3b0c44298fc1c14"}


def test_a_twin_has_the_same_owner_settings_and_collation(database, tmp_path):
    name = database.name
    database.run(
        f"CREATE ROLE landlord; ALTER DATABASE {name} OWNER TO landlord; ALTER DATABASE "
        f"{name} SET search_path = audio, public; ALTER DATABASE {name} SET work_mem = "
        f"'7MB'; COMMENT ON DATABASE {name} IS 'it''s ours'; REVOKE ALL ON DATABASE "
        f"{name} FROM PUBLIC; CREATE TABLE t (x int)"
    )
    query = """SELECT pg_get_userbyid(datdba), datcollate, datctype, pg_encoding_to_char(encoding),
      datacl::text, shobj_description(d.oid, 'pg_database'), array_to_string(setconfig, ';')
      FROM pg_database d LEFT JOIN pg_db_role_setting s ON s.setdatabase = d.oid
      WHERE datname = current_database()"""
    try:
        folder = back_up(reach(database), BackupWish(), tmp_path / "b", Silent())
        restore(reach(database), folder, "twin", Silent())

        with database.server.connect("twin") as connection:
            twin = connection.execute(query).fetchall()
        assert twin == database.run(query)
    finally:
        drop(database, "twin")
        database.run(f"ALTER DATABASE {name} OWNER TO postgres; DROP ROLE landlord")


def test_a_scratch_restore_leaves_nothing_on_the_server(world, tmp_path):
    folder = back_up(reach(world), BackupWish(), tmp_path / "b", Silent())

    done = restore_into_scratch(folder, open_gateway(world.server.url()), Silent())

    items = compare_states(done.manifest.state, done.state, Comparison(), usual_engine())
    assert {item.outcome for item in items} == {CheckOutcome.PASS}, items
    with world.server.connect() as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname ~ 'scratch'")
        assert names.fetchall() == []


def test_what_the_embedded_server_cannot_hold_is_said_to_be_so(postgres15, tmp_path):
    """The wheel is built without XML; Debian's server has it."""
    with fresh_database(postgres15) as database:
        database.run("CREATE TABLE t (x xml); INSERT INTO t VALUES ('<a/>')")
        folder = back_up(reach(database), BackupWish(), tmp_path / "b", Silent())

        with pytest.raises(AnalyzerError) as caught:
            restore_into_scratch(folder, None, Silent())

        assert "cannot hold this database" in caught.value.what
        assert "--scratch-url" in caught.value.fix
        done = restore_into_scratch(folder, open_gateway(postgres15.url()), Silent())
        assert done.state.tables[0].checksum == done.manifest.state.tables[0].checksum
