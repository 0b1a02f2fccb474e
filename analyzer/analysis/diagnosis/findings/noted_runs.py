"""Contradictions between notes of what ran, rows and history."""

from collections.abc import Iterable, Iterator, Mapping

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.notes.note import NoteKind, RunNote
from analyzer.model.notes.noted_run import NotedRun, NoteStanding

ROW_GONE = Rule(
    code="MD136",
    name="noted-row-gone",
    severity=Severity.WARNING,
    title="noted version whose row is gone",
    why="It was rolled back since the last note, or somebody deleted or renamed its "
    "row: then a migrate runs it again.",
    fix="`migdoctor record` notes that it is gone.",
    bad="note  20250101000000 witnessed\nrows  none",
    good="note  20250101000000 witnessed\nrow   20250101000000",
    found_by="analyzer.analysis.diagnosis.findings.noted_runs.about_gone",
)
NOT_IN_HISTORY = Rule(
    code="MD137",
    name="note-against-history",
    severity=Severity.WARNING,
    title="note that history contradicts",
    why="The commit that the note names has no such file, or another text in it.",
    fix="Find out who wrote the note. It is not used as evidence; what ran is inferred.",
    bad="note  20250101000000 ran at 4f2a91c as db/migrate/20250101000000_create_songs.rb\n"
    "file  not at 4f2a91c",
    good="note  20250101000000 ran at 4f2a91c as db/migrate/20250101000000_create_songs.rb\n"
    "file  at 4f2a91c, with the digest that was noted",
    found_by="analyzer.analysis.diagnosis.findings.noted_runs.about_runs",
)
NOT_HERE = Rule(
    code="MD138",
    name="noted-text-not-here",
    severity=Severity.NOTE,
    title="noted text that this repository lacks",
    why="Neither the commit that was noted nor the text is here: the history is shallow "
    "or was rewritten.",
    fix="Fetch it; until then what ran is inferred.",
    bad="note  20250101000000 ran at 4f2a91c\ngit   no commit 4f2a91c",
    good="git fetch --unshallow",
    found_by="analyzer.analysis.diagnosis.findings.noted_runs.about_runs",
)
AGAINST_DEPLOYED = Rule(
    code="MD139",
    name="note-against-deployed-commit",
    severity=Severity.WARNING,
    title="note that the given deployed commit contradicts",
    why="A note witnessed another text or name than the commit has that `--deployed` names.",
    fix="The note was taken; check the commit.",
    bad="note  20250101000000 ran as 20250101000000_create_songs.rb\n"
    "--deployed v2, which has 20250101000000_create_artists.rb",
    good="migdoctor diagnose, without --deployed",
    found_by="analyzer.analysis.diagnosis.findings.noted_runs.about_given",
)


def about_gone(notes: Iterable[RunNote], environment: str) -> Iterator[Finding]:
    """Say of versions that were noted, and whose rows are not there, what that means."""
    for note in notes:
        ran = "ran" if note.kind == NoteKind.WITNESSED else "was applied"
        yield ROW_GONE.finding(
            what=f"note {note.number} says that {note.version} {ran}, and its row is gone",
            why="it was rolled back since, or its row was deleted or renamed by hand; while there "
            "is a file of its version the next migrate runs it again",
            fix="if it was rolled back, `migdoctor record` notes that; if not, find out who took "
            "the row before anybody migrates",
            environment=environment,
            version=note.version,
            path=note.path,
        )


def about_runs(runs: Iterable[NotedRun], environment: str) -> Iterator[Finding]:
    """Say of witnessed runs where history does not bear the note out."""
    for run in runs:
        note, commit = run.note, (run.note.commit_id or "")[:12]
        if run.standing is NoteStanding.CONTRADICTED:
            yield NOT_IN_HISTORY.finding(
                what=f"note {note.number} says that {run.row} ran at {commit} as {note.path}, and "
                "that commit has no such text there",
                why="the note was written from other files than it says, or for another repository",
                fix="nothing to repair: the note is not used as evidence; compare the file with "
                f"`git show {commit}`",
                environment=environment,
                version=run.row.text,
                path=note.path,
            )
        elif run.standing is NoteStanding.UNKNOWN:
            yield NOT_HERE.finding(
                what=f"the text that ran as {run.row} at {commit} is not in this repository",
                why="the history is shallow or was rewritten, or another clone has the commit",
                fix="fetch that commit; until then what ran is inferred",
                environment=environment,
                version=run.row.text,
                path=note.path,
            )


def about_given(
    proved: Mapping[VersionKey, NotedRun], deployed: Iterable[MigrationFile], environment: str
) -> Iterator[Finding]:
    """Say where the commit that the user names has another migration or text than ran."""
    for file in deployed:
        run = proved.get(file.version.key)
        if run is None or run.seen is None or run.seen.file == file:
            continue
        other = run.seen.file
        differs = "another text" if file.path == other.path else f"{file.basename} there"
        yield AGAINST_DEPLOYED.finding(
            what=f"note {run.note.number} says that {run.row} ran as {other.basename} at "
            f"{(run.note.commit_id or '')[:12]}; the given commit has {differs}",
            why="the note was taken: it was written when it ran",
            fix="check the commit, or leave --deployed out",
            environment=environment,
            version=run.row.text,
            path=file.path,
        )
