"""Findings that follow from rows: each verdict in words that a person in a hurry understands."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from analyzer.analysis.diagnosis.ambiguity import answers, in_dispute
from analyzer.analysis.diagnosis.verdicts import Claim
from analyzer.frameworks.base import Framework
from analyzer.model.core.deployment import Deployed, HowDeployed
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.shell_word import shell_word
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    Edit,
    FileRenamed,
    RowAmbiguous,
    RowDeleted,
    RowDoubled,
    RowMatched,
    RowOrphaned,
    RowRenamed,
    RowReused,
    RowVerdict,
    exchanges,
)
from analyzer.model.findings.finding import Finding, Severity

SHORT = 10  # digits of a commit id that a reader needs


def find_in_rows(
    diagnosis: Diagnosis,
    claims: Iterable[Claim],
    deployed: Deployed | None,
    environment: str,
    framework: Framework,
) -> Iterator[Finding]:
    """Say what the rows' verdicts mean, the worst first."""
    voice = _Voice(environment, framework)
    exchanged = {row.row.version.key for ring in exchanges(diagnosis.rows) for row in ring}
    for file in diagnosis.files:
        if isinstance(file, FileRenamed):
            yield voice.renamed(file, exchanged=file.file.version.key in exchanged)
    for row in diagnosis.rows:
        if row.row.version.key not in exchanged:  # else it is told of the file
            yield from voice.about(row)
    yield from (voice.claimed(claim) for claim in claims)
    if deployed is not None and in_dispute(diagnosis, deployed):
        yield voice.disputed(deployed)
    if deployed is not None and deployed.how is HowDeployed.GIVEN and deployed.missing:
        yield voice.lacking(deployed)
    for change in diagnosis.name_changes:
        yield voice.slug_changed(change.old, change.new)
    for edit in diagnosis.edits:
        yield voice.edited(edit)


