"""A scratch database that somebody named: empty before a rehearsal, and empty again after it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError, StatementError
from analyzer.services.dialogue import Dialogue
from analyzer.services.repair.options import RehearsalOptions


@contextmanager
def emptied(scratch: Gateway, options: RehearsalOptions, dialogue: Dialogue) -> Iterator[None]:
    """Drop at the end what was not there at the beginning, and tell where that cannot be.

    A server of ours is gone then anyway.

    Raises:
        AnalyzerError: the database is not empty, or cannot be asked what it holds.
    """
    scratch.engine.demand_scratch().demand_empty(scratch)
    if options.scratch_url is None or options.keep:
        yield
        return
    before = scratch.engine.demand_scratch().contents(scratch).keys()
    try:
        yield
    finally:
        try:
            _drop_all_but(scratch, before)
        except AnalyzerError as error:
            dialogue.tell(
                f"The copy is still in the database of --scratch-url: {error.what}. Drop it there, "
                "or name another empty database, before you rehearse again."
            )


def _drop_all_but(scratch: Gateway, kept: Collection[str]) -> None:
    port = scratch.engine.demand_scratch()
    with scratch.session() as session:
        for key, statement in port.contents(scratch).items():
            if key and key in kept:
                continue
            with suppress(StatementError):  # what is left is seen in the end
                session.run(statement)
    port.demand_empty(scratch)
