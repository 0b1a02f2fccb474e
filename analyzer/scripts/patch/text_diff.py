"""Texts before and after, as a unified diff for people."""

import difflib
from collections.abc import Iterator, Mapping

from analyzer.model.words.text import visible
from analyzer.records import Struct


def render_text_changes(
    before: Mapping[str, bytes | None],
    after: Mapping[str, bytes | None],
    origins: Mapping[str, str] | None = None,
) -> str:
    """Show what changes, file by file; a file that is not there is /dev/null.

    Args:
        before, after: texts by path from the repository's root, None where there is no file.
        origins: for a path the one that its file comes from; as git does, a rename is told as one.
    """
    texts = _Texts(before, after)
    moved = {to: path for to, path in (origins or {}).items() if texts.are_of_a_move(path, to)}
    gone = {*moved.values()}
    return "".join(
        f"{line}\n"
        for path in sorted(after)
        if path not in gone
        for line in (texts.moved(moved[path], path) if path in moved else texts.changed(path))
    )


def render_edit(before: tuple[str, bytes], after: tuple[str, bytes]) -> str:
    """Show how one text became another, whatever their names. Both are path and content."""
    lines = difflib.unified_diff(
        _lines(before[1]), _lines(after[1]), visible(before[0]), visible(after[0]), lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)


class _Texts(Struct, frozen=True):
    """Texts by path before and after a change."""

    before: Mapping[str, bytes | None]
    after: Mapping[str, bytes | None]

    def are_of_a_move(self, path: str, to: str) -> bool:
        """Whether a file went from one path to another where there was none."""
        gone = path in self.after and self.after[path] is None
        here = self.before.get(to) is None and self.after.get(to) is not None
        return gone and here and self.before.get(path) is not None

    def moved(self, path: str, to: str) -> Iterator[str]:
        """The rename, and what changed with it."""
        yield f"rename from {visible(path)}"
        yield f"rename to {visible(to)}"
        yield from self._difference(path, to)

    def changed(self, path: str) -> Iterator[str]:
        """What changed under one path."""
        return self._difference(path, path)

    def _difference(self, path: str, to: str) -> Iterator[str]:
        old, new = self.before.get(path), self.after[to]
        if old == new:
            return
        names = (
            visible(f"a/{path}") if old is not None else "/dev/null",
            visible(f"b/{to}") if new is not None else "/dev/null",
        )
        yield from difflib.unified_diff(_lines(old), _lines(new), *names, lineterm="")


def _lines(text: bytes | None) -> list[str]:
    return [visible(line) for line in (text or b"").decode("utf-8", "surrogateescape").splitlines()]
