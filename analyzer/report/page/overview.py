"""The two pictures of a report: the matrix of environments, and the timeline."""

from analyzer.model.findings.report import Report
from analyzer.records import Struct
from analyzer.report.page.environment_columns import ColumnStanding, find_columns
from analyzer.report.page.pairs import find_runs, make_pairs, number_pairs
from analyzer.report.page.timeline.slots import Slot, by_pair, find_slots
from analyzer.report.page.view.matrix import Matrix, Pair, PairRun


class Overview(Struct, frozen=True):
    """What both pictures are made of."""

    report: Report
    pairs: tuple[Pair, ...]
    runs: tuple[PairRun, ...]
    slots: tuple[Slot, ...]
    standings: tuple[ColumnStanding, ...]

    def matrix(self) -> Matrix:
        """The matrix."""
        renamed = {pair.new_path for pair in self.pairs}
        others = sum(slot.file is not None and slot.file.path not in renamed for slot in self.slots)
        return Matrix(
            tuple(it.column for it in self.standings),
            self.runs,
            others,
            len(self.report.renames) - len(self.pairs),
        )


def look_over(report: Report) -> Overview:
    """Find columns, pairs and places."""
    numbered = number_pairs(report)
    slots = find_slots(report, numbered)
    standings = find_columns(report, numbered, slots)
    pairs = make_pairs(numbered, standings, slots)
    runs = find_runs(pairs, numbered, by_pair(slots))
    return Overview(report, pairs, runs, slots, standings)
