"""The commits of a timeline: those that renamed, and those that an environment runs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from analyzer.model.findings.rename import RenamingCommit
from analyzer.model.findings.report import Report
from analyzer.model.words.revision_words import SHORT
from analyzer.records import Struct
from analyzer.report.page.environment_columns import ColumnStanding
from analyzer.report.page.timeline.timeline_words import label_of
from analyzer.report.page.view.timeline import Mark, RowKind, TimelineRow

_MOMENT = "%Y%m%d%H%M%S"
_DIGITS = 14


class CommitLine(Struct, frozen=True):
    """A commit as a row, and when it was made."""

    moment: datetime
    row: TimelineRow


def moment_of(version: str) -> datetime | None:
    """The time that a version is; None where it is none."""
    if len(version) != _DIGITS or not version.isdecimal():
        return None
    try:
        return datetime.strptime(version, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def commit_rows(report: Report, standings: Sequence[ColumnStanding]) -> list[CommitLine]:
    """Make a row of each commit, the oldest first."""
    renames = [it.rename for it in report.renames]
    commits = {done.commit: done for rename in renames for done in rename.renamed_in}
    runs = [dict(_running(each)) for each in standings]
    for those in runs:
        commits |= those
    lines = []
    for commit in commits.values():
        renamed = sum(commit in rename.renamed_in for rename in renames)
        there = [commit.commit in those for those in runs]
        lines.append(
            CommitLine(commit.date.astimezone(UTC), _row(commit, renamed, there, standings))
        )
    return sorted(lines, key=lambda it: (it.moment, it.row.version))


def _running(standing: ColumnStanding) -> Iterator[tuple[str, RenamingCommit]]:
    """The commits that a column's environments run, where their rows say so exactly."""
    for it in standing.of:
        exact = it.deployed is not None and it.deployed.exact
        if it.deployed_in is not None and exact:
            yield it.deployed_in.commit, it.deployed_in


def _row(
    commit: RenamingCommit, renamed: int, there: Sequence[bool], standings: Sequence[ColumnStanding]
) -> TimelineRow:
    said = [f"renames {renamed}"] if renamed else []
    running = [label_of(it.column) for it, runs in zip(standings, there, strict=True) if runs]
    if running:
        said.append(f"{', '.join(running)} {'runs' if len(running) == 1 else 'run'} this")
    marks = (
        Mark.DONE if runs else Mark.NOTHING if it.column.read else Mark.UNREAD
        for it, runs in zip(standings, there, strict=True)
    )
    return TimelineRow(
        RowKind.COMMIT,
        commit.commit[:SHORT],
        commit.subject,
        (Mark.FILE, *marks),
        "; ".join(said),
        author=commit.author,
        when=f"{commit.date:%Y-%m-%d %H:%M}",
    )
