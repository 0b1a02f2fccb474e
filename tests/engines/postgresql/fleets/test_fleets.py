"""A fleet is read whole, with few locks, and those that are alike are told to be."""

import psycopg
import pytest

from analyzer.analysis.fleets.groups import group_members
from analyzer.engines.postgresql.access.gateway import open_gateway
from analyzer.engines.postgresql.fleets import schema_fleet
from analyzer.engines.postgresql.fleets.reading import hold_fleet
from analyzer.errors import StatementError
from analyzer.frameworks.registry import framework
from analyzer.model.core.fleet import Fleet, FleetKind
from analyzer.model.core.table_row import TableRow
from tests.support.databases import fleets
from tests.support.databases.servers import fresh_database

RAILS = framework("rails")
TENANTS = Fleet(FleetKind.SCHEMA, "tenant_*")
TABLE = "CREATE TABLE {schema}.schema_migrations (version varchar PRIMARY KEY);"


def members(url, fleet=TENANTS):
    with hold_fleet(open_gateway(url), fleet, None, RAILS) as reader:
        return reader.read_members()


def grouped(url, fleet=TENANTS):
    return [group.names for group in group_members(members(url, fleet).members)]


def test_tenants_that_differ_in_anything_stand_alone(any_database):
    odd = fleets.fill(any_database.url, 30)

    largest, *others = grouped(any_database.url)

    assert len(largest) == 30 - len(odd)
    assert sorted(others) == sorted((name,) for name in odd)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("tenant_*", ["tenant_1", "tenant_20"]),
        ("tenant_?", ["tenant_1"]),
        ("*", ["TENANT_1", "tenant_1", "tenant_20", "tenantX1"]),
        ("tenant?1", ["tenantX1", "tenant_1"]),
        ("tenant_[0-9]", []),
        ("%", []),
        ("tenant_1", ["tenant_1"]),
    ],
)
def test_of_a_pattern_only_two_signs_are_special(database, pattern, names):
    for schema in ("tenant_1", "tenant_20", "tenantX1", "TENANT_1"):
        database.run(f'CREATE SCHEMA "{schema}"; ' + TABLE.format(schema=f'"{schema}"'))
    database.run("CREATE SCHEMA tenant_3")

    found = members(database.url, Fleet(FleetKind.SCHEMA, pattern)).members

    assert sorted(it.name for it in found) == sorted(names)


def test_a_name_of_a_schema_in_its_own_catalogue_does_not_count(any_database):
    for schema in ("tenant_a", '"tenant_B.c"', '"tenant_ it\'s"'):
        any_database.run(
            f"CREATE SCHEMA {schema}; SET search_path = {schema};"
            "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
            "CREATE TYPE mood AS ENUM ('ok', 'sad');"
            "CREATE TABLE songs (id bigserial PRIMARY KEY, mood mood DEFAULT 'ok', body text);"
            "CREATE TABLE plays (song bigint REFERENCES songs, CHECK (song > 0));"
            "CREATE INDEX loud ON songs (lower(body)) WHERE mood = 'sad';"
            "CREATE VIEW sad AS SELECT * FROM songs WHERE mood = 'sad'"
        )

    assert len(grouped(any_database.url)) == 1


def test_the_locks_of_a_batch_stay_below_what_a_session_is_granted(database):
    fleets.fill(database.url, 60)
    seen = []
    with hold_fleet(open_gateway(database.url), TENANTS, None, RAILS) as reader:
        asked = reader._ask

        def counted(batch):
            found = asked(batch)
            seen.append(database.run("SELECT count(*) FROM pg_locks WHERE locktype='relation'"))
            return found

        reader._ask = counted
        reader.read_members()
        alike = reader.read_alike(reader.read_members().members[:1], "default:1")

    assert alike.catalog is not None
    assert len(seen) >= 6
    assert max(count for ((count,),) in seen) < 120


def test_one_that_cannot_be_read_does_not_hide_the_others(database):
    fleets.fill(database.url, 30)
    database.run("CREATE ROLE clerk LOGIN; GRANT ALL ON SCHEMA tenant_00001 TO clerk")
    database.run(
        "CREATE SCHEMA tenant_go; CREATE TABLE tenant_go.schema_migrations "
        "(version bigint PRIMARY KEY, dirty boolean)"
    )
    with database.connect() as holding:
        holding.execute("BEGIN; LOCK TABLE tenant_00002.schema_migrations")
        hurried = (*schema_fleet.PostgresSession.next_reading.__globals__["READING"],)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(
                schema_fleet.PostgresSession.next_reading.__globals__,
                "READING",
                (*hurried, "SET LOCAL lock_timeout = '50ms'"),
            )
            read = members(database.url)

    assert [it.name for it in read.unread] == ["tenant_00002", "tenant_go"]
    assert "golang-migrate" in read.unread[1].what
    assert len(read.members) == 29


def test_all_is_read_as_of_one_moment(database):
    fleets.fill(database.url, 30)
    with hold_fleet(open_gateway(database.url), TENANTS, None, RAILS) as reader:
        database.run("INSERT INTO tenant_00007.schema_migrations VALUES ('20990101000000')")
        read = {it.name: it for it in reader.read_members().members}

    assert "20990101000000" not in read["tenant_00007"].rows


def test_nothing_can_be_written(database):
    fleets.fill(database.url, 12)
    with hold_fleet(open_gateway(database.url), TENANTS, None, RAILS) as reader:
        reader.read_members()
        with pytest.raises(StatementError, match="read-only"):
            reader._reading.run("DELETE FROM tenant_00001.schema_migrations")


def test_what_is_said_of_one_is_safe_for_all_that_are_alike(database):
    for number in range(3):
        database.run(
            f"CREATE SCHEMA tenant_{number}; "
            + TABLE.format(schema=f"tenant_{number}")
            + f"CREATE TABLE tenant_{number}.songs (id int)"
        )
    database.run("INSERT INTO tenant_2.songs SELECT generate_series(1, 100)")
    with hold_fleet(open_gateway(database.url), TENANTS, None, RAILS) as reader:
        (group,) = group_members(reader.read_members().members)
        live = reader.read_alike(group.members, "default:1")

    assert live.versions.table.schema == "tenant_0"
    assert not live.catalog.sizes["songs"].empty
    assert set(live.catalog.schema.tables) == {"songs", "schema_migrations"}


def test_databases_of_a_server_are_a_fleet_too(postgres18):
    fleet = Fleet(FleetKind.DATABASE, "shop_*")
    with (
        fresh_database(postgres18, "shop_a") as one,
        fresh_database(postgres18, "shop_b") as other,
        fresh_database(postgres18, "shop_c") as odd,
        fresh_database(postgres18, "shop_empty"),
    ):
        for place in (one, other, odd):
            with psycopg.connect(place.url, autocommit=True) as connection:
                connection.execute(TABLE.format(schema="public"))
                connection.execute("INSERT INTO schema_migrations VALUES ('1'), ('2')")
        odd.run("CREATE TABLE songs (id int)")

        assert grouped(one.url, fleet) == [("shop_a", "shop_b"), ("shop_c",)]
        with hold_fleet(open_gateway(one.url), fleet, None, RAILS) as reader:
            group, _ = group_members(reader.read_members().members)
            live = reader.read_alike(group.members, "default:1")
        assert live.versions.database == "shop_a"
        assert [TableRow(it.version.text).text for it in live.versions.rows] == ["1", "2"]
