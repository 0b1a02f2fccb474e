"""Fixes for order violations, by another version: tried in memory before they are proposed."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from analyzer.analysis.order.dependencies import build_graph
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.migration import path_under
from analyzer.model.core.version import Version
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.dependency import DependencyGraph, Tie, Violation
from analyzer.model.findings.order_fix import RanVersions
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.records import Struct, replace

_TRIES = 20

Lack = tuple[str, ObjectRef]  # who lacks what


class Renumbered(Struct, frozen=True):
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
    graph: DependencyGraph,
    violations: Sequence[Violation],
    ran: RanVersions,
    numbering: Numbering,
    shared: Callable[[str], bool],
) -> Renumbered | None:
    """Find a file that resolves the violations under another version and breaks nothing.

    A file that has run keeps its version: another one would make it run again. Of two that may
    move, the one goes that nobody else has, else the one that surely never ran, else the one that
    provides.

    Args: shared: whether others have the file at a path.
    """
    moves = list(_moves(graph, violations[0]))
    has_run = {move: ran.ran(move[0].version) for move in moves}
    allowed = [move for move in moves if has_run[move] is not True]
    for move in sorted(allowed, key=lambda move: (shared(move[0].path), has_run[move] is None)):
        mover, anchor, earlier = move
        for version in _free_versions(graph, mover, anchor, numbering, earlier=earlier):
            changed = _renumbered(mover, numbering.respelled(version, mover.version.text))
            if is_fixed(
                graph, violations, _placed(graph, mover, changed), {changed.path: mover.path}
            ):
                return Renumbered(mover.path, changed.path, changed.version.text, has_run[move])
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
    """Sort as the framework does, by version."""
    return sorted(migrations, key=lambda each: (each.version, each.path))


def free_after(
    migrations: Iterable[ReadMigration], version: Version, numbering: Numbering
) -> Version | None:
    """The next version after another one that no file carries; None where there is none."""
    taken = {each.version for each in migrations}
    free = numbering.step(version, 1)
    while free is not None and free in taken:
        free = numbering.step(free, 1)
    return None if free is None else numbering.respelled(free, version.text)


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


def _free_versions(
    graph: DependencyGraph,
    mover: ReadMigration,
    anchor: ReadMigration,
    numbering: Numbering,
    *,
    earlier: bool,
) -> Iterator[Version]:
    """Versions that no file carries, from the anchor on; after each file, so that few are tried.

    None that lies beyond what the mover needs itself, or beyond who needs it.
    """
    end, start = _end(graph, mover, earlier=earlier), anchor.version
    taken = {each.version for each in graph.nodes if each is not mover}
    passed = sorted(
        (
            each.version
            for each in graph.nodes
            if each is not mover and (each.version <= start if earlier else each.version >= start)
        ),
        reverse=earlier,
    )
    for version in passed[:_TRIES]:
        free = numbering.step(version, -1 if earlier else 1)
        if free is None or (end is not None and (free <= end if earlier else free >= end)):
            return
        if free not in taken:
            yield free


def _end(graph: DependencyGraph, mover: ReadMigration, *, earlier: bool) -> Version | None:
    """The nearest migration that a moving one cannot pass."""
    versions = {node.path: node.version for node in graph.nodes}
    needs = [edge for edge in graph.edges if edge.tie is Tie.NEEDS]
    if earlier:
        return max(
            (versions[edge.before] for edge in needs if edge.after == mover.path), default=None
        )
    return min((versions[edge.after] for edge in needs if edge.before == mover.path), default=None)


def _renumbered(migration: ReadMigration, version: Version) -> ReadMigration:
    path = path_under(migration.path, migration.version, version)
    return replace(migration, version=version, path=path)


def _placed(
    graph: DependencyGraph, mover: ReadMigration, changed: ReadMigration
) -> list[ReadMigration]:
    return in_order([*(each for each in graph.nodes if each is not mover), changed])
