"""Fixes in a migration's text: a guard around a statement, or a new migration for it."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.analysis.order.dependency_touches import know, touches
from analyzer.analysis.order.order_fix import free_after, in_order, is_fixed
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.frameworks.rails.language.statements import statements_at
from analyzer.frameworks.rails.names import camelize, parse_name
from analyzer.frameworks.rails.writer.guard_text import (
    is_idle,
    key_removal,
    key_statement,
    not_done,
    there,
    without_key,
)
from analyzer.model.core.migration import MigrationName
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.model.effects.objects import ObjectRef, bare, objects
from analyzer.model.findings.dependency import DependencyGraph, Violation
from analyzer.model.findings.order_fix import FileChange, FixKind, OrderFix
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.model.schema.schema import ForeignKey


@dataclass(frozen=True, slots=True)
class Case:
    """The order violations to fix in one migration's text."""

    graph: DependencyGraph
    violations: tuple[Violation, ...]
    user: ReadMigration
    text: bytes

    @property
    def needs(self) -> frozenset[ObjectRef]:
        """The objects that the migration lacks."""
        return frozenset(each.needs for each in self.violations)

    @property
    def lacking(self) -> list[Effect]:
        """The effects that fail for want of it."""
        known = know([self.user.parsed.effects])
        return [
            effect for effect in self.user.parsed.effects
            if any(ref in self.needs for _, ref in touches(effect, known))
        ]  # fmt: skip

    @property
    def lines(self) -> list[bytes]:
        """The text's lines with their ends."""
        return re.findall(rb"[^\n]*\n|[^\n]+", self.text)


def reword(case: Case) -> OrderFix | None:
    """Find the smallest change of the text that fixes the order; None where none is safe."""
    condition = there(case.needs)
    effects = case.lacking
    if condition is None or not effects or any(_in_new_table(effect) for effect in effects):
        return _split_keys(case)
    if all(is_idle(effect) for effect in effects):
        fixes = (_guard(case, ranges, condition) for ranges in _ranges(case, effects))
    else:
        fixes = (_split(case, ranges, condition) for ranges in _ranges(case, effects))
    return next((fix for fix in fixes if fix is not None), None)


def _in_new_table(effect: Effect) -> bool:
    return isinstance(bare(effect), e.CreateTable)


Range = tuple[int, int]
_KEEPS_BLANKS = re.compile(rb"<<[-\"'`A-Z_]")  # a heredoc in which blanks count
_NO_WAY_BACK = "# the migration that it was split from takes it back"


def _ranges(case: Case, effects: Sequence[Effect]) -> Iterator[list[Range]]:
    """The statements of the effects: the innermost ones, then those around them."""
    lines = sorted({bare(effect).line for effect in effects})
    around = [statements_at(case.text, line) for line in lines]
    if not all(around):
        return
    for depth in range(max(map(len, around))):
        chosen = {each[min(depth, len(each) - 1)] for each in around}
        yield [it for it in sorted(chosen) if not any(_within(it, other) for other in chosen)]


def _within(one: Range, other: Range) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]


# A guard


def _guard(case: Case, ranges: Sequence[Range], condition: str) -> OrderFix | None:
    after = _guarded(case.lines, ranges, condition)
    changed = _reread(case.user, after)
    if changed is None or not is_fixed(case.graph, case.violations, _with(case, changed)):
        return None
    return OrderFix(
        FixKind.GUARD,
        f"do {_said(ranges)} of {case.user.path} only `if {condition}`",
        "on a new database there is nothing to do at that point, so nothing is lost",
        (FileChange(case.user.path, case.user.path, case.text, after),),
    )


def _guarded(lines: Sequence[bytes], ranges: Sequence[Range], condition: str) -> bytes:
    """Put ``if`` and ``end`` around lines; those inside move to the right where that is safe."""
    out = list(lines)
    for first, last in ranges:
        head = lines[first - 1]
        indent = head[: len(head) - len(head.lstrip())]
        end = b"\r\n" if head.endswith(b"\r\n") else b"\n"
        inside = list(lines[first - 1 : last])
        if not any(_KEEPS_BLANKS.search(line) for line in inside):
            inside = [b"  " + line if line.strip() else line for line in inside]
        if not inside[-1].endswith(b"\n"):
            inside[-1] += end
        inside[0] = indent + b"if " + condition.encode() + end + inside[0]
        inside[-1] += indent + b"end" + end
        out[first - 1 : last] = [b"".join(inside), *([b""] * (last - first))]
    return b"".join(out)


# A split


def _split(case: Case, ranges: Sequence[Range], condition: str) -> OrderFix | None:
    """Guard the statements, and do them again after what they need, unless they were done."""
    parts = []
    moved: list[Effect] = []
    for first, last in ranges:
        text = b"".join(case.lines[first - 1 : last]).decode("utf-8", "surrogateescape")
        inside = [it for it in case.user.parsed.effects if first <= bare(it).line <= last]
        guard = not_done(inside, text)
        if guard is None:
            return None
        parts.append(_unless_done(textwrap.dedent(text), guard))
        moved += inside
    after = _guarded(case.lines, ranges, condition)
    why = (
        "the statement creates something that a new database must get as well, and both files may "
        "have run, so neither gets another version; where it ran already, the new file does nothing"
    )
    return _in_two(case, after, ("\n".join(parts), _NO_WAY_BACK), moved, (_said(ranges), why))


