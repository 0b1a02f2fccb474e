"""The only place that prints: no password can leave, and nothing that a reader does not see.

Text for people is redacted, and its unseen characters, and what the log of a CI system would take
for a command, are written as escapes. JSON and markup are
redacted within their strings. Scripts and patches go out byte for byte, for what is shown is what
runs: one that holds an unseen character does not go out at all.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TextIO

from analyzer.errors import AnalyzerError, RefusedError, UsageError
from analyzer.limits import NARROWEST, WIDEST, read_number
from analyzer.model.core import secret
from analyzer.model.core.redaction import Redaction
from analyzer.model.core.text import obeyed_by_no_log, unseen_line, visible, visible_lines

DEFAULT_WIDTH = 80
_COLOURS = ("\x1b[31;1m", "\x1b[33m", "\x1b[32m", "\x1b[1m", "\x1b[0m")  # all that reports use
_JSON_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?')  # and the colon behind a key
_JSON_UNSEEN = re.compile(r"[^\n -~]")
_SHOWN = 120  # characters of a line that is refused
_HANG = " " * 7  # below what, why and fix
_known = Redaction()  # of this run


class Kind(Enum):
    """What an artefact is, and so how it is kept from playing tricks."""

    TEXT = auto()
    LOG = auto()  # text with commands of ours to the log of a CI system
    JSON = auto()
    MARKUP = auto()  # XML, DOT, Mermaid: quotes and brackets must stay
    CODE = auto()  # what runs or is applied


_KINDS = {
    "github": Kind.LOG,
    "json": Kind.JSON, "sarif": Kind.JSON, "gitlab": Kind.JSON, "junit": Kind.MARKUP,
    "svg": Kind.MARKUP, "dot": Kind.MARKUP, "mermaid": Kind.MARKUP, "sh": Kind.CODE,
    "sql": Kind.CODE, "patch": Kind.CODE, "ruby": Kind.CODE,
}  # fmt: skip


def kind_of(format_: str) -> Kind:
    """Tell the kind of what a --format writes; what is not code or data is text."""
    return _KINDS.get(format_, Kind.TEXT)


def know_secrets(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Learn what is secret in this run, so that it leaves by no way out."""
    global _known  # noqa: PLW0603  one program, one run
    found = secret.find_secrets(arguments) | secret.secrets_of_environment(environment)
    _known = Redaction.of(found)


def redact(text: str) -> str:
    """Blank this run's secrets, and whatever else looks like one."""
    return _known.text(text)


@dataclass(frozen=True, slots=True)
class Screen:
    """What the stream that a text goes to can show."""

    width: int
    colour: bool


def screen(stream: TextIO | None) -> Screen:
    """Ask the stream: colour only on a terminal, never with NO_COLOR set."""
    if stream is None:
        return Screen(DEFAULT_WIDTH, colour=False)
    terminal = stream.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    columns = read_number(os.environ.get("COLUMNS", ""))
    if columns:
        return Screen(min(max(columns, NARROWEST), WIDEST), colour)
    width = os.get_terminal_size(stream.fileno()).columns if terminal else DEFAULT_WIDTH
    return Screen(width or DEFAULT_WIDTH, colour)


def say(text: str) -> None:
    """Write a message or a preview to standard error, if there is one."""
    if sys.stderr is not None:
        told = for_people(text, colour=screen(sys.stderr).colour)
        _write(sys.stderr, told if told.endswith("\n") else told + "\n")


def deliver(text: str, output: str | None = None, kind: Kind = Kind.TEXT) -> None:
    """Write the artefact to standard output, or to a file.

    Raises:
        UsageError: the file cannot be written.
        RefusedError: it is code, and holds what a reader would not see.
    """
    clean = _clean(text, kind, colour=output is None and screen(sys.stdout).colour)
    if output is None:
        _write(sys.stdout, clean)
        return
    try:
        Path(output).write_bytes(clean.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise UsageError(
            f"cannot write {output}",
            why=os.strerror(error.errno or 0),
            fix="name another file: -o FILE",
        ) from error


def _clean(text: str, kind: Kind, *, colour: bool) -> str:
    match kind:
        case Kind.TEXT:
            return for_people(text, colour=colour)
        case Kind.LOG:
            return visible_lines(redact(text))
        case Kind.JSON:
            return _JSON_UNSEEN.sub(_json_escape, "\n".join(map(_redact_json, text.split("\n"))))
        case Kind.MARKUP:
            return visible_lines(_known.structured(text))
        case Kind.CODE:
            demand_seen(text)
            return text


def for_people(text: str, *, colour: bool = False) -> str:
    """Make a text safe to show: no secret, no character that is not seen, no log's command."""
    return obeyed_by_no_log(visible_lines(redact(text), _COLOURS if colour else ()))


def _json_escape(found: "re.Match[str]") -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def _redact_json(line: str) -> str:
    """Redact the strings of a line of JSON: none goes on in the next."""
    return _JSON_STRING.sub(_redact_string, line) if _known.may_change(line) else line


def _redact_string(found: "re.Match[str]") -> str:
    if found[2]:
        return found[0]
    return f'"{_known.structured(found[1])}"'


def demand_seen(text: str) -> None:
    """Insist that a reader of a script sees all of it.

    Raises:
        RefusedError: a line holds a character that does not print.
    """
    number = unseen_line(text)
    if number is not None:
        raise RefusedError(
            f"line {number} of what was to be written holds a character that does not print: "
            f"{visible(text.split(chr(10))[number - 1])[:_SHOWN]}",
            why="what is shown must be what runs",
            fix="give the file, table or database that the line names another name; --format json "
            "tells the plan",
        )


def _write(stream: TextIO | None, text: str) -> None:
    """Write text whose file names may hold any bytes.

    Raises:
        UsageError: the stream is closed, or the disk behind it is full.
    """
    if stream is None:  # the caller closed it
        raise UsageError(
            "there is nowhere to write to", why="standard output is closed", fix="pass -o FILE"
        )
    try:
        _write_out(stream, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(
            "cannot write the output",
            why=os.strerror(error.errno or 0),
            fix="make room, or write elsewhere: -o FILE",
        ) from error


def _write_out(stream: TextIO, text: str) -> None:
    stream.flush()
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(text.encode("utf-8", "backslashreplace").decode())
    else:
        buffer.write(text.encode("utf-8", "surrogateescape"))
    stream.flush()


def complain(error: AnalyzerError) -> None:
    """Say what is wrong, why, and how to fix it; lines of somebody else's words are indented."""
    parts = (("migdoctor: ", error.what), ("  why: ", error.why), ("  fix: ", error.fix))
    say("\n".join(lead + _hung(text) for lead, text in parts))


def _hung(text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([visible(first), *(_HANG + visible(line.strip()) for line in rest)])
