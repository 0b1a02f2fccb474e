"""A line on a terminal that says what takes so long: it shows after a second, and goes again."""

import os
import sys
import threading
import time

from analyzer.cli.terminal.screen import wished
from analyzer.cli.terminal.stage import stage_of
from analyzer.cli.terminal.stream import watching

_PATIENCE = 1.0  # seconds until it shows
_EVERY = 0.1  # seconds between two looks
_FRAMES = "|/-\\"
_BACK = "\r\x1b[K"  # to the beginning of the line, and empty it


class Spinner(threading.Thread):
    """Draws the line, while nobody else writes."""

    def __init__(self, watched: int) -> None:
        """Watch the thread of this identifier."""
        super().__init__(daemon=True)
        self._watched = watched
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._shows = self.held = False
        self._began = self._since = time.monotonic()
        watching.append(self)
        self.start()

    def run(self) -> None:
        """Look every tenth of a second whether there is something to draw."""
        number = 0
        while not self._over.wait(_EVERY):
            number += 1
            with self._lock:
                if time.monotonic() - self._since > _PATIENCE:
                    self._draw(_FRAMES[number % len(_FRAMES)])

    def make_way(self) -> None:
        """Empty the line, for somebody is about to write."""
        with self._lock:
            self._since = time.monotonic()
            if self._shows:
                self._write(_BACK)
                self._shows = False

    def end(self) -> None:
        """Draw no more."""
        self._over.set()
        watching.remove(self)
        self.make_way()

    def _draw(self, frame: str) -> None:
        doing = stage_of(self._watched)
        if doing is None or self.held or wished().quiet:
            return
        self._shows = True
        self._write(f"{_BACK}{frame} {doing} ({time.monotonic() - self._began:.0f} s)")

    def _write(self, text: str) -> None:
        try:
            os.write(sys.stderr.fileno(), text.encode())
        except (OSError, ValueError, AttributeError):
            self._over.set()
