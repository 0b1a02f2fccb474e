"""psycopg, loaded without what only other programs need of it.

It brings asyncio along for its asynchronous half, and all of ``importlib.metadata`` to read its own
version: together a tenth of a small run. Where nobody else could miss them, stand-ins take their
places while psycopg loads. A stand-in has what a module only names as it is defined; whatever is
really used of it comes from the module itself, which then loads.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class _StandIn(ModuleType):
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


class _Named:
    """What is named, as a base or in a type, and never made or called."""

    def __class_getitem__(cls, _: object) -> type:
        return cls


class _Interruption(BaseException):
    """An exception that is named in ``except``, and never raised."""


def load_driver(*, alone: bool) -> None:
    """Load what a live database is read with, before a thread needs it.

    Args: alone: whether no other program runs in this process, which may use psycopg with asyncio.
    """
    if alone and "psycopg" not in sys.modules:
        with _without(_asyncio(), _metadata()):
            import_module("psycopg")
    for module in ("access.driver_session", "catalog.live_schema"):
        import_module(f"analyzer.engines.postgresql.{module}")
    import_module("psycopg")


@contextmanager
def _without(*stand_ins: _StandIn) -> Iterator[None]:
    """Let stand-ins be imported in the place of modules that nobody has loaded yet."""
    put = {it.__name__: it for it in stand_ins if it.__name__ not in sys.modules}
    sys.modules.update(put)
    try:
        yield
    finally:
        for name, stand_in in put.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


def _asyncio() -> _StandIn:
    never = ("Future", "Lock", "Queue", "Task", "get_running_loop", "sleep")
    return _StandIn("asyncio", CancelledError=_Interruption, **dict.fromkeys(never, _Named))


def _metadata() -> _StandIn:
    return _StandIn(
        "importlib.metadata", version=lambda _: "unread", PackageNotFoundError=ImportError
    )
