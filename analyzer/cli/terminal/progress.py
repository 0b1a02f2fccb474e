"""How far long work is: a bar on a terminal, plain lines in a log."""

import sys
import textwrap
import threading
import time
from typing import TYPE_CHECKING

from analyzer.cli.terminal.console import say
from analyzer.cli.terminal.screen import screen
from analyzer.cli.terminal.stream import hold
from analyzer.model.words.text import visible

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_EVERY = 10  # seconds between two lines of a log
_NARROWEST = 60
_MB = 1e6


class Watcher:
    """Shows the work on standard error, as a bar or in lines; may be told by several threads."""

    def __init__(self) -> None:
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._lock = threading.Lock()
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._title, self._total, self._done = "", 0, 0
        self._began = self._told = 0.0

    def begin(self, title: str, total: int) -> None:
        """See `Progress.begin`."""
        with self._lock:
            self._title, self._total, self._done = visible(title), total, 0
            self._began = self._told = time.monotonic()
            if self._terminal:
                from analyzer.cli.terminal.progress_bar import start_bar

                hold(held=True)
                self._bar, self._task = start_bar(self._title, total)

    def advance(self, size: int, doing: str = "") -> None:
        """See `Progress.advance`."""
        with self._lock:
            self._done = min(self._done + size, self._total)
            if self._bar is not None and self._task is not None:
                words = f"{self._title} {visible(doing)[:30]}"
                self._bar.update(self._task, completed=self._done, description=words)
            elif not self._terminal and time.monotonic() - self._told > _EVERY:
                self._told = time.monotonic()
                say(self._line())

    def end(self) -> None:
        """See `Progress.end`."""
        with self._lock:
            if self._bar is not None:
                self._bar.stop()
                self._bar = None
                hold(held=False)

    def say(self, text: str) -> None:
        """See `Progress.say`."""
        width = max(screen(sys.stderr).width, _NARROWEST)
        lead = text[: len(text) - len(text.lstrip())]
        wrapper = textwrap.TextWrapper(width, lead, f"{lead}    ")
        wrapper.break_long_words = wrapper.break_on_hyphens = False
        say(wrapper.fill(visible(text.strip())))

    def _line(self) -> str:
        rate = self._done / max(time.monotonic() - self._began, 0.001)
        left = (self._total - self._done) / rate if rate else 0
        percent = 100 * self._done // max(self._total, 1)
        return (
            f"{self._title}: {percent} %, {self._done / _MB:,.0f} of {self._total / _MB:,.0f} MB, "
            f"{rate / _MB:,.1f} MB/s, {left:,.0f} s left"
        )
