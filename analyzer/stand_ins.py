"""Stand-ins for modules that a library imports and we never use, while it loads.

A stand-in has what the library only names as it is defined; whatever is really used of it comes
from the module itself, which then loads.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class StandIn(ModuleType):
    """In a module's place; what it does not have itself it asks the module for."""

    def __init__(self, name: str, **own: object) -> None:
        super().__init__(name)
        vars(self).update(own)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the module has
        if name.startswith("__"):  # asked by the import itself
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def later(module: str, function: str) -> StandIn:
    """A stand-in with one function of its module, which loads when the function is called."""

    def call(*args: object) -> object:
        found: object = getattr(import_module(module), function)(*args)
        return found

    return StandIn(module, **{function: call})


@contextmanager
def without(*stand_ins: StandIn) -> Iterator[None]:
    """Let stand-ins be imported in the place of modules that nobody has loaded yet."""
    put = {it.__name__: it for it in stand_ins if it.__name__ not in sys.modules}
    sys.modules.update(put)
    try:
        yield
    finally:
        for name, stand_in in put.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
