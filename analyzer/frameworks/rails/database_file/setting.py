"""One setting of a database: its text, and whether variables may stand in it where they do."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from analyzer.errors import UsageError
from analyzer.frameworks.rails.database_file.template import SettingPiece, Template

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+._-]*:(?://)?)(?:(?P<user>[^@/?#]*)@)?(?P<host>[^/?#]*)"
    r"(?P<database>/[^?#]*)?(?P<query>[?#].*)?",
    re.DOTALL,
)
# A variable that says itself that it is a host: its value is a name to look up, and no secret.
_OF_A_HOST = re.compile(r"(?:^|_)(?:[A-Z]*HOST|[A-Z]*HOST_?NAME|ADDR|ADDRESS|SERVER|ENDPOINT)$")
_PORT = re.compile(r"\d{1,5}")


class EntrySettings:
    """The settings of one database. A tag is looked at only where its setting is asked for."""

    def __init__(self, template: Template, entry: Mapping[str, Any], place: str) -> None:
        self._template, self._entry, self._place = template, entry, place

    def has(self, key: str) -> bool:
        """Whether the file sets it, be it to nothing."""
        return self._entry.get(key) is not None

    def text(self, key: str) -> str | None:
        """A setting that a variable may stand for, or a part of it; None where there is none.

        Raises:
            UsageError: a tag in it is not understood, or is not set.
        """
        return _joined(self._pieces(key))

    def demanded(self, key: str) -> str | None:
        """The same, where it must not be silently nothing: another database would be taken."""
        pieces = self._pieces(key)
        text = _joined(pieces)
        if text is None and pieces:
            raise self._not_set(key, pieces)
        return text

    def fixed(self, key: str) -> str | None:
        """A setting of which a variable may be no part, nor all, unless it is one of a host."""
        pieces = self._pieces(key)
        if any(it.variables for it in pieces):
            self._demand_host(key, pieces)
        return _joined(pieces)

    def port(self, key: str) -> str | None:
        """A port. It may come from a variable that holds nothing else."""
        pieces = self._pieces(key)
        text = _joined(pieces)
        if text is None or _PORT.fullmatch(text):
            return text
        raise UsageError(
            f"{self._place}: {key} is not a port",
            why="a port is a number of at most five digits",
            fix="correct it, or name the database: --database-url URL",
        )

    def url(self) -> str | None:
        """The address, if there is one: all of it, or its user, password and database, may vary."""
        pieces = self._pieces("url")
        text = _joined(pieces)
        if text is None and pieces and not self.has("database"):
            raise self._not_set("url", pieces)
        if not any(it.variables for it in pieces) or len(pieces) == 1:
            return text
        return self._filled(pieces)

    def is_of_a_variable(self, key: str) -> bool:
        """Whether a variable stands for all of it, so that nothing of it is the repository's."""
        pieces = self._pieces(key)
        return len(pieces) == 1 and bool(pieces[0].variables)

    def is_true(self, key: str) -> bool:
        """Whether a switch is on."""
        return self.text(key) == "true"

    def folders(self, key: str) -> tuple[str, ...]:
        """A list of paths, or the only one."""
        value = self._entry.get(key)
        values = value if isinstance(value, list) else [value]
        found = (_joined(self._template.pieces(_plain(it))) for it in values if it is not None)
        return tuple(it for it in found if it)

    def _pieces(self, key: str) -> list[SettingPiece]:
        value = self._entry.get(key)
        if value is None or isinstance(value, (dict, list)):
            return []
        return self._template.pieces(_plain(value))

    def _filled(self, pieces: list[SettingPiece]) -> str:
        """An address whose variables stand in parts where they may."""
        marked = "".join(
            f"\ue000{place}\ue001" if it.variables else it.text or ""
            for place, it in enumerate(pieces)
        )
        parts = _URL.fullmatch(marked)
        for name in ("scheme", "host", "query"):
            fixed = marked if parts is None else parts[name] or ""
            if "\ue000" in fixed:
                raise self._misplaced("url", pieces)
        for place, piece in enumerate(pieces):
            marked = marked.replace(f"\ue000{place}\ue001", quote(piece.text or "", safe="%"))
        return marked

    def _demand_host(self, key: str, pieces: list[SettingPiece]) -> None:
        names = [name for it in pieces for name in it.variables]
        if len(pieces) > 1 or not all(map(_OF_A_HOST.search, names)):
            raise self._misplaced(key, pieces)

    def _misplaced(self, key: str, pieces: list[SettingPiece]) -> UsageError:
        names = [name for it in pieces for name in it.variables]
        return UsageError(
            f"{self._place}: {key} has the variable {names[0]} where none may stand",
            why="a variable may stand for the whole url, or for its user, password or database: in "
            "a host's name its value would be sent to whoever answers for that name",
            fix="name the database: --database-url URL, or DATABASE_URL; a host's name may come "
            "from a variable that is called so, such as DB_HOST",
        )

    def _not_set(self, key: str, pieces: list[SettingPiece]) -> UsageError:
        names = [name for it in pieces for name in it.asked]
        stands = f"is in the variable {names[0]}, which is not set" if names else "is empty"
        return UsageError(
            f"{self._place}: {key} {stands}",
            why="without it another database would be taken than the one that is meant",
            fix=(f"set it: export {names[0]}=...; or " if names else "")
            + "name the database: --database-url URL",
        )


def _joined(pieces: list[SettingPiece]) -> str | None:
    text = "".join(it.text or "" for it in pieces)
    return text or None


def _plain(value: object) -> str:
    """A scalar as Ruby writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
