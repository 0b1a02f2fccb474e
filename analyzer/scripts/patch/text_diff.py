"""Texts before and after, as a unified diff for people."""

import difflib
from collections.abc import Iterator, Mapping

from analyzer.model.words.text import visible


def render_text_changes(
    before: Mapping[str, bytes | None], after: Mapping[str, bytes | None]
) -> str:
    """Show what changes, file by file; a file that is not there is /dev/null.

    Args: before, after: texts by path from the repository's root, None where there is no file.
    """
    return "".join(f"{line}\n" for path in sorted(after) for line in _file(path, before, after))


def render_edit(before: tuple[str, bytes], after: tuple[str, bytes]) -> str:
    """Show how one text became another, whatever their names. Both are path and content."""
    lines = difflib.unified_diff(
        _lines(before[1]), _lines(after[1]), visible(before[0]), visible(after[0]), lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)


def _file(
    path: str, before: Mapping[str, bytes | None], after: Mapping[str, bytes | None]
) -> Iterator[str]:
    old, new = before.get(path), after[path]
    if old == new:
        return
    names = (
        visible(f"a/{path}") if old is not None else "/dev/null",
        visible(f"b/{path}") if new is not None else "/dev/null",
    )
    yield from difflib.unified_diff(_lines(old), _lines(new), *names, lineterm="")


def _lines(text: bytes | None) -> list[str]:
    return [visible(line) for line in (text or b"").decode("utf-8", "surrogateescape").splitlines()]
