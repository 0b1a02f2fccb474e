"""What PostgreSQL and libpq complain of, in words that say what to do."""

import re

from analyzer.engines.sessions import Target
from analyzer.errors import DatabaseError, StatementError
from analyzer.model.core.version_table import TableName
from analyzer.records import Struct


class _Refusal(Struct, frozen=True):
    """Why a connection is refused, known by the words that libpq or the server uses."""

    words: str  # a pattern: most runs need none of them, so none is compiled ahead
    what: str
    why: str
    fix: str


_ADDRESS = "pass --database-url postgresql://user@host:5432/database, or set DATABASE_URL"
WITHOUT_ACCESS = (
    "or, without access to it: let somebody who has it write the version table's rows to a file "
    "(a dump, psql's output, or one version per line), and pass --rows FILE"
)
"""What is left to who cannot connect."""
_REFUSALS = (
    _Refusal(
        r'database ".*" does not exist',
        "there is no database {database} on {server}",
        "the name is misspelt, or this is another server than the one you mean",
        "list the databases with `psql -l`, and correct the name or the server in the address",
    ),
    _Refusal(
        r"password authentication failed|SASL authentication failed",
        "{server} does not accept the password of user {user}",
        "the password is wrong, or the user does not exist there",
        "correct the password in the address, in PGPASSWORD or in ~/.pgpass",
    ),
    _Refusal(
        r"no password supplied",
        "{server} asks for the password of user {user}, and none is given",
        "neither the address nor PGPASSWORD nor ~/.pgpass holds one",
        "set PGPASSWORD, or add a line to ~/.pgpass",
    ),
    _Refusal(
        r'role ".*" does not exist',
        "there is no user {user} on {server}",
        "without a user in the address, the name of your account on this computer is taken",
        "name the user: --database-url postgresql://USER@HOST/DATABASE",
    ),
    _Refusal(
        r"pg_hba\.conf",
        "{server} does not let user {user} into {database} from this computer",
        "its pg_hba.conf has no rule for this address, or asks for SSL",
        "add sslmode=require to the address, or run migdoctor where the application runs, "
        "or read through it with --exec",
    ),
    _Refusal(
        r"permission denied for database",
        "user {user} may not connect to {database}",
        "the privilege CONNECT is missing",
        "connect as another user, or let its owner run GRANT CONNECT ON DATABASE",
    ),
    _Refusal(
        r"could not translate host name|failed to resolve host|Name or service not known",
        "the host of {server} is not known here",
        "its name is misspelt, or is known only inside a container network or a VPN",
        "correct the host, or read from inside: --exec 'docker compose exec -T db'",
    ),
    _Refusal(
        r"timeout expired|timed out|timeout",
        "{server} does not answer in time",
        "a firewall swallows the connection, or the server is not running",
        "check host and port, or run migdoctor where the application runs",
    ),
    _Refusal(
        r"too many (clients|connections)|remaining connection slots",
        "{server} has no connection left",
        "all that max_connections allows are in use",
        "close idle connections, then run the same command again",
    ),
    _Refusal(
        r"the database system is",
        "{server} is not ready",
        "it is starting up, shutting down or recovering",
        "wait for it, then run the same command again",
    ),
    _Refusal(
        r"Connection refused|No such file or directory|could not connect to server",
        "no PostgreSQL server answers at {server}",
        "the server is not running, or listens elsewhere",
        f"start it, or correct the address: {_ADDRESS}",
    ),
)
_UNKNOWN = _Refusal(
    "",
    "cannot connect to {database} at {server}",
    "the server or the network refuses",
    f"fix what PostgreSQL says, or correct the address: {_ADDRESS}",
)
_FOREIGN_BYTES = ("22021", "22P05")  # SQLSTATEs: a text that is not in the encoding it claims
_BYTES_WHY = (
    "a name or a row holds bytes that are not UTF-8, as a database of encoding SQL_ASCII may"
)
_BYTES_FIX = (
    "find it with psql and PGCLIENTENCODING=LATIN1, and write it in UTF-8 (UPDATE, ALTER ... "
    "RENAME, COMMENT ON); then run the same command again"
)
LOST = re.compile(r"0800[36]|57P0[1-5]")
"""SQLSTATEs of a server that ends and of a connection that breaks."""
NOTHING_NAMED = (
    "none of --database-url, DATABASE_URL and PGHOST is set, so libpq's own default was tried"
)

