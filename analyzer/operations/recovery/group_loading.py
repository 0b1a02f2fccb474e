"""Loading tables group by group: what an earlier run loaded is known and passed over."""

from collections.abc import Sequence

from analyzer.engines.ports.loading import KeptRows
from analyzer.engines.sessions import Route
from analyzer.model.core.progress import Progress, under_way
from analyzer.model.recovery.recovery import Counted, TablePart
from analyzer.operations.recovery.recovery_journal import Journal

Group = Sequence[TablePart]  # tables that are loaded in one transaction


def load_groups(
    route: Route,
    groups: Sequence[Group],
    journal: Journal,
    progress: Progress,
    kept: KeptRows | None = None,
) -> None:
    """Load group after group.

    Args:
        route: from where to where.
        groups: in their order.
        journal: what was loaded is noted there.
        progress: who watches.
        kept: where rows go that are in the way; None where there may be none.

    Raises:
        DatabaseError: rows do not fit, or rows are in the way that are not ours.
    """
    loaded = journal.loaded()
    left = [group for group in groups if any(part.label not in loaded for part in group)]
    with under_way(progress, "Copying tables", sum(part.bytes for group in left for part in group)):
        for group in left:
            counted = _loaded_before(route, group, kept)
            if counted is None:
                counted = route.target.engine.loading.load_together(route, group, progress, kept)
            journal.note_loaded(counted)


def _loaded_before(route: Route, group: Group, kept: KeptRows | None) -> dict[str, Counted] | None:
    """Count the rows if they are there already; None where they are not.

    A group is loaded in one transaction, so there is either all of it or nothing: its former
    rows are kept, or it has rows that are equal. What was written since must not be taken for rows
    that are in the way, so where rows are kept, those in the table are not asked.
    """
    with route.target.session() as target, route.source.session() as source:
        if kept is not None:
            there = all(kept.holds(target, part) for part in group)
            return (
                {part.label: source.engine.loading.count_part(source, part) for part in group}
                if there
                else None
            )
        if not any(target.engine.loading.holds_rows(target, part) for part in group):
            return None
        before = {part.label: source.engine.loading.count_part(source, part) for part in group}
        after = {part.label: target.engine.loading.count_part(target, part) for part in group}
    return after if before == after else None
