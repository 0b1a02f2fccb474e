"""Where a follow-up belongs: after all others, unless a pending migration needs what it brings.

What an edit added is not there when the migrations run that were written after the edit: one that
indexes an added column fails if the follow-up comes behind it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from analyzer.analysis.order.dependencies import build_graph
from analyzer.analysis.repair.follow_up import MigrationTexts
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import ObjectRef, bare, objects
from analyzer.model.findings.follow_up import Lack
from analyzer.model.findings.schema_diff import ObjectStatus
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.records import replace

_UNIQUE = frozenset({"index", "primary_key", "exclusion"})
_Need = tuple[str, ObjectRef]  # a path, and what its migration needs


def in_need(texts: MigrationTexts, lacks: Sequence[Lack]) -> tuple[str, ...]:
    """The paths of pending migrations that need what only edits bring, in today's order.

    Args: lacks: what the follow-up brings.
    """
    written = [it for it in lacks if it.left is None]
    tables = {it.difference.table or it.difference.name for it in written}
    near = {it.path for it in texts.to_run() if not tables.isdisjoint(_tables_of(it))}
    if not near:
        return ()  # as nearly always: no graph is built
    by_path = {it.path: it for it in texts.now}
    ran = texts.as_it_ran()
    today = [
        replace(it, parsed=by_path[it.path].parsed) if it.path in texts.edited else it for it in ran
    ]
    needy = {path for path, _ in _unmet(ran) - _unmet(today)}.intersection(near)
    needy |= {it.path for it in texts.to_run() if _asks_uniqueness(it, written)}
    return tuple(it.path for it in texts.to_run() if it.path in needy)


def _tables_of(migration: ReadMigration) -> Iterator[str]:
    """The tables that a migration works on, and the things that are of no table."""
    for effect in migration.parsed.effects:
        for _, ref in objects(effect):
            yield ref.name.rpartition(".")[0] if ref.kind == "column" else ref.name


def version_between(
    after: Version | None, first: Version, taken: Collection[VersionKey], numbering: Numbering
) -> Version | None:
    """The last free version before one, and behind another; None where there is none.

    Args: after: of what must have run before in a new database; None where nothing must.
    """
    free = numbering.step(first, -1)
    while free is not None and free.key in taken:
        free = numbering.step(free, -1)
    if free is None or (after is not None and free < after):
        return None
    return numbering.respelled(free, first.text)


def _unmet(migrations: Sequence[ReadMigration]) -> set[_Need]:
    graph = build_graph(migrations)
    unmet = {(user.path, it.needs) for it in graph.missing for user in it.users}
    return unmet | {(it.path, it.needs) for it in graph.violations}


def _asks_uniqueness(migration: ReadMigration, lacks: Iterable[Lack]) -> bool:
    """Whether rows are added that find those that are there by an index that is lacking."""
    tables = {
        it.difference.table
        for it in lacks
        if it.difference.kind in _UNIQUE and it.difference.status is not ObjectStatus.EXTRA
    }
    return any(it.table in tables for it in _upserts(migration))


def _upserts(migration: ReadMigration) -> Iterator[e.WriteData]:
    for effect in map(bare, migration.parsed.effects):
        if isinstance(effect, e.WriteData) and effect.conflict is not None:
            yield effect
