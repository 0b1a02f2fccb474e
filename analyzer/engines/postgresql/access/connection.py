"""Where the database is: the user's address, made safe to connect with and safe to speak of."""

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzer.engines.postgresql.access.address_text import (
    SCHEMES,
    URL,
    is_search_path,
    parameters_of,
)
from analyzer.engines.sessions import Target
from analyzer.errors import DatabaseError
from analyzer.model.secrets.secret import BLANK, Secret
from analyzer.records import Struct, replace

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = "libpq's own defaults"  # what names the address where the user named none

_SECRETS = frozenset(
    {"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"}
)
# What may stand in an address that a repository brings: where, who, and how safe the way must be.
_OF_A_PLACE = frozenset(
    {
        *("host", "hostaddr", "port", "dbname", "user", "password", "client_encoding"),
        *("sslmode", "sslnegotiation", "sslsni", "channel_binding", "require_auth", "gssencmode"),
        *("ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs"),
        *("load_balance_hosts", "connect_timeout", "tcp_user_timeout", "keepalives"),
        *("keepalives_idle", "keepalives_interval", "keepalives_count"),
        *("application_name", "fallback_application_name"),
    }
)
_NAMING = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")
_PAIRS = re.compile(r"\s*[a-z_]+\s*=")
_TIMEOUT = "10"  # seconds; libpq's default is for ever


class Address(Struct, frozen=True):
    """Connection parameters under libpq's names, the secret ones apart.

    ``named_by`` says where they stood: --database-url, DATABASE_URL or libpq's own defaults.
    """

    named_by: str
    parameters: Mapping[str, str]
    secrets: Mapping[str, Secret]

    def target(self) -> Target:
        """Say what an error may say of it, with libpq's defaults filled in."""
        known = {**_libpq_defaults(), **self.parameters}
        user = known.get("user", "")
        return Target(_server(known), known.get("dbname") or user, user)

    def at(self, database: str) -> "Address":
        """Name another database of the same server."""
        return replace(self, parameters={**self.parameters, "dbname": database})

    def conninfo(self) -> str:
        """Write all parameters for one connection, secrets included: not for messages."""
        from psycopg.conninfo import make_conninfo

        revealed = {name: secret.reveal() for name, secret in self.secrets.items()}
        own = {"application_name": "migdoctor", "client_encoding": "UTF8"}
        if "connect_timeout" not in {**_libpq_defaults(), **self.parameters}:
            own["connect_timeout"] = _TIMEOUT
        return make_conninfo(**{**self.parameters, **revealed, **own})

    def public_conninfo(self) -> str:
        """Write the parameters without the secret ones."""
        from psycopg.conninfo import make_conninfo

        return make_conninfo(**self.parameters)

    def redact(self, text: str) -> str:
        """Blank every secret in somebody else's words."""
        secrets = [*self.secrets.values(), Secret(os.environ.get("PGPASSWORD", ""))]
        known = {form for one in secrets for form in (*one.forms(), one.reveal())} - {""}
        for form in sorted(known, key=len, reverse=True):
            text = text.replace(form, BLANK)
        return text


def read_address(url: str | None) -> Address:
    """Take the URL given, else DATABASE_URL, else what libpq itself finds.

    Args:
        url: postgres://, postgresql://, postgis:// or ``key=value`` pairs; query parameters that
            only Rails knows are left out. None for DATABASE_URL, or else libpq's defaults.

    Raises:
        DatabaseError: the address cannot be read, or is another database system's.
    """
    if url is not None:
        return _parse(url.strip(), "--database-url")
    from_environment = os.environ.get("DATABASE_URL", "").strip()
    if from_environment:
        return _parse(from_environment, "DATABASE_URL")
    return Address(DEFAULTS, {}, {})


