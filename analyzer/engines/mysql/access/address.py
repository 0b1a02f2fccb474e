"""Which database is meant: the forms in which applications name one of MySQL's."""

import os
import re
import shlex
from collections.abc import Mapping
from getpass import getuser
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit, urlunsplit

from analyzer.engines.sessions import Target
from analyzer.errors import DatabaseError
from analyzer.model.secrets.redaction import redact
from analyzer.model.secrets.secret import Secret
from analyzer.records import Struct, replace

_SCHEME = re.compile(r"(?:mysql2?|trilogy|mariadb)://", re.IGNORECASE)
_SOCKETS = ("/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/tmp/mysql.sock")  # noqa: S108  where the client looks
_PORT = 3306
_CLIENT = "mariadb"
_UNNAMED = "DATABASE"  # in a command for whoever knows it
_FORM = "mysql2://user@host/database"


class ServerAddress(Struct, frozen=True):
    """A database and how to reach its server; no socket means TCP."""

    database: str
    user: str
    password: str | None
    host: str
    port: int
    socket: str | None

    @property
    def server(self) -> str:
        """The socket, or host and port."""
        return self.socket or f"{self.host}:{self.port}"

    def target(self) -> Target:
        """Say what an error may say of it."""
        return Target(self.server, self.database, self.user)

    def at(self, database: str) -> "ServerAddress":
        """Name another database of the same server."""
        return replace(self, database=database)

    def redact(self, text: str) -> str:
        """Blank the password in somebody else's words."""
        return redact(text, [Secret(self.password)]) if self.password else text

    @property
    def url(self) -> str:
        """The address as one text; it may hold a password."""
        login = quote(self.user, safe="")
        login += f":{quote(self.password, safe='')}" if self.password else ""
        where = f"[{self.host}]" if ":" in self.host else self.host
        socket = f"?socket={quote(self.socket, safe='/')}" if self.socket else ""
        return f"mysql2://{login}@{where}:{self.port}/{quote(self.database, safe='')}{socket}"

    @property
    def flags(self) -> tuple[str, ...]:
        """The client's options that name the server and the user."""
        where = ("-S", self.socket) if self.socket else ("-h", self.host, "-P", str(self.port))
        return (*where, "-u", self.user)


def is_address(text: str) -> bool:
    """Whether a text is an address, and not the name of a file."""
    return _SCHEME.match(text.strip()) is not None


def _parts(url: str | None) -> tuple[str, SplitResult, Mapping[str, str]]:
    named_by = "--database-url" if url is not None else "DATABASE_URL"
    text = (os.environ.get("DATABASE_URL", "") if url is None else url).strip()
    if not is_address(text):
        raise _unreadable(named_by, f"it is not of the form {_FORM}")
    try:
        found = urlsplit(text)
        _ = found.port
    except ValueError:
        raise _unreadable(named_by, "its host or its port is none") from None
    query = {name: values[-1] for name, values in parse_qs(found.query).items()}
    return named_by, found, query


def read_address(url: str | None) -> ServerAddress:
    """Take the address given, else DATABASE_URL; what it leaves out is as the client has it.

    Raises:
        DatabaseError: it cannot be read, or names no database.
    """
    named_by, found, query = _parts(url)
    database = unquote(found.path.removeprefix("/")) or query.get("database", "")
    if not database:
        raise _unreadable(named_by, "it names no database")
    host = unquote(found.hostname or "") or query.get("host", "")
    socket = query.get("socket") or (host if host.startswith("/") else None)
    port = found.port or int(query.get("port", "0") or 0) if query.get("port", "0").isdigit() else 0
    if socket is None and host in {"", "localhost"} and not port:
        socket = next((it for it in _SOCKETS if Path(it).exists()), None)
    password = unquote(found.password) if found.password else query.get("password")
    return ServerAddress(
        database,
        unquote(found.username or "") or query.get("username", "") or getuser(),
        password if password is not None else os.environ.get("MYSQL_PWD"),
        host if host and not host.startswith("/") else "127.0.0.1",
        port or _PORT,
        socket,
    )


def _unreadable(named_by: str, why: str) -> DatabaseError:
    return DatabaseError(
        f"the address of a MySQL database in {named_by} cannot be read",
        why=why,
        fix=f"write {_FORM}",
    )


def client_reads(text: str) -> bool:
    """The client takes options, and no address."""
    del text
    return False


def client_address(url: str | None) -> str:
    """Write the client's options and the name of the database, as one text."""
    address = read_address(url)
    return shlex.join([*address.flags, address.database])


def public_address(url: str) -> str:
    """Write an address as it was given, without its password."""
    _, found, query = _parts(url)
    place = found.netloc.rpartition("@")[2]
    user = (found.username or "") if found.username is not None else ""
    kept = "&".join(
        f"{name}={quote(value, safe='/')}" for name, value in query.items() if name != "password"
    )
    where = f"{user}@{place}" if user else place
    return urlunsplit((found.scheme, where, found.path, kept, ""))


def beyond_a_place(url: str) -> tuple[str, ...]:
    """Name nothing: what an address sets besides the place and who asks is passed over."""
    del url
    return ()


def has_password(url: str | None) -> bool:
    """Whether the address holds one."""
    _, found, query = _parts(url)
    return bool(found.password or query.get("password"))


def from_root(text: str, root: Path) -> str:
    """A server's address is the same from everywhere."""
    del root
    return text


def depends_on_root(text: str) -> bool:
    """A server's address is the same from everywhere."""
    del text
    return False


def naming_variable(variables: Mapping[str, str]) -> str | None:
    """The client has no variable that names a database."""
    del variables
    return None


def file_command(path: str, address: str | None = None, *, piped: bool = False) -> str:
    """Write the client's command for an SQL file; path and address are words of the shell."""
    del piped  # it always is
    return f"{_CLIENT} {_options(address)} < {path}"


def statement_command(address: str | None, statement: str) -> str:
    """Write the client's command for one statement; both are words of the shell."""
    return f"{_CLIENT} {_options(address)} -e {statement}"


def _options(address: str | None) -> str:
    """The options and the database of a `client_address` that was quoted as one word."""
    if address is None:
        return _UNNAMED
    return " ".join(shlex.split(address)) if address.startswith("'") else address
