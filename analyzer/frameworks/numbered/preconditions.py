"""What tools that key their rows by numbers refuse, in their own words."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.integer_versions import read
from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.frameworks.set_of_rows import REFUSES, RUNS_AGAIN
from analyzer.frameworks.usual_preconditions import UsualRefusals
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.prediction import NextRun


class NumberedRefusals(UsualRefusals):
    """The port ``Preconditions`` by a tool's facts."""

    illegal_names = "a name begins with digits and ends as the tool's files do"

    def __init__(self, facts: NumberedFacts) -> None:
        self._facts = facts
        super().__init__(facts.title, facts.late, facts.lost_file)
        self.renamed = REFUSES if facts.lost else RUNS_AGAIN

    def shared(self, said: str) -> str:
        """What the tool does while files share a number."""
        if self._facts.doubled:
            return f"refuses to start while {said}; nothing at all would run"
        return f"never runs the second of them once the first has a row, while {said}"

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
    ) -> "NextRun":
        """What has no row, lowest number first; none where the tool minds what it finds."""
        from analyzer.frameworks.set_of_rows import run_of_set
        from analyzer.model.findings.prediction import Failure
        from analyzer.records import replace

        run = run_of_set(files, rows, unran, read)
        said = self._refusal(files.files, rows, run.starts)
        return run if said is None else replace(run, refuses=Failure(None, said, "Error"))

    def _refusal(
        self,
        files: Sequence[MigrationFile],
        rows: Sequence[TableRow],
        starts: Sequence[MigrationFile],
    ) -> str | None:
        """What it says before the first migration, in the order in which it looks."""
        facts = self._facts
        for _, group in self.conflicts(files) if facts.doubled else ():
            names = " and ".join(file.basename for file in group)
            return facts.doubled.format(version=group[0].version, file=names)
        ran = sorted(map(read, (row.version for row in rows)))
        there = {file.version.key for file in files}
        lost = next((version for version in ran if version.key not in there), None)
        if facts.lost and lost is not None:
            return facts.lost.format(version=lost)
        late = [file for file in starts if ran and file.version < ran[-1]]
        if facts.late and late:
            told = facts.late.partition("{each}")[2]
            each = "; ".join(told.format(version=it.version, file=it.basename) for it in late)
            head = facts.late.partition("{each}")[0]
            return head.format(count=len(late), newest=ran[-1]) + each
        return None

    def stop(
        self, file: MigrationFile, parsed: "Parsed", before: Sequence[MigrationFile]
    ) -> tuple[str, str, int] | None:
        """A text without what the tool asks for."""
        del file, before
        problem = next(iter(parsed.problems), None)
        return ("Error", problem.what, problem.line) if problem is not None else None