def libpq_reads(text: str) -> bool:
    """Whether psql takes an address as it stands, too."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(text)
    except (ProgrammingError, UnicodeEncodeError):
        return False
    return True


def client_address(url: str | None) -> str:
    """Write an address as psql takes it, without secrets."""
    return read_address(url).public_conninfo()


def public_address(url: str) -> str:
    """Write an address as it was given, unless it holds secrets."""
    address = read_address(url)
    return address.public_conninfo() if address.secrets else url


def beyond_a_place(url: str) -> tuple[str, ...]:
    """Name the parameters of an address that a repository has no say in.

    They name files of this computer, which libpq reads, or writes as ``sslkeylogfile`` does, or
    give the server options; a search path may be set. What cannot be read is told by whoever
    connects.
    """
    text = url.strip()
    found = URL.fullmatch(text)
    if found is not None and found[3]:
        kept = (it for it in found[3].split("&") if not is_search_path(it))
        text = f"{text[: found.start(3)]}{'&'.join(kept)}"
    try:
        parameters = parameters_of(text, "the address") or {}
    except DatabaseError:
        return ()
    return tuple(sorted(parameters.keys() - _OF_A_PLACE))


def has_password(url: str | None) -> bool:
    """Whether the address holds one."""
    return "password" in read_address(url).secrets


def is_address(text: str) -> bool:
    """Whether a text is an address, and not the name of a file; ``key=value`` pairs are one."""
    if text.startswith(tuple(f"{scheme}://" for scheme in SCHEMES)):
        return True
    return _PAIRS.match(text) is not None and libpq_reads(text)


def depends_on_root(text: str) -> bool:
    """A server is the same from any folder."""
    del text
    return False


def from_root(text: str, root: "Path") -> str:
    """An address is what it is."""
    del root
    return text


def naming_variable(variables: Mapping[str, str]) -> str | None:
    """The first of libpq's variables that names a server or a database."""
    named = (name for name in _NAMING if variables.get(name, "").strip())
    return next(named, None)


def file_command(path: str, address: str | None = None, *, piped: bool = False) -> str:
    """Write psql's command for an SQL file; path and address are words of the shell."""
    there = [f"-d {address}"] if address is not None else []
    return " ".join(["psql", *there, "-v ON_ERROR_STOP=1", "<" if piped else "-f", path])


def statement_command(address: str | None, statement: str) -> str:
    """Write psql's command for one statement; both are words of the shell."""
    there = [f"-d {address}"] if address is not None else []
    return " ".join(["psql", *there, "-v ON_ERROR_STOP=1 -c", statement])


def _parse(text: str, named_by: str) -> Address:
    if not text:
        raise DatabaseError(
            f"{named_by} is empty",
            why="the variable that was to fill it is perhaps not set",
            fix="pass --database-url postgresql://user@host/database, or leave the option out",
        )
    parameters = parameters_of(text, named_by)
    if parameters is None or _looks_torn(parameters):
        raise _unreadable(named_by, text)
    return Address(
        named_by,
        {name: value for name, value in parameters.items() if name not in _SECRETS},
        {name: Secret(value) for name, value in parameters.items() if name in _SECRETS},
    )


def _looks_torn(parameters: Mapping[str, str]) -> bool:
    """Whether a piece of a password may have landed in a parameter that messages show."""
    ports = parameters.get("port", "").split(",")
    return (
        any(port and not port.isdecimal() for port in ports)
        or "@" in parameters.get("host", "")
        or "://" in parameters.get("dbname", "")
    )


def _libpq_defaults() -> Mapping[str, str]:
    """Ask libpq what it takes from PG* variables, PGSERVICE and itself, secrets left out."""
    from psycopg.pq import Conninfo

    found = {
        option.keyword.decode(): option.val.decode(errors="replace")
        for option in Conninfo.get_defaults()
        if option.val
    }
    return {name: value for name, value in found.items() if name not in _SECRETS}


def _server(known: Mapping[str, str]) -> str:
    hosts = known.get("host") or known.get("hostaddr")
    if not hosts:
        service = known.get("service")
        return f"service {service}" if service else f"the local socket, port {known.get('port')}"
    if hosts.startswith(("/", "@")):
        return f"the socket in {hosts}, port {known.get('port')}"
    return f"{hosts}:{known.get('port')}"


def _unreadable(named_by: str, text: str) -> DatabaseError:
    if text.replace("-", "_").isidentifier():
        return DatabaseError(
            f"what {named_by} holds is not the address of a database: {text}",
            why="a name alone does not say on which server the database is",
            fix=f"write an address, such as postgresql://localhost/{text} or "
            "postgresql://USER@HOST:5432/DATABASE, with the password in PGPASSWORD",
        )
    return DatabaseError(
        f"the database address in {named_by} cannot be read",
        why="an address looks like postgresql://USER@HOST:5432/DATABASE; if it holds a password, a "
        "character of it such as % @ / ? # must be written percent-encoded",
        fix="write such a character percent-encoded (%40 for @), or leave the password out of the "
        "address and set PGPASSWORD",
    )
