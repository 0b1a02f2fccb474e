"""An address as a text: taken apart by libpq's own parser, and told where it cannot be."""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from analyzer.errors import DatabaseError

URL = re.compile(r"([a-z][a-z0-9+.-]*)://([^?]*)(?:\?(.*))?", re.IGNORECASE | re.DOTALL)
SCHEMES = ("postgres", "postgresql", "postgis")


def parameters_of(text: str, named_by: str) -> Mapping[str, str] | None:
    """Split the address with libpq's own parser; None where it cannot be read."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    url = URL.fullmatch(text)
    if url is not None:
        if url[1].lower() not in SCHEMES:
            raise _other_system(named_by, url[1].lower())
        clean = _clean_url(url[2], url[3] or "")
        if clean is None:
            return None
        text = clean
    try:
        return {name: str(value) for name, value in conninfo_to_dict(text).items()}
    except (ProgrammingError, UnicodeEncodeError):
        return None  # the parser's message quotes pieces of the address: the password, perhaps


def _clean_url(place: str, query: str) -> str | None:
    """Drop what libpq does not know; None where an unescaped character tears the URL apart."""
    authority, _, path = place.partition("/")
    items = [_as_libpq_has_it(item) for item in query.split("&") if item]
    kept = [item for item in items if _libpq_knows(item)]
    dropped = [item for item in items if item not in kept]
    torn = any("=" not in item or "@" in item for item in dropped)
    if torn or authority.count("@") > 1 or "@" in path:
        return None
    return f"postgresql://{place}?{'&'.join(kept)}" if kept else f"postgresql://{place}"


def _as_libpq_has_it(item: str) -> str:
    """A search path that Rails sets once it is connected, as an option of the connection."""
    if not is_search_path(item):
        return item
    value = item.partition("=")[2]
    path = re.sub(r"([\\ ])", r"\\\1", unquote(value))
    return f"options={quote(f'-csearch_path={path}', safe='')}"


def is_search_path(item: str) -> bool:
    """Whether a query item sets the search path, as Rails lets an address do."""
    name, _, value = item.partition("=")
    return unquote(name) == "schema_search_path" and bool(value)


def _libpq_knows(item: str) -> bool:
    """Whether a query item is libpq's own, and not one of Rails, such as ``pool=5``."""
    from psycopg.pq import Conninfo

    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    name, _, value = item.partition("=")
    return unquote(name) in known or (unquote(name), value) == ("ssl", "true")


def _other_system(named_by: str, scheme: str) -> DatabaseError:
    return DatabaseError(
        f"cannot connect to {scheme} databases",
        why=f"the address in {named_by} begins with {scheme}:, which is not for PostgreSQL, nor "
        "for any other database that migdoctor reads directly",
        fix="write the versions of the version table to a file, one per line, and pass it: "
        "--rows FILE",
    )
