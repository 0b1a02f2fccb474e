"""psycopg, loaded without what only other programs need of it.

It brings asyncio along for its asynchronous half, all of ``importlib.metadata`` to read its own
version, and ctypes to look for a libpq that it has built in: together a tenth of a small run. Where
nobody else could miss them, stand-ins take their places while psycopg loads.
"""

import sys
from importlib import import_module

from analyzer.stand_ins import StandIn, without


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
        with without(_asyncio(), _metadata(), *_ctypes()):
            import_module("psycopg")
    for module in ("access.driver_session", "catalog.live_schema"):
        import_module(f"analyzer.engines.postgresql.{module}")
    import_module("psycopg")


def _asyncio() -> StandIn:
    never = ("Future", "Lock", "Queue", "Task", "get_running_loop", "sleep")
    return StandIn("asyncio", CancelledError=_Interruption, **dict.fromkeys(never, _Named))


def _metadata() -> StandIn:
    return StandIn(
        "importlib.metadata", version=lambda _: "unread", PackageNotFoundError=ImportError
    )


def _ctypes() -> tuple[StandIn, StandIn]:
    util = StandIn("ctypes.util")
    return StandIn("ctypes", util=util), util
