"""How long a client behind a prefix may be silent while we only read, until it is given up.

A prefix that asks for a password, or whose computer is gone, would otherwise hold the report of all
other environments for ever.
"""

import os
import re
import time
from collections.abc import Callable
from threading import Timer

VARIABLE = "MIGDOCTOR_EXEC_TIMEOUT"
LONGER = f"set {VARIABLE} to more seconds where it only needs longer"
_FIRST, _NEXT = 60.0, 300.0  # seconds: until it answers at all, and between two answers
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?", re.ASCII)


def longest_silence() -> float:
    """Seconds between two answers; what is set is no number, or zero: as usual."""
    return _given() or _NEXT


def _given() -> float:
    told = os.environ.get(VARIABLE, "").strip()
    return float(told) if _SECONDS.fullmatch(told) else 0.0


class SilenceWatch:
    """Gives a client up that says nothing for too long; what it says at last begins a new time."""

    def __init__(self, longest: float | None, give_up: Callable[[], None]) -> None:
        """Begin to watch. Args: longest: seconds between two answers; None for ever."""
        self._longest, self._give_up = longest, give_up
        self.seconds = longest or 0.0
        if longest is not None and not _given():
            self.seconds = min(longest, _FIRST)
        self.heard()
        if longest is not None:
            self._begin(self.seconds)

    def heard(self) -> None:
        """Take note that it says something."""
        self._last = time.monotonic()

    def answered(self) -> None:
        """Take note of its first answer: it is there, and may take its time from now on."""
        self.seconds = self._longest or 0.0
        self.heard()

    def cancel(self) -> None:
        """Watch no longer."""
        self._longest = None
        if hasattr(self, "_timer"):
            self._timer.cancel()

    def _begin(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        left = self._last + self.seconds - time.monotonic()
        if self._longest is None:
            return
        if left > 0:
            self._begin(left)
        else:
            self._give_up()
