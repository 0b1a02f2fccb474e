"""Fixes in a migration's text: a guard around a statement, or a new migration for it."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from analyzer.analysis.order.dependency_touches import know, touches
from analyzer.analysis.order.order_fix import free_after, in_order, is_fixed
from analyzer.frameworks.base import Framework
from analyzer.frameworks.path_names import name_at
from analyzer.frameworks.ports.files import Files
from analyzer.frameworks.ports.writer import Guards, NewMigration
from analyzer.model.core.migration import MigrationName
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect
from analyzer.model.effects.objects import ObjectRef, bare, objects
from analyzer.model.findings.dependency import DependencyGraph, Violation
from analyzer.model.findings.order_fix import FileChange, FixKind, OrderFix
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.model.schema.schema import ForeignKey
from analyzer.records import Struct, replace


class Case(Struct, frozen=True):
    """What is to be mended in one migration's text, and who writes guards in its language."""

    framework: Framework
    guards: Guards
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
            effect
            for effect in self.user.parsed.effects
            if any(ref in self.needs for _, ref in touches(effect, known))
        ]

    @property
    def lines(self) -> list[bytes]:
        """The text's lines with their ends."""
        return re.findall(rb"[^\n]*\n|[^\n]+", self.text)


def reword(case: Case) -> OrderFix | None:
    """Find the smallest change of the text that fixes the order; None where none is safe."""
    condition = case.guards.there(case.needs)
    effects = case.lacking
    if condition is None or not effects or any(_in_new_table(effect) for effect in effects):
        return _split_keys(case)
    if all(_is_idle(effect) for effect in effects):
        fixes = (_guard(case, ranges, condition) for ranges in _ranges(case, effects))
    else:
        fixes = (_split(case, ranges, condition) for ranges in _ranges(case, effects))
    return next((fix for fix in fixes if fix is not None), None)


def _in_new_table(effect: Effect) -> bool:
    return isinstance(bare(effect), e.CreateTable)


Range = tuple[int, int]
_NO_WAY_BACK = "the migration that it was split from takes it back"


def _ranges(case: Case, effects: Sequence[Effect]) -> Iterator[list[Range]]:
    """The statements of the effects: the innermost ones, then those around them."""
    lines = sorted({bare(effect).line for effect in effects})
    statements_at = case.framework.language.statements_at
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
    after = case.guards.guarded(case.lines, ranges, condition)
    changed = _reread(case, after)
    if changed is None or not is_fixed(case.graph, case.violations, _with(case, changed)):
        return None
    return OrderFix(
        FixKind.GUARD,
        f"do {_said(ranges)} of {case.user.path} only `{case.guards.said(condition)}`",
        "on a new database there is nothing to do at that point, so nothing is lost",
        (FileChange(case.user.path, case.user.path, case.text, after),),
    )


# A split


def _split(case: Case, ranges: Sequence[Range], condition: str) -> OrderFix | None:
    """Guard the statements, and do them again after what they need, unless they were done."""
    parts = []
    moved: list[Effect] = []
    for first, last in ranges:
        text = b"".join(case.lines[first - 1 : last]).decode("utf-8", "surrogateescape")
        inside = [it for it in case.user.parsed.effects if first <= bare(it).line <= last]
        guard = case.guards.not_done(inside, text)
        if guard is None:
            return None
        parts.append(case.guards.unless_done(textwrap.dedent(text), guard))
        moved += inside
    after = case.guards.guarded(case.lines, ranges, condition)
    why = (
        "the statement creates something that a new database must get as well, and both files may "
        "have run, so neither gets another version; where it ran already, the new file does nothing"
    )
    return _in_two(
        case,
        after,
        ("\n".join(parts), case.guards.remark(_NO_WAY_BACK)),
        moved,
        (_said(ranges), why),
    )


def _split_keys(case: Case) -> OrderFix | None:
    """Take foreign keys out of a new table, and add them after the other table."""
    keys = [
        (plain.table.name, plain.line, key)
        for plain in map(bare, case.lacking)
        if isinstance(plain, e.CreateTable)
        for key in plain.table.foreign_keys
        if ObjectRef("table", key.to_table) in case.needs
    ]
    lines = case.lines
    for _, line, key in keys:
        taken = _taken_out(case, lines, line, key)
        if taken is None:
            return None
        lines = taken
    if not keys:
        return None
    body = (
        "\n".join(case.guards.key_statement(table, key) for table, _, key in keys),
        "\n".join(case.guards.key_removal(table, key) for table, _, key in keys),
    )
    moved = [e.AddForeignKey(table, key, 1) for table, _, key in keys]
    why = (
        "the table itself needs nothing of the other one; its foreign key can be added once both "
        "are there"
    )
    said = ("the foreign key" if len(keys) == 1 else "the foreign keys", why)
    return _in_two(case, b"".join(lines), body, moved, said)


def _taken_out(case: Case, lines: list[bytes], line: int, key: ForeignKey) -> list[bytes] | None:
    around = case.framework.language.statements_at(case.text, line)
    if not around or not key.columns:
        return None
    first, last = around[0]
    inside = case.guards.without_key(lines[first - 1 : last], key.columns[0])
    return None if inside is None else [*lines[: first - 1], *inside, *lines[last:]]


def _in_two(
    case: Case,
    after: bytes,
    body: tuple[str, str],
    moved: Sequence[Effect],
    said: tuple[str, str],
) -> OrderFix | None:
    provider = case.violations[0].provided_by
    changed = _reread(case, after)
    if provider is None or changed is None:
        return None
    drafted = _new_migration(case, provider, *body)
    if drafted is None:
        return None
    path, text = drafted
    name = name_at(case.framework.files, path)
    if not isinstance(name, MigrationName):
        return None
    new = ReadMigration(name.version, path, case.framework.language.parse(text))
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


def _new_migration(case: Case, provider: str, body: str, down: str) -> tuple[str, bytes] | None:
    """Path and text of a migration that runs right after the provider, if anything can."""
    nodes = case.graph.by_path()
    version = free_after(case.graph.nodes, nodes[provider].version, case.framework.numbering)
    if version is None:
        return None
    files = case.framework.files
    slug = f"{_slug(files, case.user.path)}_after_{_slug(files, provider)}"
    folder, slash, own = case.user.path.rpartition("/")
    remark = f"What {own} could not do before {_slug(files, provider)} ran."
    parsed = case.user.parsed
    new = NewMigration(slug, parsed.dialect, parsed.ddl_transaction, remark, body, down)
    return f"{folder}{slash}{files.basename(str(version), slug)}", case.guards.migration(new)


def _slug(files: Files, path: str) -> str:
    name = name_at(files, path)
    return name.slug if isinstance(name, MigrationName) else "migration"


# Checks


def _is_idle(effect: e.Effect) -> bool:
    """Whether an effect has nothing to do where what it works on does not exist yet."""
    match bare(effect):
        case (
            e.ReadData() | e.DropTable() | e.RemoveColumn() | e.RemoveIndex() | e.RemoveForeignKey()
        ):
            return True
        case e.RemoveConstraint() | e.DropObject() | e.DropEnum() | e.ValidateConstraint():
            return True
        case e.WriteData(action=action):
            return action is not e.DataAction.INSERT
        case _:
            return False


def _reread(case: Case, text: bytes) -> ReadMigration | None:
    """The migration with its new text; None where the text has become harder to read."""
    migration, parsed = case.user, case.framework.language.parse(text)
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
