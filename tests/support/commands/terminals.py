"""A person at a terminal: a real pseudo-terminal, and answers to questions."""

import fcntl
import os
import pty
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from threading import Timer

from analyzer.engines.shared.readable import is_readable
from analyzer.records import Struct
from tests.support.commands.migdoctor import ROOT

_PROMPT = b"[y/N]"
_PATIENCE = 60  # seconds without a word
_AGAIN = 2  # seconds after which a person presses Ctrl-C once more
_CTRL_C = "\x03"
Answer = Callable[[int, str], str | signal.Signals | None]
"""What is typed at the number of a question, and its text; a signal ends it; None hangs up."""

Cut = tuple[float, Callable[[int], None]]
"""After how many seconds what happens to the process of this id."""


class Seen(Struct, frozen=True):
    """All that was on the screen, the questions, and the exit status: below 0 it is a signal."""

    status: int
    screen: str
    questions: tuple[str, ...]


def yes(_number: int, _question: str) -> str:
    """Yes to all."""
    return "y"


def at_terminal(
    cwd: Path,
    line: str,
    answer: Answer = yes,
    *,
    columns: int = 80,
    cut: "Cut | None" = None,
    **variables: str,
) -> Seen:
    """Type a line into a shell at a terminal, and answer what is asked; ``cut`` comes between."""
    child, terminal = pty.fork()
    if not child:
        os.chdir(cwd)
        os.execve("/bin/sh", ["sh", "-c", f"exec {line}" if " && " not in line else line],
                  world(**variables))  # fmt: skip
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    timer = Timer(cut[0], lambda: cut[1](child)) if cut is not None else None
    if timer is not None:
        timer.start()
    try:
        said, asked = _talk(child, terminal, answer)
    finally:
        if timer is not None:
            timer.cancel()
    _, status = os.waitpid(child, 0)
    return Seen(os.waitstatus_to_exitcode(status), said, asked)


def world(**variables: str) -> dict[str, str]:
    """The variables of the shell; no width is told: the terminal has one."""
    kept = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "1", **variables}


def _talk(child: int, terminal: int, answer: Answer) -> tuple[str, tuple[str, ...]]:
    said, seen = b"", 0
    asked: list[str] = []
    began = time.monotonic()
    typed: str | signal.Signals | None = ""
    while True:
        if typed == _CTRL_C and not is_readable(terminal, _AGAIN):
            # Python sees a signal that comes just before it begins to read only after the reading
            os.write(terminal, _CTRL_C.encode())
        if not is_readable(terminal, _PATIENCE):
            os.kill(child, signal.SIGKILL)
            msg = f"no word for {time.monotonic() - began} s: {said.decode()}"
            raise AssertionError(msg)
        try:
            block = os.read(terminal, 1 << 16)
        except OSError:  # the other end is closed
            block = b""
        if not block:
            # a line is hung up on as soon as it is closed, and the child may not have ended yet
            os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
            os.close(terminal)
            return said.decode("utf-8", "replace").replace("\r\n", "\n"), tuple(asked)
        said += block
        if said[seen:].rstrip().endswith(_PROMPT):
            asked.append(_question(said[seen:].decode("utf-8", "replace")))
            seen = len(said)
            typed = answer(len(asked), asked[-1])
            if not _answered(child, terminal, typed):
                return said.decode("utf-8", "replace").replace("\r\n", "\n"), tuple(asked)


def _question(told: str) -> str:
    """The last paragraph of what was told, in one line: a long question goes on, indented."""
    *before, question = told.rstrip().splitlines()
    while question.startswith("  ") and before:
        question = f"{before.pop()} {question.strip()}"
    return question.strip()


def _answered(child: int, terminal: int, typed: str | signal.Signals | None) -> bool:
    """Type an answer; whether there is more to be read."""
    if typed is None:
        os.close(terminal)
        return False
    if isinstance(typed, signal.Signals):
        os.kill(child, typed)
        return True
    os.write(terminal, typed.encode() if typed == _CTRL_C else f"{typed}\n".encode())
    return True


def shim(folder: Path) -> str:
    """A PATH on which ``migdoctor`` is this very one."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "migdoctor"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m analyzer "$@"\n')
    script.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
