"""Variables in an environment's address.

A repository is not trusted: who writes its configuration chooses which variable stands where. So
a variable may stand for the whole address, or for its user, password or database; never for a part
of the host, or a secret of this computer would be sent to look up a name.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from analyzer.errors import UsageError
from analyzer.model.secrets.secret import find_secrets
from analyzer.records import Struct

_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))", re.ASCII)
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?:(?P<user>[^@/?#]*)@)?(?P<host>[^/?#]*)"
    r"(?P<database>/[^?#]*)?(?P<query>[?#].*)?",
    re.DOTALL,
)
_PAIR = re.compile(r"(?P<key>\w+)\s*=\s*(?P<value>'(?:\\.|[^'\\])*'|(?:\\.|[^\s\\])*)", re.DOTALL)
_MAY_VARY = ("user", "password", "dbname")


class ExpandedAddress(Struct, frozen=True):
    """An address as it is used. ``variable`` is the one that holds all of it, None where none.

    ``text`` is None where there is no address at all.
    """

    text: str | None
    variable: str | None = None


def holds_password(url: str) -> bool:
    """Whether a password itself stands in the address, and not the variable that holds it."""
    return bool(find_secrets([_VARIABLE.sub("", url)]))


def expand_address(url: str, variables: Mapping[str, str], place: str) -> ExpandedAddress:
    """Put the values of variables into an address.

    Args:
        url: as the configuration has it.
        variables: those of this run.
        place: what the address is, such as "the url of environment production", for errors.

    Raises:
        UsageError: a variable is not set, or stands where none may.
    """
    text = url.strip()
    whole = _VARIABLE.fullmatch(text)
    if whole is not None:
        return ExpandedAddress(_value(whole, variables, place), whole[1] or whole[2])
    if _VARIABLE.search(text) is None:
        return ExpandedAddress(text)
    return ExpandedAddress(_Expansion(variables, place).of(text))


def _value(found: re.Match[str], variables: Mapping[str, str], place: str) -> str:
    name = found[1] or found[2]
    value = variables.get(name, "").strip()
    if value:
        return value
    raise UsageError(
        f"{place} is in the variable {name}, which is not set",
        why="the configuration names the variable, and this run does not have it",
        fix=f"set it: export {name}=...",
    )


class _Expansion:
    """Parts of one address, each with its variables."""

    def __init__(self, variables: Mapping[str, str], place: str) -> None:
        self._variables, self._place = variables, place

    def of(self, text: str) -> str:
        """The address with the variables of its parts."""
        url = _URL.fullmatch(text)
        return self._of_pairs(text) if url is None else self._of_url(url)

    def _of_url(self, url: re.Match[str]) -> str:
        for part in ("host", "query"):
            self._demand_fixed(url[part] or "")
        user = f"{self._filled(url['user'], _percent)}@" if url["user"] is not None else ""
        database = self._filled(url["database"] or "", _percent)
        return f"{url['scheme']}{user}{url['host']}{database}{url['query'] or ''}"

    def _of_pairs(self, text: str) -> str:
        rest = _PAIR.sub("", text)
        self._demand_fixed(rest)
        return _PAIR.sub(self._pair, text)

    def _pair(self, pair: re.Match[str]) -> str:
        key, value = pair["key"], pair["value"]
        if key not in _MAY_VARY:
            self._demand_fixed(value)
            return pair[0]
        if _VARIABLE.search(value) is None:
            return pair[0]
        bare = value[1:-1] if value.startswith("'") else value
        return f"{key}='{self._filled(bare, _escaped)}'"

    def _filled(self, text: str, safe: Callable[[str], str]) -> str:
        return _VARIABLE.sub(lambda it: safe(_value(it, self._variables, self._place)), text)

    def _demand_fixed(self, text: str) -> None:
        found = _VARIABLE.search(text)
        if found is None:
            return
        raise UsageError(
            f"{self._place} has the variable {found[1] or found[2]} where none may stand",
            why="a variable may stand for the whole address, or for its user, password or "
            "database: in a host's name its value would be sent to whoever answers for that name",
            fix="write the host itself, or put the whole address into one variable",
        )


def _percent(value: str) -> str:
    return quote(value, safe="")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
