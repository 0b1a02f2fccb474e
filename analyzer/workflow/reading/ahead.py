"""Work that begins before its result is needed, beside whatever the program does meanwhile."""

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Later(Generic[Result]):
    """The result of a piece of work that is done when it is asked for."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work

    def goes_on(self) -> bool:
        """Whether the work has begun and not ended."""
        return False

    def result(self) -> Result:
        """Wait for the result; raises what the work raised."""
        return self._work()


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

    def result(self) -> Result:
        """See `Later.result`."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result
