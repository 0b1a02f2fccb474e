"""A database's settings, each by itself, as one address."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode


def written_address(adapter: str, parts: Mapping[str, str]) -> str:
    """The address, of the form that DATABASE_URL takes.

    Args: parts: ``host``, ``port``, ``username``, ``password``, ``database``; all else is a query.
    """
    rest = dict(parts)
    if adapter.startswith("sqlite"):  # a file, which stands behind the colon alone
        return f"{adapter}:{quote(rest.get('database', ''), safe='/')}"
    host, port = rest.pop("host", ""), rest.pop("port", "")
    user, password = rest.pop("username", ""), rest.pop("password", "")
    name = rest.pop("database", "")
    if host.startswith(("/", "@")):
        rest["host"], host = host, ""
    elif ":" in host:
        host = f"[{host.strip('[]')}]"
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    where = f"{login}@" if login else ""
    where += quote(host, safe="[]:,") + (f":{port}" if port else "")
    query = f"?{urlencode(rest, quote_via=quote)}" if rest else ""
    return f"{adapter}://{where}/{quote(name, safe='')}{query}"
