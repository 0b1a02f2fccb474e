"""A database's settings as an address, of the form that Rails itself takes in DATABASE_URL."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

from analyzer.errors import UsageError
from analyzer.frameworks.rails.database_file.setting import EntrySettings
from analyzer.frameworks.written_address import written_address

_URL = re.compile(
    r"(?P<adapter>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<username>[^:@/?#]*)(?::(?P<password>[^@/?#]*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^:/?#]*)(?::(?P<port>\d+))?(?:/(?P<database>[^?#]*))?(?:\?(?P<query>.*))?",
    re.DOTALL,
)
# What a connection needs to know besides; all else of the file is about the application's pool,
# or names files of this computer, which a repository has no say in.
_BESIDES = ("sslmode", "connect_timeout", "channel_binding", "gssencmode", "target_session_attrs")
_SEARCH_PATH = "schema_search_path"
_IN_QUERY = (*_BESIDES, _SEARCH_PATH, "host", "port")  # of an address in the file
_SOCKET = "socket"
_WITH_SOCKETS = ("mysql", "trilogy")  # adapters that know one; for others the host is its folder


def address_of(settings: EntrySettings, place: str) -> str:
    """Where a database is.

    Args: place: what is read, for errors.

    Raises:
        UsageError: a tag that counts is not understood, a variable is missing or stands where none
            may, or there is no adapter.
    """
    url = settings.url()
    parts = _parts(settings)
    if url is None:
        return _written(parts, place)
    if is_of_the_user(settings) or url.startswith("sqlite"):  # a file's path has no parts
        return url
    found = _URL.fullmatch(url)
    if found is None:
        raise UsageError(
            f"{place}: url cannot be read",
            why="it is not of the form ADAPTER://USER:PASSWORD@HOST:PORT/DATABASE",
            fix="correct it, or name the database: --database-url URL",
        )
    own = {name: unquote(text) for name, text in found.groupdict().items() if text}
    query = dict(parse_qsl(own.pop("query", ""), keep_blank_values=True))
    names = (*_IN_QUERY, _SOCKET) if url.startswith(_WITH_SOCKETS) else _IN_QUERY
    known = {name: text for name, text in query.items() if name in names}
    return _written({**parts, **own, **known}, place)


def is_of_the_user(settings: EntrySettings) -> bool:
    """Whether one variable holds all of the address, so that the file says nothing of it."""
    return settings.is_of_a_variable("url") and not _parts(settings).keys() - {"adapter"}


def _parts(settings: EntrySettings) -> dict[str, str]:
    read = {
        "adapter": settings.text("adapter"),
        "host": settings.fixed("host"),
        "port": settings.port("port"),
        "username": settings.text("username") or settings.text("user"),
        "password": settings.text("password"),
        "database": settings.demanded("database"),
        **{name: settings.text(name) for name in (*_BESIDES, _SEARCH_PATH)},
    }
    if (read["adapter"] or "").startswith(_WITH_SOCKETS):
        read[_SOCKET] = settings.fixed(_SOCKET)
    return {name: text for name, text in read.items() if text is not None}


def _written(parts: Mapping[str, str], place: str) -> str:
    rest = dict(parts)
    adapter = rest.pop("adapter", None)
    if adapter is None:
        raise UsageError(
            f"{place} has no adapter",
            why="the adapter says which kind of server it is",
            fix="write it there, or name the database: --database-url URL",
        )
    return written_address(adapter, rest)
