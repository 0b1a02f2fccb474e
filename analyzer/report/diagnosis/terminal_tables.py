"""The tables of a report: what diverged, row by row and file by file."""

from collections.abc import Iterator, Sequence

from analyzer.model.findings.rename import Confidence, EvidenceKind, Rename
from analyzer.model.words.revision_words import SHORT
from analyzer.model.words.text import visible
from analyzer.records import Struct
from analyzer.report.diagnosis.terminal_findings import TabledFindings
from analyzer.report.diagnosis.terminal_groups import Groups
from analyzer.report.diagnosis.terminal_layout import ScreenLayout

_MOST_PENDING = 30  # of the pending migrations, which are nothing wrong


class TablesPart(Struct, frozen=True):
    """The lists of one environment."""

    renames: Sequence[Rename]
    groups: Groups
    layout: ScreenLayout
    findings: TabledFindings

    def tables(self) -> Iterator[str]:
        """Give each table as text; empty where it would have no rows."""
        yield self._renamed()
        yield self._deleted()
        yield self._reused()
        yield self._pending()
        yield self._orphans()
        yield self._ambiguous()

    def _renamed(self) -> str:
        early = {file.rename.new.path for file in self.groups.early}
        sure = [rename for rename in self.renames if _sure(rename)]
        ran = [rename for rename in sure if rename.new.path not in early]
        never = [rename for rename in sure if rename.new.path in early]
        return "\n\n".join(
            part
            for part in (
                self._rename_table("Renamed after it ran", "ran as", ran),
                self._rename_table("Renamed too, but never ran here: pending", "was", never),
            )
            if part
        )

    def _rename_table(self, title: str, old: str, renames: Sequence[Rename]) -> str:
        if not renames:
            return ""
        from analyzer.report.diagnosis.terminal_remarks import fixes_of, renamed_in

        body = [_cells(rename) for rename in renames]
        columns = [old, "is now", "migration", "certainty"]
        if all(name in then and name in now for then, now, name, _ in body):
            for cells in (columns, *body):
                del cells[2]  # such versions are whole file names
        paths = {rename.new.path for rename in renames}
        own = (it for it in self.findings.renamed if it.path in paths)
        parts = (
            self.layout.table(title, columns, body),
            renamed_in(renames, self.layout),
            fixes_of(own, self.layout),
        )
        return "\n".join(part for part in parts if part)

    def _deleted(self) -> str:
        body = [
            (
                row.row.version.text,
                row.last_seen.file.name.slug,
                row.last_seen.commit[:SHORT]
                + (f" on {row.last_seen.ref}" if row.last_seen.ref else ""),
            )
            for row in self.groups.deleted
        ]
        return self.layout.table(
            "Deleted after it ran", ("version", "migration", "last seen in"), body
        )

    def _reused(self) -> str:
        body = [
            (row.row.version.text, row.ran.name.slug, row.now.name.slug)
            for row in self.groups.taken_over
        ]
        return self.layout.table("Version reused", ("version", "ran as", "names today"), body)

    def _pending(self) -> str:
        body = [(file.file.version.text, file.file.name.slug) for file in self.groups.pending]
        left = 0 if self.layout.style.whole else max(len(body) - _MOST_PENDING, 0)
        shown = body[: len(body) - left]
        table = self.layout.table("Pending: no row here", ("version", "migration"), shown)
        if not table:
            return ""
        if left:
            table += f"\nand {left} more, to {visible(body[-1][0])}; -v lists them all"
        from analyzer.report.diagnosis.terminal_remarks import fixes_of

        fixes = fixes_of(self.findings.pending, self.layout)
        return "\n".join(part for part in (table, fixes) if part)

    def _orphans(self) -> str:
        if not self.groups.orphans:
            return ""
        versions = ", ".join(visible(row.row.version.text) for row in self.groups.orphans)
        heading = self.layout.heading("Rows without a file in any history")
        from analyzer.report.diagnosis.terminal_remarks import fixes_of

        fixes = fixes_of(self.findings.orphans, self.layout)
        return "\n".join(part for part in (heading, self.layout.fill(versions), fixes) if part)

    def _ambiguous(self) -> str:
        body = [_cells(rename) for rename in self.renames if not _sure(rename)]
        columns = ("ran as", "may be", "migration", "certainty")
        return self.layout.table("Ambiguous: for you to decide", columns, body)


def _sure(rename: Rename) -> bool:
    return rename.confidence is not Confidence.AMBIGUOUS


def _names(rename: Rename) -> str:
    old, new = rename.old.name, rename.new.name
    return new.slug if old.slug == new.slug else f"{old.slug} -> {new.slug}"


def _certainty(rename: Rename) -> str:
    """How sure the pair is, and where it is not, how similar the two are."""
    kinds = [evidence.kind for evidence in rename.evidence]
    said = [rename.confidence.value]
    if EvidenceKind.DECISION in kinds:
        said.append("as you said")
    if EvidenceKind.CATALOG in kinds:
        said.append("in the database")
    if kinds.count(EvidenceKind.GIT_RENAME) > 1:
        said.append(f"{kinds.count(EvidenceKind.GIT_RENAME)} renames in git")
    if rename.old.blob != rename.new.blob and not rename.supposed:
        said.append("edited")
    if rename.confidence is not Confidence.CERTAIN:
        said.append(f"{rename.similarity} % similar")
    return ", ".join(said)


def _cells(rename: Rename) -> list[str]:
    """A pair as a table shows it."""
    versions = rename.old.version.text, rename.new.version.text
    return [*versions, _names(rename), _certainty(rename)]
