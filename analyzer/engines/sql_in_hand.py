"""Whose SQL stands in migrations: that of the database in hand, which a command settles early.

Migrations do not say it themselves, and what reads them is asked for texts alone. Where nothing is
settled, it is the usual engine's.
"""

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, TypeVar

from analyzer.engines.registry import USUAL, engine

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Effect

_IN_HAND: ContextVar[str] = ContextVar("engine whose SQL is read", default=USUAL)
Answer = TypeVar("Answer")


def settle(name: str) -> None:
    """From here on, SQL is read as this engine's."""
    _IN_HAND.set(name)


def settled() -> str:
    """The engine whose SQL is read."""
    return _IN_HAND.get()


def parse_sql(text: str) -> "tuple[Effect, ...]":
    """Read SQL as that of the database in hand; see `Parser.parse_sql`."""
    return engine(settled()).parser.parse_sql(text)


def remembered(function: Callable[..., Answer], most: int) -> Callable[..., Answer]:
    """Keep what a reading of texts gives, for each engine by itself.

    Args: most: how many answers are kept.
    """

    @lru_cache(maxsize=most)
    def kept(name: str, *asked: Hashable) -> Answer:
        del name
        return function(*asked)

    @wraps(function)
    def answer(*asked: Hashable) -> Answer:
        return kept(settled(), *asked)

    return answer
