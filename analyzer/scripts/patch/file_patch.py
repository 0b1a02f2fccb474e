"""Changes to files as a git patch: renamed, edited and new files.

Source: git-diff(1), "generating patch text with -p"; git's quote.c for names.
"""

import hashlib
from collections.abc import Iterable, Iterator

from analyzer.model.findings.order_fix import FileChange
from analyzer.model.words.text import visible
from analyzer.scripts.patch.hunks import hunks, told

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')


def render_file_patch(changes: Iterable[FileChange], comments: Iterable[str] = ()) -> bytes:
    """Write changes as a patch for ``git apply``, with or without ``--index``.

    ``comments`` come first, a line each; git passes over them.
    """
    lines = [f"# {visible(text)}".encode("utf-8", "surrogateescape") for text in comments]
    for change in changes:
        lines += _section(change)
    return b"\n".join([*lines, b""]) if lines else b""


def _section(change: FileChange) -> Iterator[bytes]:
    source = change.source if change.source is not None else change.target
    if change.before != change.after:
        yield from told(change.before, change.after, *_names(change))
    yield b"diff --git %s %s" % (_name(source, b"a/"), _name(change.target, b"b/"))
    if change.source is None:
        yield b"new file mode 100644"
        yield b"index %s..%s" % (b"0" * 40, _id(change.after))
    elif change.source != change.target:
        yield b"similarity index %d%%" % (100 if change.before == change.after else 50)
        yield b"rename from " + _name(source)
        yield b"rename to " + _name(change.target)
    if change.before != change.after:
        if change.source is not None:
            yield b"index %s..%s 100644" % (_id(change.before), _id(change.after))
        yield from hunks(change.before, change.after, *_names(change))


def _names(change: FileChange) -> tuple[bytes, bytes]:
    before = b"/dev/null" if change.source is None else _header_name(change.source, b"a/")
    return before, _header_name(change.target, b"b/")


def _id(content: bytes) -> bytes:
    """The id that git gives a content."""
    digest = hashlib.sha1(b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest().encode()


def _name(path: str, prefix: bytes = b"") -> bytes:
    """Write a path as git does: in C's quotes where it holds anything unusual."""
    octets = prefix + path.encode("utf-8", "surrogateescape")
    if _PLAIN.issuperset(octets):
        return octets
    said = (bytes([octet]) if octet in _PLAIN else b"\\%03o" % octet for octet in octets)
    return b'"%s"' % b"".join(said)


def _header_name(path: str, prefix: bytes) -> bytes:
    """Write a path for a ``---`` or ``+++`` line: a tab ends a name that has blanks."""
    name = _name(path, prefix)
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name
