"""Fixes for order violations, by another version: tried in memory before they are proposed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from analyzer.analysis.order.dependencies import build_graph
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.dependency import DependencyGraph, Tie, Violation
from analyzer.model.findings.order_fix import RanVersions
from analyzer.model.findings.schema_state import ReadMigration

_STAMP, _DIGITS = "%Y%m%d%H%M%S", 14
_TRIES = 20

Lack = tuple[str, ObjectRef]  # who lacks what


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A file under another version that restores the order; ``ran`` is None where nothing tells."""

    source: str
    target: str
    version: str
    ran: bool | None


def group(violations: Iterable[Violation]) -> list[tuple[Violation, ...]]:
    """Violations with one cause together: one migration lacks what one other provides."""
    found: dict[tuple[str, str | None, str | None], list[Violation]] = {}
    for each in violations:
        found.setdefault((each.path, each.provided_by, each.removed_by), []).append(each)
    return [tuple(alike) for alike in found.values()]


def renumber(
    graph: DependencyGraph, violations: Sequence[Violation], ran: RanVersions
) -> Renumbered | None:
    """Find a file that resolves the violations under another version and breaks nothing.

    A file that has run keeps its version: another one would make it run again. Of two that may
    move, the one that surely never ran goes, else the one that provides.
    """
    moves = list(_moves(graph, violations[0]))
    has_run = {move: ran.ran(_number(move[0])) for move in moves}
    allowed = [move for move in moves if has_run[move] is not True]
    for move in sorted(allowed, key=lambda move: has_run[move] is None):
        mover, anchor, earlier = move
        for number in _free_numbers(graph, mover, anchor, earlier=earlier):
            changed = _renumbered(mover, number)
            if is_fixed(
                graph, violations, _placed(graph, mover, changed), {changed.path: mover.path}
            ):
                return Renumbered(mover.path, changed.path, changed.version, has_run[move])
    return None


def is_fixed(
    graph: DependencyGraph,
    violations: Iterable[Violation],
    changed: Sequence[ReadMigration],
    former: dict[str, str] | None = None,
) -> bool:
    """Whether changed migrations lack nothing of this any more, and nothing else instead.

    Args: changed: all migrations in their new order.  former: new path to old, where renamed.
    """
    before = set(_lacks(graph.violations))
    after = build_graph(changed)
    names = former or {}
    lacks = {(names.get(path, path), needs) for path, needs in _lacks(after.violations)}
    fixed = set(_lacks(violations))
    return not (lacks & fixed) and lacks <= before


def in_order(migrations: Iterable[ReadMigration]) -> list[ReadMigration]:
    """Sort as Rails does, by number."""
    return sorted(migrations, key=lambda each: (_number(each), each.path))


def free_after(migrations: Iterable[ReadMigration], version: str) -> str:
    """The next version after another one that no file carries."""
    taken = {_number(each) for each in migrations}
    number = int(version)
    while True:
        number = step(number, 1)
        if number not in taken:
            return str(number).zfill(len(version))


def _lacks(violations: Iterable[Violation]) -> Iterator[Lack]:
    return ((each.path, each.needs) for each in violations)


_Move = tuple[ReadMigration, ReadMigration, bool]  # who moves, past whom, whether earlier


def _moves(graph: DependencyGraph, violation: Violation) -> Iterator[_Move]:
    """List the migrations whose version could change, each with its possible places."""
    nodes = graph.by_path()
    user = nodes[violation.path]
    if violation.provided_by is not None:
        provider = nodes[violation.provided_by]
        yield provider, user, True
        yield user, provider, False
    elif violation.removed_by is not None:
        remover = nodes[violation.removed_by]
        yield remover, user, False
        yield user, remover, True


def _free_numbers(
    graph: DependencyGraph, mover: ReadMigration, anchor: ReadMigration, *, earlier: bool
) -> Iterator[int]:
    """Versions that no file carries, from the anchor on; after each file, so that few are tried.

    None that lies beyond what the mover needs itself, or beyond who needs it.
    """
    direction = -1 if earlier else 1
    end = _end(graph, mover, earlier=earlier)
    numbers = [_number(each) for each in graph.nodes if each is not mover]
    passed = sorted(
        (number for number in numbers if (number - _number(anchor)) * direction >= 0),
        key=lambda number: number * direction,
    )
    taken = set(numbers)
    for number in passed[:_TRIES]:
        free = step(number, direction)
        if free <= 0 or (end is not None and (end - free) * direction <= 0):
            return
        if free not in taken:
            yield free


def _end(graph: DependencyGraph, mover: ReadMigration, *, earlier: bool) -> int | None:
    """The nearest migration that a moving one cannot pass."""
    numbers = {node.path: _number(node) for node in graph.nodes}
    needs = [edge for edge in graph.edges if edge.tie is Tie.NEEDS]
    if earlier:
        return max(
            (numbers[edge.before] for edge in needs if edge.after == mover.path), default=None
        )
    return min((numbers[edge.after] for edge in needs if edge.before == mover.path), default=None)


def step(number: int, direction: int) -> int:
    """The next second of a timestamp, the next number of anything else."""
    text = str(number)
    try:
        if len(text) == _DIGITS:
            moment = datetime.strptime(text, _STAMP)  # noqa: DTZ007  a version has no zone
            return int((moment + timedelta(seconds=direction)).strftime(_STAMP))
    except (ValueError, OverflowError):
        pass
    return number + direction


def _renumbered(migration: ReadMigration, number: int) -> ReadMigration:
    version = str(number).zfill(len(migration.version))
    folder, slash, name = migration.path.rpartition("/")
    rest = name.removeprefix(migration.version)
    return replace(migration, version=version, path=f"{folder}{slash}{version}{rest}")


def _placed(
    graph: DependencyGraph, mover: ReadMigration, changed: ReadMigration
) -> list[ReadMigration]:
    return in_order([*(each for each in graph.nodes if each is not mover), changed])


def _number(migration: ReadMigration) -> int:
    return int(migration.version)
