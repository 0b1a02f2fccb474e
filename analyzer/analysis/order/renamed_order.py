"""What new names do to the order: which migrations need what only later ones make, since then."""

from collections.abc import Mapping, Sequence

from analyzer.analysis.order.dependencies import build_graph
from analyzer.analysis.order.order_fix import in_order
from analyzer.model.core.version import Version
from analyzer.model.findings.dependency import Violation
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.records import replace


def broken_by_names(
    today: Sequence[ReadMigration], old: Mapping[str, Version]
) -> tuple[Violation, ...]:
    """The violations that are not there with the old names.

    Args: today: migrations under their names of today.  old: by path, the version before.
    """
    found = build_graph(in_order(today)).violations
    if not found:
        return ()
    before = in_order(replace(it, version=old.get(it.path, it.version)) for it in today)
    known = {(it.path, it.needs) for it in build_graph(before).violations}
    return tuple(it for it in found if (it.path, it.needs) not in known)
