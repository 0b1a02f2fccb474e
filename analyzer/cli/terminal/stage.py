"""What the program is doing, read off its own stack: no room has to report it."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_WAITS_FOR_SOMEBODY = ("click.termui", "rich")  # a question is open, or a bar shows
# by the innermost module of ours that is at work
_WORDS = (
    ("analyzer.operations.backup", "taking the backup"),
    ("analyzer.sources.git", "reading the history of the repository"),
    ("analyzer.sources.history", "reading the history of the repository"),
    ("analyzer.engines", "asking the database"),
    ("analyzer.parsing", "reading the migrations"),
    ("analyzer.frameworks", "reading the migrations"),
    ("analyzer.analysis", "comparing rows and files"),
    ("analyzer.report", "writing the report"),
)


def stage_of(thread: int) -> str | None:
    """What the innermost module of ours does; nothing where it waits for an answer."""
    frame: FrameType | None = sys._current_frames().get(thread)  # noqa: SLF001  its one name
    found: str | None = None
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(_WAITS_FOR_SOMEBODY):
            return None
        if found is None:
            found = next((words for start, words in _WORDS if module.startswith(start)), None)
        frame = frame.f_back
    return found or "working"
