"""The parts of an engine, each loaded when it is first asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

LACKS = "!"
"""What begins the place of a question that an engine has no answer to."""


class Room:
    """Functions by name. Where each lies stands in a literal table: ``module:name``.

    A question that the engine has no answer to has ``!`` and what cannot be done in its place: who
    asks it is refused in these words.
    """

    def __init__(self, package: str, places: Mapping[str, str], title: str = "") -> None:
        """Take the table; nothing of it is loaded.

        Args:
            package: what the modules' names begin with.
            places: the module of each function, and its name there where that is another one.
            title: the engine's, for refusals.
        """
        self._package, self._places, self._title = package, places, title

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  ports say what it is
        place = self._places.get(name)
        if place is None:
            raise AttributeError(name)
        if place.startswith(LACKS):
            from analyzer.engines.lacking import Lacking

            return Lacking(place.removeprefix(LACKS), self._title)
        module, _, there = place.partition(":")
        found = getattr(import_module(f"{self._package}.{module}"), there or name)
        setattr(self, name, found)  # the next time it is found at once
        return found

    def __dir__(self) -> list[str]:
        return sorted(self._places)
