"""What tools that key their rows by names refuse, in their own words."""

from collections.abc import Collection, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from analyzer.frameworks.keyed.facts import Facts, MindsMissing
from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.frameworks.set_of_rows import REFUSES, RUNS_AGAIN
from analyzer.frameworks.usual_preconditions import UsualRefusals
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.prediction import NextRun


class KeyedRefusals(UsualRefusals):
    """The port ``Preconditions`` by a tool's facts."""

    def __init__(self, facts: Facts, versions: KeyedVersions) -> None:
        self._facts, self._versions = facts, versions
        super().__init__(facts.title, facts.late, facts.lost_file)
        self.renamed, self.misleads = _renamed(facts), facts.misleads

    def shared(self, said: str) -> str:
        """What the tool does while files share a key, as those of two folders may."""
        return f"keeps one row for all of them while {said}"

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
    ) -> "NextRun":
        """What has no row, in the order of names; none where the tool minds what the rows say."""
        from analyzer.frameworks.set_of_rows import run_of_set
        from analyzer.model.findings.prediction import Failure
        from analyzer.records import replace

        run = run_of_set(files, rows, unran, self._versions.read)
        said = self._refusal(sorted(file.version.text for file in files.files), rows)
        return run if said is None else replace(run, refuses=Failure(None, said, "Error"))

    def _refusal(self, names: Sequence[str], rows: Sequence[TableRow]) -> str | None:
        ran = [row.version for row in self._ordered(rows)]
        lost = [name for name in ran if name not in set(names)]
        if lost and self._facts.missing is MindsMissing.ANY:
            return self._facts.lists_missing.format(names=", ".join(lost), first=lost[0])
        if not self._facts.late:
            return None
        for place, (name, run) in enumerate(zip_longest(names[: len(ran)], ran)):
            if name is not None and name != run:
                return self._facts.late.format(ran=run, file=name, place=place)
        return None

    def _ordered(self, rows: Sequence[TableRow]) -> list[TableRow]:
        """The rows in the order in which the tool reads them."""

        def written(row: TableRow) -> tuple[str, ...]:
            return tuple(row.columns.get(it) or "" for it in self._facts.order_columns)

        return sorted(rows, key=lambda row: (written(row), row.version))

    def stop(
        self, file: MigrationFile, parsed: "Parsed", before: Sequence[MigrationFile]
    ) -> tuple[str, str, int] | None:
        """Nothing that can be told from the text stops the tool at one migration."""
        del file, parsed, before
        return None


def _renamed(facts: Facts) -> str:
    """What the next run does about a row whose migration has another name now."""
    if facts.missing is MindsMissing.NOTHING and not facts.late:
        return RUNS_AGAIN
    return REFUSES
