"""The marks of the pictures in a terminal, in UTF-8 and in ASCII, with their colours."""

from collections.abc import Mapping

from analyzer.report.diagnosis.terminal_layout import RED, YELLOW
from analyzer.report.page.view.matrix import Cell
from analyzer.report.page.view.timeline import Mark

_SIGNS = {
    Mark.NOTHING: ("│", " "),
    Mark.FILE: ("●", "o"),
    Mark.GONE: ("○", "@"),
    Mark.DONE: ("●", "o"),
    Mark.OLD: ("◉", "#"),
    Mark.AGAIN: ("◌", "-"),
    Mark.REFUSED: ("◍", "%"),
    Mark.PENDING: ("○", "."),
    Mark.NEVER: ("⊖", "~"),
    Mark.HELD: ("⊘", "="),
    Mark.FAILS: ("✕", "x"),
    Mark.DESTROYS: ("▼", "!"),
    Mark.UNREAD: ("?", "?"),
}
COLOURS = {
    Mark.OLD: YELLOW,
    Mark.AGAIN: YELLOW,
    Mark.REFUSED: YELLOW,
    Mark.NEVER: RED,
    Mark.FAILS: RED,
    Mark.DESTROYS: RED,
}
CELL_COLOURS = {Cell.OLD: YELLOW, Cell.BOTH: YELLOW}
LOUD = (Cell.OLD, Cell.BOTH)
"""What is broken is written in capitals, so that it is seen without colour too."""
OF_GIT: Mapping[Mark, str] = {Mark.FILE: "current file", Mark.GONE: "had a file"}
OF_ROWS: Mapping[Mark, str] = {
    Mark.DONE: "row and file",
    Mark.OLD: "row under an old version, or without a file",
    Mark.AGAIN: "would run again",
    Mark.REFUSED: "held back: the next migrate refuses to start",
    Mark.PENDING: "pending",
    Mark.NEVER: "would never run",
    Mark.HELD: "skipped: another row has its version",
    Mark.FAILS: "the next migrate fails here",
    Mark.DESTROYS: "destroys data",
    Mark.UNREAD: "not known",
}
OF_CELLS: Mapping[Cell, str] = {
    Cell.OLD: "only the old version is recorded",
    Cell.NEW: "fine",
    Cell.BOTH: "recorded twice",
    Cell.NONE: "never ran",
    Cell.SWAP: "exchanged versions, and both ran",
    Cell.UNKNOWN: "not known",
}


class SignSet:
    """The signs that a terminal can show."""

    def __init__(self, *, plain: bool) -> None:
        self.plain = plain
        self.more = "~" if plain else "\u2026"
        self.commit, self.deployed = ("+", "*") if plain else ("\u25c6", "\u25a0")
        self.folded = ":" if plain else "\u2506"
        self.head = ">" if plain else "\u25b6"
        self.lines = {"─": "-", "│": "|"} if plain else None

    def mark(self, mark: Mark) -> str:
        """The sign of a mark."""
        return _SIGNS[mark][self.plain]

    def words(self, text: str) -> str:
        """Words of ours with arrows in them."""
        return text.replace("\u2192", "->").replace("\u2190", "<-") if self.plain else text
