"""The parts of an engine, each loaded when it is first asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any


class Room:
    """Functions by name. Where each lies stands in a literal table: ``module:name``."""

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        """Take the table; nothing of it is loaded.

        Args:
            package: what the modules' names begin with.
            places: the module of each function, and its name there where that is another one.
        """
        self._package, self._places = package, places

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  ports say what it is
        place = self._places.get(name)
        if place is None:
            raise AttributeError(name)
        module, _, there = place.partition(":")
        found = getattr(import_module(f"{self._package}.{module}"), there or name)
        setattr(self, name, found)  # the next time it is found at once
        return found

    def __dir__(self) -> list[str]:
        return sorted(self._places)
