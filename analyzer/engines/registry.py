"""The engines by name: a literal table, of which only what is asked for is loaded."""

import os
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, wraps
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from analyzer.engines.base import Engine
    from analyzer.engines.sessions import Gateway
    from analyzer.model.effects.effect import Effect

Answer = TypeVar("Answer")

ENGINES: Mapping[str, str] = {
    "postgresql": "analyzer.engines.postgresql.engine",
    "mysql": "analyzer.engines.mysql.engine",
    "sqlite": "analyzer.engines.sqlite.engine",
}
"""The module of each, which holds its ``ENGINE``."""
SCHEMES: Mapping[str, str] = {
    "mariadb": "mysql",
    "mysql": "mysql",
    "mysql2": "mysql",
    "pg": "postgresql",
    "postgis": "postgresql",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "trilogy": "mysql",
}
"""Whose address a text is by what stands before its first colon; else it is the usual one's."""
USUAL = "postgresql"  # for files, which name no engine


def engine(name: str) -> "Engine":
    """Load an engine.

    Raises:
        KeyError: there is none of this name.
    """
    found: Engine = import_module(ENGINES[name]).ENGINE
    return found


def usual_engine() -> "Engine":
    """Load the one that is meant where no database is in hand: for files, examples, a demo."""
    return engine(USUAL)


def engine_of_address(url: str | None, prefix: Sequence[str] = ()) -> "Engine":
    """Load the engine that an address names; the usual one where it names none.

    Args:
        url: None for DATABASE_URL; behind a prefix that is this computer's, and names nothing.
        prefix: the words before a client program.
    """
    ours = "" if prefix else os.environ.get("DATABASE_URL", "")
    given = ours if url is None else url
    return engine(engine_of_scheme(given.strip().partition(":")[0]) or USUAL)


def engine_of_scheme(scheme: str) -> str | None:
    """The name of the engine whose addresses begin so; None where it is not known."""
    return SCHEMES.get(scheme.lower())


def is_address(text: str) -> bool:
    """Whether a text is the address of a database, of whatever engine, and no file's name."""
    return engine_of_address(text).access.is_address(text)


def engine_of_source(source: str) -> "Engine":
    """Load the engine of the place that rows came from; the usual one where that was a file."""
    return engine(source) if source in ENGINES else usual_engine()


def engine_of_script(first: str) -> "Engine | None":
    """Load the engine whose programs write files that begin so; None where none does.

    The usual one is asked last, as it takes any SQL.

    Args: first: the first line that holds anything.
    """
    names = sorted(ENGINES, key=lambda name: name == USUAL)
    return next((it for it in map(engine, names) if it.exports.is_script(first)), None)


def open_gateway(url: str | None, prefix: Sequence[str] = ()) -> "Gateway":
    """Read an address as the engine that it names has it.

    Args:
        url: None for DATABASE_URL, or else what the engine's own client finds; behind a prefix for
            the defaults of that place, as DATABASE_URL is this computer's.
        prefix: the words before a client program; none for the driver.

    Raises:
        DatabaseError: the address cannot be read, or no engine is known that has such ones.
    """
    return engine_of_address(url, prefix).access.open_gateway(url, prefix)


class _InHand:
    """The database in hand: migrations do not say whose SQL stands in them."""

    name = USUAL


def settle_sql(name: str) -> None:
    """From here on, SQL in files is read as this engine's; a command settles it early."""
    _InHand.name = name


def settled_sql() -> str:
    """The engine whose SQL is read; the usual one where nothing was settled."""
    return _InHand.name


@contextmanager
def reading_sql(name: str) -> Iterator[None]:
    """Read SQL as this engine's while the block runs: a run may be about databases of several."""
    before = _InHand.name
    _InHand.name = name
    try:
        yield
    finally:
        _InHand.name = before


def engine_in_hand() -> "Engine":
    """Load the engine whose SQL is read, for what is judged of files alone."""
    return engine(settled_sql())


def parse_sql(text: str) -> "tuple[Effect, ...]":
    """Read SQL as that of the database in hand; see `Parser.parse_sql`."""
    return engine_in_hand().parser.parse_sql(text)


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
        return kept(settled_sql(), *asked)

    return answer