class _Voice:
    """Words for one environment."""

    def __init__(self, environment: str, framework: Framework) -> None:
        self.environment, self.migrate = environment, framework.commands.migrate
        self.rules = framework.preconditions

    def _finding(
        self,
        code: str,
        severity: Severity,
        version: str | None,
        path: str | None,
        *,
        what: str,
        why: str,
        fix: str,
    ) -> Finding:
        return Finding(code, severity, what, why, fix, self.environment, version, path)

    def about(self, row: RowVerdict) -> Iterator[Finding]:
        match row:
            case RowReused():
                yield self.reused(row)
            case RowAmbiguous():
                yield self.ambiguous(row)
            case RowDeleted():
                yield self.deleted(row)
            case RowOrphaned():
                if row.elsewhere is None:  # else find_elsewhere tells
                    yield self.orphaned(row)
            case RowDoubled():
                yield self.doubled(row)
            case RowMatched() | RowRenamed():  # said of the file
                return
            case _:
                assert_never(row)

    def renamed(self, file: FileRenamed, *, exchanged: bool) -> Finding:
        old, new = file.rename.old, file.rename.new
        what = f"{old.basename} is {new.basename} now"
        if file.rename.supposed:
            what = f"row {old.version} stands for {new.basename}, as you said"
        if file.old_row is None:
            return self._finding(
                "MD118",
                Severity.NOTE,
                new.version.text,
                new.path,
                what=what,
                why="it was renamed before it ran on this database, so no row speaks of it",
                fix=f"nothing to repair in the rows; the next {self.migrate} runs it",
            )
        if file.new_row is not None:
            return self._finding(
                "MD119",
                Severity.ERROR,
                old.version.text,
                new.path,
                what=f"{what}, and the database records it under both versions",
                why="it ran twice, or somebody inserted the new row by hand",
                fix="remove the old row: migdoctor rewrite",
            )
        return self._finding(
            "MD101",
            Severity.ERROR,
            old.version.text,
            new.path,
            what=f"{what}, but it ran as {old.version}",
            why=f"{new.version} is recorded too, for what had that version: the next "
            f"{self.migrate} runs neither again, but a rollback takes back the wrong one"
            if exchanged
            else f"the database knows only {old.version}: the next {self.migrate} runs it again",
            fix="give the file its old name (migdoctor rename-back) "
            "or the row its new version (migdoctor rewrite)",
        )

    def reused(self, row: RowReused) -> Finding:
        gone = f"it is {row.rename.new.basename} now" if row.rename else "its file was deleted"
        return self._finding(
            "MD104",
            Severity.ERROR,
            row.row.version.text,
            row.now.path,
            what=f"version {row.row.version} ran as {row.ran.basename}; today it names "
            f"{row.now.basename}",
            why=f"{self.migrate} takes {row.now.basename} for done and never runs it; of "
            f"{row.ran.basename}, {gone}",
            fix="migdoctor rewrite or rename-back puts each version with the migration that ran"
            if row.rename
            else f"give {row.now.basename} a version of its own",
        )

    def ambiguous(self, row: RowAmbiguous) -> Finding:
        return self._finding(
            "MD102",
            Severity.ERROR,
            row.row.version.text,
            None,
            what=f"row {row.row.version} could stand for more than one file"
            if len(row.candidates) != 1
            else f"row {row.row.version} may stand for {row.candidates[0].new.basename}, or not",
            why=row.why,
            fix="say which: " + " or ".join(answers(row.candidates))
            if row.candidates
            else "compare the tables they create with the database, then pass --deployed COMMIT",
        )

    def deleted(self, row: RowDeleted) -> Finding:
        seen = row.last_seen
        file, commit = seen.file, seen.commit[:SHORT]
        where = f" on {seen.ref}" if seen.ref else ""
        return self._finding(
            "MD103",
            Severity.WARNING,
            row.row.version.text,
            file.path,
            what=f"{file.basename} ran and is gone from the code",
            why=f"commit {commit}{where} is the last that has it; {self.rules.lost_file}, and "
            "a database built from zero will lack what it did unless another file does it",
            fix=f"if it was deleted by mistake: {restore_command(file, seen.commit)}",
        )

    def orphaned(self, row: RowOrphaned) -> Finding:
        if not row.row.version.is_valid:
            return self._finding(
                "MD117",
                Severity.WARNING,
                row.row.version.text,
                None,
                what=f"row {row.row.version.text!r} is no version",
                why=f"{self.migrate} {self.rules.no_version}; somebody or another tool wrote it",
                fix="find out who did; then delete the row",
            )
        return self._finding(
            "MD107",
            Severity.WARNING,
            row.row.version.text,
            None,
            what=f"row {row.row.version} has no file in any folder, branch or history here",
            why="its branch was never pushed here or is gone, or the row was made by hand",
            fix="ask who deployed it, and fetch that branch: git fetch --all",
        )

    def doubled(self, row: RowDoubled) -> Finding:
        return self._finding(
            "MD113",
            Severity.WARNING,
            row.row.version.text,
            None,
            what=f"version {row.first.version} is stored twice "
            f"({row.first.version.text!r} and {row.row.version.text!r})",
            why="the table has no primary key, or the versions differ only in leading zeros",
            fix="migdoctor rewrite deletes one of the two",
        )

    def claimed(self, claim: Claim) -> Finding:
        version = claim.row.version
        if claim.holder is None:
            names = " and ".join(file.basename for file in claim.others)
            return self._finding(
                "MD112",
                Severity.WARNING,
                version.text,
                None,
                what=f"version {version} was carried by {names}",
                why="neither was there before the other, so history does not tell which one ran",
                fix="look which one's tables are in the database, then pass --deployed COMMIT",
            )
        others = " and ".join(file.basename for file in claim.others)
        if claim.by_catalog:
            return self._finding(
                "MD125",
                Severity.NOTE,
                version.text,
                claim.holder.path,
                what=f"version {version} was carried by {claim.holder.basename} and {others}; "
                f"the row belongs to {claim.holder.basename}",
                why=f"what it creates is in the database, and what {others} creates is not",
                fix="nothing, if that is so",
            )
        return self._finding(
            "MD112",
            Severity.NOTE,
            version.text,
            claim.holder.path,
            what=f"version {version} was carried by {claim.holder.basename} and {others}; "
            f"the row belongs to {claim.holder.basename}",
            why=f"it had the version first, alone; while two files share one, {self.migrate} "
            f"{self.rules.while_shared}, so {others} never ran under it",
            fix="nothing, if that is so; its tables in the database would show it",
        )

    def disputed(self, deployed: Deployed) -> Finding:
        names = ", ".join(commit[:SHORT] for commit in deployed.rivals)
        return self._finding(
            "MD120",
            Severity.WARNING,
            None,
            None,
            what=f"commit {deployed.commit[:SHORT]} explains the rows, and so do {names}",
            why="they have other migrations under the same versions; this report takes the one "
            "that disagrees with the code of today",
            fix="if you know what was deployed, pass it: --deployed COMMIT",
        )

    def lacking(self, deployed: Deployed) -> Finding:
        versions = ", ".join(version.text for version in deployed.missing)
        return self._finding(
            "MD121",
            Severity.WARNING,
            None,
            None,
            what=f"commit {deployed.commit[:SHORT]}, given as deployed, has no file for {versions}",
            why="these versions ran, so either another commit was deployed, or more than one",
            fix="leave out --deployed to see which commit fits the rows best",
        )

    def slug_changed(self, old: MigrationFile, new: MigrationFile) -> Finding:
        return self._finding(
            "MD105",
            Severity.WARNING,
            new.version.text,
            new.path,
            what=f"{old.basename} is {new.basename} now, under the same version",
            why=f"{self.migrate} does not mind{self.rules.other_name}",
            fix="nothing, if file and class were renamed together"
            if new.name.class_name
            else "nothing",
        )

    def edited(self, edit: Edit) -> Finding:
        new, changed = edit.new, edit.effects_changed
        does = {
            True: "it does other things now",
            False: "it still does the same",
            None: "whether it does the same cannot be told",
        }[changed]
        severity = Severity.NOTE if changed is False else Severity.WARNING
        return self._finding(
            "MD106",
            severity,
            new.version.text,
            new.path,
            what=f"{new.basename} was edited after it ran; {does}",
            why="databases that ran the old text never run the new one, so they differ from "
            "those built from zero",
            fix="put what it adds into a migration of its own: "
            "migdoctor rename-back --follow-up FILE drafts it",
        )


def restore_command(file: MigrationFile, commit: str) -> str:
    """The command that brings a deleted file back."""
    return f"git checkout {commit[:SHORT]} -- {shell_word(file.path)}"
