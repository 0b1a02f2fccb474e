"""Making databases, renaming them, and asking who else is there."""

import secrets
from collections.abc import Iterable
from contextlib import suppress

from analyzer.engines.postgresql.tools.database_settings import grant_statements, set_parameter
from analyzer.engines.postgresql.words import identifier, literal
from analyzer.engines.sessions import Gateway, Session
from analyzer.errors import DatabaseError
from analyzer.model.recovery.other_session import OtherSession
from analyzer.model.schema.database_state import DatabaseSettings
from analyzer.records import replace

_LONGEST = 63  # bytes of a name
_LATE = "default_transaction_read_only"  # with it, nothing could be filled
_USUAL_TABLESPACE = "pg_default"  # who names it must have a privilege for it; it need not be named
_MAINTENANCE = ("postgres", "template1")


def maintenance(gateway: Gateway, apart_from: str) -> Session:
    """Open a session with the server that is not in this database.

    Raises:
        DatabaseError: neither of the databases that every server has lets us in.
    """
    refusal: DatabaseError | None = None
    for name in _MAINTENANCE:
        if name == apart_from:
            continue
        try:
            return gateway.at(name).session()
        except DatabaseError as error:
            refusal = refusal or error
    raise refusal or DatabaseError(
        f"{apart_from} is the server's own database",
        why="a database cannot be renamed from within",
        fix="name the application's database",
    )


def database_oid(session: Session, name: str) -> int | None:
    """Tell a database's oid, which a rename does not change; None where there is none."""
    found = session.rows(
        f"SELECT oid::bigint AS oid FROM pg_database WHERE datname = {literal(name)}"  # noqa: S608  quoted
    )
    return found[0]["oid"] if found else None


def database_name(session: Session, oid: int) -> str | None:
    """Tell the name that a database has now; None where it is gone."""
    found = session.rows(
        f"SELECT datname::text AS name FROM pg_database WHERE oid = {oid}"  # noqa: S608  a number
    )
    return found[0]["name"] if found else None


def data_folder(session: Session) -> str | None:
    """Tell where the server keeps its data; None where the role may not know it."""
    found: str | None = session.ask("SELECT to_json(current_setting('data_directory', true))")
    return found


def without_owners(session: Session, settings: DatabaseSettings) -> DatabaseSettings:
    """The settings of a database that is the session's role's own, and granted to nobody."""
    role = session.ask("SELECT to_json(current_user::text)")
    return replace(settings, owner=role, grants=(), parameters=())


def other_sessions(session: Session, database: str) -> tuple[OtherSession, ...]:
    """List who else is connected to a database; migdoctor's own sessions are no others."""
    rows = session.rows(
        "SELECT pid, coalesce(usename, '')::text AS user, application_name AS application, "  # noqa: S608  quoted
        "coalesce(host(client_addr), 'the same machine') AS client, "
        "coalesce(state, 'state not visible to this user') AS state FROM pg_stat_activity "
        f"WHERE datname = {literal(database)} AND pid <> pg_backend_pid() "
        "AND application_name !~ '^migdoctor' "
        # who may not see a session's kind must not take it for nobody
        "AND coalesce(backend_type, 'client backend') = 'client backend' ORDER BY pid"
    )
    return tuple(OtherSession(**row) for row in rows)


def end_sessions(session: Session, label: str) -> None:
    """End the sessions that an earlier run of ours left behind, known by their label."""
    session.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608  quoted
        f"WHERE application_name = {literal(label)} AND pid <> pg_backend_pid()"
    )


def try_claim(session: Session, name: str) -> bool:
    """Take a lock of this name for as long as the session lasts; whether it was free."""
    key = literal(name)
    return bool(session.ask(f"SELECT to_json(pg_try_advisory_lock(hashtextextended({key}, 0)))"))


def rename_database(session: Session, old: str, new: str) -> None:
    """Rename a database; nobody may be connected to it.

    Raises:
        StatementError: somebody is connected, the name is taken, or the role may not.
    """
    session.run(f"ALTER DATABASE {identifier(old)} RENAME TO {identifier(new)}")


def create_database(session: Session, name: str, settings: DatabaseSettings) -> None:
    """Create an empty database of the same encoding, collation, owner and settings.

    Its grants, parameters and comment are given to it as well, but for those that would be in
    the way while it is filled: `finish_database` gives it these.

    Raises:
        StatementError: the server has not what the other one had, or the role may not.
    """
    version = session.ask("SELECT current_setting('server_version_num')::int")
    for statement in create_statements(name, settings, version):
        session.run(statement)