def _unless_done(text: str, guard: str) -> str:
    if not guard:
        return text
    head = f"unless {guard[1:]}" if guard.startswith("!") else f"if {guard}"
    return f"{head}\n{_indented(text, 2).rstrip()}\nend\n"


def _indented(text: str, blanks: int) -> str:
    return (
        text
        if _KEEPS_BLANKS.search(text.encode("utf-8", "replace"))
        else textwrap.indent(text, " " * blanks)
    )


def _split_keys(case: Case) -> OrderFix | None:
    """Take foreign keys out of a new table, and add them after the other table."""
    keys = [
        (plain.table.name, plain.line, key)
        for plain in map(bare, case.lacking) if isinstance(plain, e.CreateTable)
        for key in plain.table.foreign_keys if ObjectRef("table", key.to_table) in case.needs
    ]  # fmt: skip
    lines = case.lines
    for _, line, key in keys:
        taken = _taken_out(case.text, lines, line, key)
        if taken is None:
            return None
        lines = taken
    if not keys:
        return None
    body = (
        "\n".join(key_statement(table, key) for table, _, key in keys),
        "\n".join(key_removal(table, key) for table, _, key in keys),
    )
    moved = [e.AddForeignKey(table, key, 1) for table, _, key in keys]
    why = (
        "the table itself needs nothing of the other one; its foreign key can be added once both "
        "are there"
    )
    said = ("the foreign key" if len(keys) == 1 else "the foreign keys", why)
    return _in_two(case, b"".join(lines), body, moved, said)


def _taken_out(text: bytes, lines: list[bytes], line: int, key: ForeignKey) -> list[bytes] | None:
    around = statements_at(text, line)
    if not around or not key.columns:
        return None
    first, last = around[0]
    inside = without_key(lines[first - 1 : last], key.columns[0])
    return None if inside is None else [*lines[: first - 1], *inside, *lines[last:]]


def _in_two(
    case: Case,
    after: bytes,
    body: tuple[str, str],
    moved: Sequence[Effect],
    said: tuple[str, str],
) -> OrderFix | None:
    provider = case.violations[0].provided_by
    changed = _reread(case.user, after)
    if provider is None or changed is None:
        return None
    path, text = _new_migration(case, provider, *body)
    name = parse_name(path.rpartition("/")[2])
    if not isinstance(name, MigrationName):
        return None
    new = ReadMigration(name.version.text, path, parse_ruby(text))
    if new.parsed.problems or _done(new.parsed.effects) != _done(moved):
        return None
    if not is_fixed(case.graph, case.violations, in_order([*_with(case, changed), new])):
        return None
    changes = (
        FileChange(case.user.path, case.user.path, case.text, after),
        FileChange(None, path, b"", text),
    )
    what = f"do {said[0]} of {case.user.path} in a new migration, {path}"
    return OrderFix(FixKind.SPLIT, what, said[1], changes)


def _new_migration(case: Case, provider: str, body: str, down: str) -> tuple[str, bytes]:
    """Path and text of a migration that runs right after the provider."""
    nodes = case.graph.by_path()
    version = free_after(case.graph.nodes, nodes[provider].version)
    slug = f"{_slug(case.user.path)}_after_{_slug(provider)}"
    folder, slash, _ = case.user.path.rpartition("/")
    rails = case.user.parsed.rails
    base = "ActiveRecord::Migration" + (f"[{rails[0]}.{rails[1]}]" if rails else "")
    lines = [
        f"# What {case.user.path.rpartition('/')[2]} could not do before {_slug(provider)} ran.",
        f"class {camelize(slug)} < {base}",
        *([] if case.user.parsed.ddl_transaction else ["  disable_ddl_transaction!", ""]),
        "  def up",
        _indented(body.rstrip("\n"), 4),
        "  end",
        "",
        "  def down",
        textwrap.indent(down, "    "),
        "  end",
        "end",
        "",
    ]
    text = "\n".join(lines).encode("utf-8", "surrogateescape")
    return f"{folder}{slash}{version}_{slug}.rb", text


def _slug(path: str) -> str:
    name = parse_name(path.rpartition("/")[2])
    return name.slug if isinstance(name, MigrationName) else "migration"


# Checks


def _reread(migration: ReadMigration, text: bytes) -> ReadMigration | None:
    """The migration with its new text; None where the text has become harder to read."""
    parsed = parse_ruby(text)
    opaque = [
        sum(isinstance(bare(effect), e.Opaque) for effect in each.effects)
        for each in (migration.parsed, parsed)
    ]
    if len(parsed.problems) > len(migration.parsed.problems) or opaque[1] > opaque[0]:
        return None
    return replace(migration, parsed=parsed)


def _with(case: Case, changed: ReadMigration) -> list[ReadMigration]:
    return [changed if each.path == changed.path else each for each in case.graph.nodes]


def _done(effects: Sequence[Effect]) -> Mapping[str, int]:
    """Describe effects apart from their lines and conditions."""
    counted: dict[str, int] = {}
    for effect in effects:
        what = f"{type(bare(effect)).__name__} {' '.join(f'{r} {o}' for r, o in objects(effect))}"
        counted[what] = counted.get(what, 0) + 1
    return counted


def _said(ranges: Sequence[Range]) -> str:
    said = [f"line {first}" if first == last else f"lines {first}-{last}" for first, last in ranges]
    return " and ".join(said)
