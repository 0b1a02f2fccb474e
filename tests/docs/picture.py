"""The README's picture: the first screen of ``migdoctor diagnose`` at a terminal, as SVG."""

import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.docs.incident import Incident, as_shown, incident
from tests.docs.pages import PAGES, ROOT
from tests.support.databases.servers import Server

PICTURE = PAGES / "pictures" / "diagnose.svg"
_TYPED = "migdoctor diagnose"
_WIDTH, _LINES = 80, 34  # a screen
# no page that shows the picture may ask another computer for a font
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def photograph(world: Incident) -> str:
    """Run it at a terminal, and draw what is seen up to the end of a paragraph."""
    shown = [*first_screen(at_terminal(world))]
    console = Console(width=_WIDTH, record=True, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ {_TYPED}", style="bold"))
    for line in shown:
        console.print(Text.from_ansi(line), no_wrap=True)
    return console.export_svg(
        title="", theme=MONOKAI, code_format=_FORMAT, unique_id="diagnose", font_aspect_ratio=0.6
    )


def first_screen(text: str) -> list[str]:
    """The paragraphs that fit, whole."""
    lines = as_shown(text).splitlines()
    ends = [number for number, line in enumerate(lines) if not line.strip() and number <= _LINES]
    return lines[: ends[-1]] if len(lines) > _LINES else lines


def at_terminal(world: Incident) -> str:
    """What the command prints at a terminal, colours included."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "analyzer", *_TYPED.split()[1:]],
        cwd=world.repository,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,  # where a busy machine would see a spinner
        env={
            **{name: it for name, it in os.environ.items() if name != "NO_COLOR"},
            "PYTHONPATH": str(ROOT),
            "COLUMNS": str(_WIDTH),
            "TERM": "xterm-256color",
            **world.variables,
        },
    ):
        os.close(theirs)
        return b"".join(_read(ours)).decode()


def _read(descriptor: int) -> list[bytes]:
    """Everything until the other side is closed, which Linux tells by an error."""
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:
        pass
    os.close(descriptor)
    return parts


def write(server: Server) -> None:
    """Draw it anew where it is no longer true."""
    with tempfile.TemporaryDirectory() as folder, incident(Path(folder), server) as world:
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(photograph(world), "utf-8")
