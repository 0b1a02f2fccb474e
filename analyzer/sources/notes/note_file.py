"""Notes in a file: a line of JSON for each, below one that says how many there are.

``{"migdoctor": "notes", "count": 12, "seal": "..."}``, then objects with the table's columns.
"""

import json
import os
from collections.abc import Sequence
from typing import Any

from analyzer import limits
from analyzer.errors import UsageError
from analyzer.model.notes.note import COLUMNS, Anchor, Notebook, NotesHome, RunNote
from analyzer.records import asdict
from analyzer.sources.files.bounded import parse_json, read_file

DRAFT = ".new"  # ends the name of the file that takes the place of the old one
_MAY_BE_NULL = {"path", "sha256", "commit_id"}


def read_note_file(path: str, home: NotesHome | None = None) -> Notebook:
    """Read the notes in a file; none where there is no file.

    Args: home: what they should be about, as far as it is known.

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    place = f"file {path}"
    try:
        content = read_file(path, limits.NOTE_BYTES, UsageError)
    except FileNotFoundError:
        return Notebook(place, home=home, there=False)
    except OSError as error:
        raise UsageError(
            f"cannot read {path}", why=os.strerror(error.errno or 0), fix="check its permissions"
        ) from error
    if not content:
        return Notebook(place, home=home, there=False)
    head, *lines = content.decode("utf-8", "surrogateescape").split("\n")
    notes = tuple(_note(text, path, at) for at, text in enumerate(lines, 2) if text)
    return Notebook(place, notes, home, _anchor(_read(head, path, 1), path))


def written_notes(notes: Sequence[RunNote]) -> bytes:
    """Write the whole file."""
    last = notes[-1]
    head = {"migdoctor": "notes", "count": last.number, "seal": last.seal}
    documents = (head, *(asdict(note) for note in notes))
    return "".join(f"{json.dumps(it, ensure_ascii=True)}\n" for it in documents).encode()


def _anchor(head: dict[str, Any], path: str) -> Anchor:
    number, seal = head.get("count"), head.get("seal")
    if head.get("migdoctor") != "notes" or type(number) is not int or not isinstance(seal, str):
        raise _no_notes(path, 1)
    return Anchor(number, seal)


def _note(text: str, path: str, line: int) -> RunNote:
    found = _read(text, path, line)
    if set(found) != set(COLUMNS) or type(found["number"]) is not int:
        raise _no_notes(path, line)
    for name in COLUMNS[1:]:
        if not isinstance(found[name], str) and (found[name], name in _MAY_BE_NULL) != (None, True):
            raise _no_notes(path, line)
    return RunNote(**found)


def _read(text: str, path: str, line: int) -> dict[str, Any]:
    try:
        found = parse_json(text)
    except ValueError:
        raise _no_notes(path, line) from None
    if not isinstance(found, dict):
        raise _no_notes(path, line)
    return found


def _no_notes(path: str, line: int) -> UsageError:
    return UsageError(
        f"line {line} of {path} is not a note",
        why="the file was edited, is incomplete, or was written by another program",
        fix="bring it back from a backup or from git, or name another file",
    )
