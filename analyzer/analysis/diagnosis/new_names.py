"""Rows of a chain of renames that carry the new names already, as after a repair.

In a chain each version was another migration's before: 1 became 2, what had been 2 became 3. Rows 2
and 3 can be read two ways: as the new names of both, or as the second migration recorded twice and
the first one never run. The first reading needs no accident; the second would have a row removed,
and its file of today would then run, again if the first reading is the true one.
"""

from collections.abc import Callable, Mapping, Sequence

from analyzer.analysis.renames.pairing import Pairing
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import RowMatched, RowReused, RowVerdict
from analyzer.model.findings.rename import Rename

Chosen = Callable[[Sequence[MigrationFile]], MigrationFile | None]


def carry_new_names(
    rows: Sequence[RowVerdict], pairing: Pairing, in_database: Chosen
) -> list[RowVerdict]:
    """The verdicts, with each such chain read as the new names of its migrations.

    Args:
        in_database: the one of several migrations whose objects are there; None where unknown.
    """
    chains = _Chains(rows, pairing, in_database)
    found = {
        link.row.version.key: RowMatched(link.row, link.now)
        for verdict in rows
        if isinstance(verdict, RowMatched)
        for link in chains.ending_with(verdict)
    }
    return [found.get(verdict.row.version.key, verdict) for verdict in rows]


class _Chains:
    """Follows chains from their last migration back to their first."""

    def __init__(self, rows: Sequence[RowVerdict], pairing: Pairing, in_database: Chosen) -> None:
        self.became: Mapping[str, Rename] = {it.new.path: it for it in pairing.renames}
        self.there = {verdict.row.version.key for verdict in rows}
        self.reused = {it.row.version.key: it for it in rows if isinstance(it, RowReused)}
        self.in_database = in_database

    def ending_with(self, last: RowMatched) -> list[RowReused]:
        """The rows before the last one of a chain; none where its first migration ran as before."""
        links: list[RowReused] = []
        rename = self.became.get(last.file.path)
        while rename is not None and rename.old.version.key in self.there:
            link = self.reused.get(rename.old.version.key)
            if link is None or link in links or not self._may_be_new(link, rename):
                return []
            links.append(link)
            rename = self.became.get(link.now.path)
        return links if rename is not None else []

    def _may_be_new(self, link: RowReused, rename: Rename) -> bool:
        """Whether the row may be its file's of today: nothing in the database denies it."""
        return link.ran == rename.old and self.in_database([link.ran, link.now]) != link.ran
