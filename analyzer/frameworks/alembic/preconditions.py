"""What ``alembic upgrade head`` refuses, in its own words, and what it silently leaves out."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.facts import Facts
from analyzer.frameworks.keyed.preconditions import KeyedRefusals
from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.frameworks.revision_graph import (
    cycle_in,
    heads_of,
    in_order,
    parents_of,
    with_ancestors,
)
from analyzer.frameworks.set_of_rows import REFUSES
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow

if TYPE_CHECKING:
    from analyzer.model.findings.prediction import NextRun

_MERGE = "alembic merge -m merge heads"
_HEADS = (
    "Multiple head revisions are present for given argument 'head'; please specify a specific "
    "target revision, '<branchname>@head' to narrow to a specific head, or 'heads' for all heads"
)
_TAKEN = "the database stands at {}, which comes after it, so it is treated as done"


class AlembicRefusals(KeyedRefusals):
    """The port ``Preconditions`` of Alembic, whose rows tell only where a database stands."""

    def __init__(self, facts: Facts, versions: KeyedVersions) -> None:
        super().__init__(facts, versions)
        self.renamed = REFUSES

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
    ) -> "NextRun":
        """What none of the rows comes after; none while the chain or a row makes no sense."""
        from analyzer.model.findings.prediction import Failure, LeftOut, NextRun

        parents = parents_of(file.name for file in files.files)
        said = _refusal(files.files, parents, [row.version for row in rows])
        apart = said == _HEADS and len(parents) == len(files.files)  # no revision is there twice
        stand = [row.version for row in rows]
        ran = with_ancestors(parents, stand)
        by_revision = {file.version.text: file for file in files.files}
        starts = [by_revision[it] for it in in_order(parents) if it not in ran]
        left = [file for file in files.files if file.version.text in ran and file.path in unran]
        return NextRun(
            tuple(starts),
            tuple(LeftOut(file, _TAKEN.format(", ".join(stand))) for file in left),
            None if said is None else Failure(None, said, "Error", mends=_MERGE if apart else ""),
        )


def _refusal(
    files: Sequence[MigrationFile], parents: dict[str, tuple[str, ...]], stand: Sequence[str]
) -> str | None:
    """Why it does not start."""
    gone = next((it for above in parents.values() for it in above if it not in parents), None)
    if gone is not None:
        return f"KeyError: '{gone}'"
    if cycle := cycle_in(parents):
        return f"Cycle is detected in revisions ({', '.join(cycle)})"
    heads = heads_of(parents)
    doubled = len(files) > len(parents)
    chained = any(file.name.parents is not None for file in files)
    if chained and (doubled or (len(heads) > 1 and len(stand) < 2)):  # noqa: PLR2004  whoever stands at two upgrades to 'heads'
        return _HEADS
    lost = next((it for it in stand if it not in parents), None)
    return f"Can't locate revision identified by '{lost}'" if lost is not None else None
