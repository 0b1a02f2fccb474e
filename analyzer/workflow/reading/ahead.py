"""Work that begins before its result is needed, beside whatever the program does meanwhile."""

import time
from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")
Further = TypeVar("Further")

_SOON = 5.0  # seconds until it is told what keeps us waiting
_LOOK = 0.002  # seconds until it is looked again whether another one has ended


class Later(Generic[Result]):
    """The result of a piece of work that is done when it is asked for."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work

    def goes_on(self) -> bool:
        """Whether the work has begun and not ended."""
        return False

    def wait(self, seconds: float) -> None:
        """Wait until the work has ended, but no longer than this; not where it is yet to begin."""

    def result(self) -> Result:
        """Wait for the result; raises what the work raised."""
        return self._work()

    def then(self, step: Callable[[Result], Further]) -> "Later[Further]":
        """What a further step makes of the result, when that is asked for."""
        return _Then(self, step)


class _Then(Later[Further]):
    """The result of another piece of work, and of a step that follows it."""

    def __init__(self, first: Later[Result], step: Callable[[Result], Further]) -> None:
        super().__init__(lambda: step(first.result()))
        self._first = first

    def goes_on(self) -> bool:
        """See `Later.goes_on`."""
        return self._first.goes_on()

    def wait(self, seconds: float) -> None:
        """See `Later.wait`."""
        self._first.wait(seconds)


class Ahead(Later[Result]):
    """The result of a piece of work in a thread of its own; it pays where the work mostly waits.

    If nobody asks for the result, nobody waits for the thread, and the program may end before it.
    """

    def __init__(self, work: Callable[[], Result]) -> None:
        super().__init__(work)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._work()
        except BaseException as error:  # noqa: BLE001  raised where the result is asked for
            self._error = error

    def goes_on(self) -> bool:
        """See `Later.goes_on`."""
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """See `Later.wait`."""
        self._thread.join(seconds)

    def result(self) -> Result:
        """See `Later.result`."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result


def as_they_end(
    begun: Sequence[Later[Any]], held_up: Callable[[Sequence[int]], None] | None = None
) -> Iterator[int]:
    """The places of all pieces of work, each as soon as its result is there.

    What is yet to begin comes when nothing else is there, for it keeps whoever asks waiting.

    Args: held_up: told once of the places that keep all others waiting, some seconds later.
    """
    told = time.monotonic() + _SOON
    going = {place: work for place, work in enumerate(begun) if work.goes_on()}
    idle = [place for place in range(len(begun)) if place not in going]
    while going:
        ended = [place for place, work in going.items() if not work.goes_on()]
        for place in ended:
            del going[place]
            yield place
        if not ended and idle:
            yield idle.pop(0)
        elif not ended:
            next(iter(going.values())).wait(_LOOK)
            if held_up is not None and time.monotonic() > told:
                held_up(list(going))
                held_up = None
    yield from idle