_NAMED = (
    "name the database as the application's settings have it (of Rails and Django they are read, "
    "of other tools, such as alembic.ini and knexfile.js, they are not): pass --database-url "
    "postgresql://user@host:5432/database, mysql://user@host/database or sqlite3:FILE, or set "
    "DATABASE_URL"
)


def connection_failure(said: str, target: Target, *, hint: str = "") -> DatabaseError:
    """Explain why no connection came about.

    Args:
        said: the words of libpq, without secrets.
        target: what was to be reached.
        hint: a likelier cause, if the caller knows one.
    """
    refusal = next((one for one in _REFUSALS if re.search(one.words, said)), _UNKNOWN)
    facts = {"server": target.server, "database": target.database, "user": target.user}
    return DatabaseError(
        refusal.what.format_map(facts),
        why=f"{hint or refusal.why} ({quoted(said)})",
        fix=f"{_NAMED if hint == NOTHING_NAMED else refusal.fix}; {WITHOUT_ACCESS}",
    )


def statement_failure(
    said: str, sqlstate: str, place: str, *, primary: str, detail: str, hint: str
) -> StatementError:
    """Explain why a statement was refused; all texts are without secrets."""
    foreign = sqlstate in _FOREIGN_BYTES
    return StatementError(
        " ".join(said.split()),
        place=place,
        why=f"PostgreSQL's code for it is {sqlstate or 'not known'}; what was not committed is "
        f"undone{f'; {_BYTES_WHY}' if foreign else ''}",
        fix=_BYTES_FIX if foreign else "fix what PostgreSQL says, then run the same command again",
        sqlstate=sqlstate,
        primary=primary,
        detail=detail,
        hint=hint,
    )


def query_failure(said: str, sqlstate: str, table: TableName, target: Target) -> DatabaseError:
    """Explain why a query failed on a connection that works. ``said`` is without secrets."""
    if sqlstate == "42501":
        return _forbidden(said, table, target)
    if sqlstate == "55P03":
        return DatabaseError(
            f"{table} in {target.database} is locked",
            why="another session holds a lock on it, perhaps a migration that is running now",
            fix="wait until it has ended, then run the same command again",
        )
    if sqlstate in _FOREIGN_BYTES:
        return DatabaseError(
            f"{table} in {target.database} cannot be read",
            why=f"{_BYTES_WHY} ({quoted(said)})",
            fix=_BYTES_FIX,
        )
    if sqlstate == "57014":
        return DatabaseError(
            f"{table} in {target.database} could not be read to the end",
            why="the query was cancelled: by somebody, or by a limit of the role or the database, "
            f"such as statement_timeout ({quoted(said)})",
            fix="run the same command again; lift the limit for this role if it comes again: "
            f"ALTER ROLE {target.user} SET statement_timeout = 0",
        )
    if "pooling mode" in said:
        return DatabaseError(
            f"{target.server} is a pooler that lets no transaction through",
            why=f"it hands out the server for one statement at a time ({quoted(said)})",
            fix="give the address of the server behind it: --database-url URL",
        )
    return DatabaseError(
        f"{table} in {target.database} cannot be read",
        why=f"PostgreSQL refuses ({quoted(said)})",
        fix="fix what PostgreSQL says, or pass the rows from a file with --rows",
    )


def _forbidden(said: str, table: TableName, target: Target) -> DatabaseError:
    if "row-level security" in said:
        return DatabaseError(
            f"user {target.user} may not read all rows of {table} in {target.database}",
            why=f"row-level security may hide some of them from this user ({quoted(said)})",
            fix="connect as the table's owner, or as a user with BYPASSRLS",
        )
    schema = table.schema or "(the table's schema)"
    return DatabaseError(
        f"user {target.user} may not read {table} in {target.database}",
        why=f"a privilege is missing ({quoted(said)})",
        fix=f"connect as the user of the application, or let the owner run GRANT USAGE ON SCHEMA "
        f"{schema} TO {target.user} and GRANT SELECT ON {table} TO {target.user}",
    )


def quoted(said: str) -> str:
    """Quote the first telling line of somebody else's message."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f'PostgreSQL says: "{lines[0]}"' if lines else "PostgreSQL says nothing"
