"""Files that are no migrations and name some: a list of changelogs changes where one goes back."""

import re
from collections.abc import Iterator, Mapping, Sequence

from analyzer.analysis.repair.rename_back_names import Return
from analyzer.frameworks.ports.keys_in_text import KeysInText
from analyzer.model.core.defining_line import DefiningLine
from analyzer.model.core.migration import FileSet, IgnoredFile
from analyzer.model.plans.plan import ReplaceLine

_ABOVE = re.compile(r"[\w.\-/\\]*\Z")


def lists_in(files: FileSet, keys: KeysInText | None) -> list[IgnoredFile]:
    """The files of a tree that may name its migrations, and are none."""
    return [it for it in files.ignored if it.blob] if keys is not None and keys.includes else []


def include_lines(
    keys: KeysInText, returns: Sequence[Return], files: FileSet, contents: Mapping[str, bytes]
) -> tuple[tuple[ReplaceLine, ...], tuple[str, ...], dict[str, str]]:
    """Put names back where lists tell them.

    Returns: the lines; notes on what a person has to change; the blobs by path.
    """
    lines: list[ReplaceLine] = []
    notes: list[str] = []
    blobs: dict[str, str] = {}
    for told in lists_in(files, keys):
        text = contents.get(told.blob, b"")
        places: dict[int, list[tuple[DefiningLine, str]]] = {}
        for one in returns:
            for it in _places(keys, text, one.file.path):
                if _split(one.path)[0] != _split(one.file.path)[0]:
                    notes.append(f"{told.path}, line {it.line}: let it name {one.path}, by hand")
                else:
                    places.setdefault(it.line, []).append((it, _split(one.path)[1]))
        lines += (spliced(told.path, places[line]) for line in sorted(places))
        blobs |= {told.path: told.blob} if places else {}
    return tuple(lines), tuple(notes), blobs


def _places(keys: KeysInText, text: bytes, path: str) -> Iterator[DefiningLine]:
    """Where a list names a file: what it says of the folder must not be another one."""
    folder, name = _split(path)
    for it in keys.mentions(text, name):
        found = _ABOVE.search(it.text[: it.start])
        above = (found[0] if found else "").replace("\\", "/").strip("/").removeprefix("./")
        if f"/{folder}/".endswith(f"/{above}/") or not above:
            yield it


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


def spliced(path: str, places: Sequence[tuple[DefiningLine, str]]) -> ReplaceLine:
    """A line with other names in some places, from its end on so that the places stay right."""
    ordered = sorted(places, key=lambda it: it[0].start, reverse=True)
    before = text = ordered[0][0].text
    for place, name in ordered:
        text = text[: place.start] + name + text[place.start + len(place.name) :]
    return ReplaceLine(path, ordered[0][0].line, before, text)
