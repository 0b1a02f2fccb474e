"""Databases of a MySQL server: made, dropped, and who is in them."""

import secrets
from collections.abc import Iterable
from contextlib import suppress

from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.catalog.measure import number_of
from analyzer.engines.mysql.words import identifier, literal
from analyzer.errors import DatabaseError
from analyzer.model.recovery.other_session import OtherSession
from analyzer.model.schema.database_state import DatabaseSettings
from analyzer.records import replace

_LONGEST = 64  # characters of a name; in bytes it is on the safe side
_CATALOGUE = "information_schema"  # a database that every server has, and everybody may enter


def maintenance(gateway: MysqlGateway, apart_from: str) -> MysqlSession:
    """Open a session with the server that is not in this database."""
    del apart_from
    return gateway.at(_CATALOGUE).session()


def database_oid(session: MysqlSession, name: str) -> int | None:
    """Tell a number that stands for a database's name; None where there is none."""
    found = session.column(
        "SELECT schema_name AS it FROM information_schema.schemata "  # noqa: S608  quoted
        f"WHERE schema_name = {literal(name)}"
    )
    return number_of(name) if found else None


def data_folder(session: MysqlSession) -> str | None:
    """Where the server keeps its data, on its own machine."""
    return str(session.column("SELECT @@datadir AS it")[0])


def other_sessions(session: MysqlSession, database: str) -> tuple[OtherSession, ...]:
    """List who else is connected to a database, as far as the role may see them."""
    rows = session.rows(
        "SELECT id AS pid, user AS user, host AS client, command AS state "  # noqa: S608  quoted
        f"FROM information_schema.processlist WHERE db = {literal(database)} "
        "AND id <> CONNECTION_ID() ORDER BY id"
    )
    return tuple(
        OtherSession(int(it["pid"]), str(it["user"]), "", str(it["client"]), str(it["state"]))
        for it in rows
    )


def try_claim(session: MysqlSession, name: str) -> bool:
    """Take a lock of this name for as long as the session lasts; whether it was free."""
    return str(session.column(f"SELECT GET_LOCK({literal(name[:_LONGEST])}, 0) AS it")[0]) == "1"


def create_database(session: MysqlSession, name: str, settings: DatabaseSettings) -> None:
    """Create an empty database of the same character set and collation."""
    for statement in create_statements(name, settings, 0):
        session.run(statement)


def finish_database(session: MysqlSession, name: str, settings: DatabaseSettings) -> None:
    """There is nothing that would hinder filling it."""
    del session, name, settings


def create_statements(name: str, settings: DatabaseSettings, server_version: int) -> list[str]:
    """Write the statement of `create_database`."""
    del server_version
    encoding, collation = literal(settings.encoding), literal(settings.collate)
    made = f"CREATE DATABASE {identifier(name)} CHARACTER SET {encoding} COLLATE {collation}"
    return [made]


def finish_statements(name: str, settings: DatabaseSettings) -> list[str]:
    """See `finish_database`."""
    del name, settings
    return []


def create_scratch(session: MysqlSession, name: str, encoding: str) -> None:
    """Create an empty database to try things in."""
    session.run(f"CREATE DATABASE {identifier(name)} CHARACTER SET {literal(encoding)}")


def create_roles(session: MysqlSession, names: Iterable[str]) -> None:
    """Nothing belongs to roles."""
    del session, names


def without_owners(session: MysqlSession, settings: DatabaseSettings) -> DatabaseSettings:
    """Nothing belongs to roles."""
    del session
    return replace(settings, grants=(), parameters=())


def drop_database(session: MysqlSession, name: str) -> None:
    """Drop a database that migdoctor itself made."""
    session.run(f"DROP DATABASE IF EXISTS {identifier(name)}")


def drop_quietly(gateway: MysqlGateway, name: str) -> None:
    """Drop a database that migdoctor itself made, as far as the server still answers."""
    with suppress(DatabaseError), maintenance(gateway, name) as session:
        drop_database(session, name)


def temporary_name(name: str, purpose: str) -> str:
    """Make a database name that nobody has, and that tells whose it is."""
    tail = f"_{purpose}_{secrets.token_hex(3)}"
    return shortened(name, len(tail)) + tail


def recovery_name(database: str, purpose: str, recovery: str) -> str:
    """Name the database that a recovery needs beside another."""
    tail = f"_{purpose}_{recovery}"
    return shortened(database, len(tail)) + tail


def shortened(name: str, tail: int) -> str:
    """Cut a name so that a tail of so many bytes still fits."""
    return name.encode()[: _LONGEST - tail].decode(errors="ignore")
