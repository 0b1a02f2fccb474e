"""A file plan as a git patch: renames, and the class lines that change with them.

A rename takes the content of before the patch, so chains and swaps need no temporary names.
Source: git-diff(1), "generating patch text with -p"; git's quote.c for names.
"""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.model.plans.plan import FilePlan, Provenance, ReplaceLine
from analyzer.model.plans.script_head import head
from analyzer.scripts.patch.hunks import hunks, lines_of, told
from analyzer.scripts.shell.move_chains import edits

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')
_LETTERS = {7: b"a", 8: b"b", 9: b"t", 10: b"n", 11: b"v", 12: b"f", 13: b"r", 34: b'"', 92: b"\\"}


def render_patch(plan: FilePlan, contents: Mapping[str, bytes], provenance: Provenance) -> bytes:
    """Write a plan as a patch for ``git apply``, with or without ``--index``.

    ``contents`` maps blob ids to contents, for the files whose lines change (``plan.before``, or
    ``plan.after`` where the plan is the way back).
    """
    title = f"{_title(plan)}: git apply --index THIS_PATCH"
    lines = [
        line.encode("utf-8", "surrogateescape") for line in head("#", title, provenance, plan.notes)
    ]
    targets = {move.source: move.target for move in plan.moves}
    changes = _changes(plan)
    for source in dict.fromkeys([*targets, *changes]):
        lines += _section(source, targets.get(source, source), plan, changes.get(source), contents)
    return b"\n".join([*lines, b""])


def _title(plan: FilePlan) -> str:
    paths = " and ".join(dict.fromkeys(step.path for step in plan.schema_lines))
    if not plan.moves:
        return f"Brings the versions in {paths} in line"
    title = f"Renames {len(plan.moves)} migration files"
    return f"{title}, and brings the versions in {paths} in line" if paths else title


def _changes(plan: FilePlan) -> dict[str, list[ReplaceLine]]:
    """Group the line changes by the name that the file has before the plan."""
    found: dict[str, list[ReplaceLine]] = {}
    for edit in edits(plan):
        found.setdefault(edit.origin, []).append(edit.line)
    return found


def _section(
    source: str,
    target: str,
    plan: FilePlan,
    changes: Sequence[ReplaceLine] | None,
    contents: Mapping[str, bytes],
) -> Iterator[bytes]:
    before, after = _name(source), _name(target)
    changed: list[bytes] = []
    similarity = 100
    if changes:
        old_id, new_id = dict(plan.before)[source], dict(plan.after)[target]
        old, new = _both_contents(contents.get(old_id), contents.get(new_id), changes)
        similarity = min(99, len(old) * 100 // (len(old) + sum(len(one.before) for one in changes)))
        names = _header_name(source, b"a/"), _header_name(target, b"b/")
        yield from told(old, new, *names)
        changed = [f"index {old_id}..{new_id}".encode(), *hunks(old, new, *names)]
    yield b"diff --git %s %s" % (_name(source, b"a/"), _name(target, b"b/"))
    if source != target:
        yield b"similarity index %d%%" % similarity
        yield b"rename from " + before
        yield b"rename to " + after
    yield from changed


def _both_contents(
    old: bytes | None, new: bytes | None, changes: Sequence[ReplaceLine]
) -> tuple[bytes, bytes]:
    """Make the content that is not known from the one that is.

    Raises: KeyError where neither is known.
    """
    if old is not None:
        return old, _replaced(old, changes)
    if new is None:
        raise KeyError(changes[0].path)
    return _replaced(new, [change.inverse() for change in changes]), new


def _replaced(content: bytes, changes: Sequence[ReplaceLine]) -> bytes:
    lines = lines_of(content)
    for change in changes:
        before, after = (
            text.encode("utf-8", "surrogateescape") for text in (change.before, change.after)
        )
        lines[change.line - 1] = after + lines[change.line - 1][len(before) :]
    return b"".join(lines)


def _name(path: str, prefix: bytes = b"") -> bytes:
    """Write a path as git does: in C's quotes where it holds anything unusual."""
    octets = prefix + path.encode("utf-8", "surrogateescape")
    if _PLAIN.issuperset(octets):
        return octets
    return b'"%s"' % b"".join(map(_octet, octets))


def _octet(octet: int) -> bytes:
    if octet in _PLAIN:
        return bytes([octet])
    return b"\\" + _LETTERS.get(octet, b"%03o" % octet)


def _header_name(path: str, prefix: bytes) -> bytes:
    """Write a path for a ``---`` or ``+++`` line: a tab ends a name that has blanks."""
    name = _name(path, prefix)
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name