def finish_database(session: Session, name: str, settings: DatabaseSettings) -> None:
    """Give a database that is filled what `create_database` left out; may be repeated."""
    for statement in finish_statements(name, settings):
        session.run(statement)


def create_statements(name: str, settings: DatabaseSettings, server_version: int) -> list[str]:
    """Write the statements that create such a database, each to be run by itself."""
    first = _create_statement(name, settings, server_version)
    return [first, *_setting_statements(name, settings)]


def finish_statements(name: str, settings: DatabaseSettings) -> list[str]:
    """Write the statements of `finish_database`."""
    late = [set_parameter(name, one) for one in settings.parameters if one.name == _LATE]
    if settings.connection_limit >= 0:
        limit = f"CONNECTION LIMIT {settings.connection_limit}"
        late.append(f"ALTER DATABASE {identifier(name)} {limit}")
    return late


def create_scratch(session: Session, name: str, encoding: str) -> None:
    """Create an empty database for a trial: only the encoding must be the same."""
    session.run(
        f"CREATE DATABASE {identifier(name)} TEMPLATE template0 "
        f"ENCODING {literal(encoding)} LC_COLLATE 'C' LC_CTYPE 'C'"
    )


def create_roles(session: Session, names: Iterable[str]) -> None:
    """Make the roles that a scratch server lacks, so that owners and grants can be restored."""
    there = {row["name"] for row in session.rows("SELECT rolname::text AS name FROM pg_roles")}
    for name in sorted(set(names) - there):
        session.run(f"CREATE ROLE {identifier(name)}")


def drop_database(session: Session, name: str) -> None:
    """Drop a database that migdoctor itself made, whoever is connected to it."""
    session.run(f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE)")


def drop_quietly(gateway: Gateway, name: str) -> None:
    """Drop a database that migdoctor itself made, as far as the server still answers."""
    with suppress(DatabaseError), maintenance(gateway, name) as session:
        drop_database(session, name)


def temporary_name(name: str, purpose: str) -> str:
    """Make a database name that nobody has, and that tells whose it is."""
    tail = f"_{purpose}_{secrets.token_hex(3)}"
    return shortened(name, len(tail)) + tail


def recovery_name(database: str, purpose: str, recovery: str) -> str:
    """Name the database that a recovery needs beside another: by its purpose and the recovery."""
    tail = f"_{purpose}_{recovery}"
    return shortened(database, len(tail)) + tail


def shortened(name: str, tail: int) -> str:
    """Cut a name so that a tail of so many bytes still fits PostgreSQL's 63."""
    return name.encode()[: _LONGEST - tail].decode(errors="ignore")


def _create_statement(name: str, settings: DatabaseSettings, server_version: int) -> str:
    parts = [
        f"CREATE DATABASE {identifier(name)} OWNER {identifier(settings.owner)}",
        f"TEMPLATE template0 ENCODING {literal(settings.encoding)}",
        f"LC_COLLATE {literal(settings.collate)} LC_CTYPE {literal(settings.ctype)}",
    ]
    if settings.tablespace != _USUAL_TABLESPACE:
        parts.append(f"TABLESPACE {identifier(settings.tablespace)}")
    if settings.provider == "i":
        parts.append(f"LOCALE_PROVIDER icu ICU_LOCALE {literal(settings.locale)}")
        parts += [f"ICU_RULES {literal(settings.rules)}"] if settings.rules else []
    elif settings.provider == "b":
        parts.append(f"LOCALE_PROVIDER builtin BUILTIN_LOCALE {literal(settings.locale)}")
    elif server_version >= 150000:  # noqa: PLR2004  PostgreSQL 15 brought the clause
        parts.append("LOCALE_PROVIDER libc")
    return " ".join(parts)


def _setting_statements(name: str, settings: DatabaseSettings) -> list[str]:
    comment = [f"COMMENT ON DATABASE {identifier(name)} IS {literal(settings.comment)}"]
    early = [set_parameter(name, one) for one in settings.parameters if one.name != _LATE]
    grants = grant_statements(name, settings.grants)
    return [*grants, *early, *(comment if settings.comment is not None else [])]
