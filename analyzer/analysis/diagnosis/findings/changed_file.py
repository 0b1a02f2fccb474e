"""Migrations that ran and have another name, or another text, under the same version."""

from collections.abc import Callable, Container, Mapping

from analyzer.frameworks.base import Framework
from analyzer.model.findings.diagnosis import Diagnosis, Edit, FilePending, NameChange
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.records import replace

NAME_CHANGED = Rule(
    code="MD105",
    name="name-changed-version-kept",
    severity=Severity.WARNING,
    title="file name changed, version kept",
    why="Harmless to a migrate.",
    fix="Where the class was not renamed together with the file, a rollback fails: "
    "rename it. A note where it was.",
    bad="20250101000000_create_songs.rb -> 20250101000000_create_tracks.rb\n"
    "class CreateSongs < ActiveRecord::Migration[7.1]",
    good="20250101000000_create_songs.rb -> 20250101000000_create_tracks.rb\n"
    "class CreateTracks < ActiveRecord::Migration[7.1]",
    found_by="analyzer.analysis.diagnosis.findings.changed_file.about_name_change",
)
EDITED = Rule(
    code="MD106",
    name="edited-after-it-ran",
    severity=Severity.WARNING,
    title="edited after it ran",
    why="Databases that ran the old text lack what the new one adds.",
    fix="`rename-back --follow-up FILE` adds it in a new migration, for Rails; for other tools "
    "the steps of `diagnose` say what a new one must bring. A note where it still does the same, "
    "where the database has it all, or where a pending migration names it.",
    bad="# 20250101000000_create_songs.rb, which ran\n"
    " create_table :songs do |t|\n   t.string :title\n+  t.integer :rating\n end",
    good="# 20250301000000_add_rating_to_songs.rb, which is new\n"
    "+add_column :songs, :rating, :integer",
    found_by="analyzer.analysis.diagnosis.findings.changed_file.about_edit",
)


_DRAFTS = ": migdoctor rename-back --follow-up FILE drafts it"


def about_name_change(change: NameChange, environment: str, framework: Framework) -> Finding:
    """Say what another name under the same version means."""
    old, new = change.old, change.new
    return NAME_CHANGED.finding(
        what=f"{old.basename} is {new.basename} now, under the same version",
        why=f"{framework.commands.migrate} is not affected{framework.preconditions.other_name}",
        fix="nothing, if file and class were renamed together"
        if new.name.class_name
        else "nothing",
        environment=environment,
        version=new.version.text,
        path=new.path,
    )


def about_edit(edit: Edit, environment: str, *, drafts: bool) -> Finding:
    """Say that the current text is not the one that ran. Args: drafts: a follow-up is drafted."""
    new, changed = edit.new, edit.effects_changed
    does = {
        True: "it does something else now",
        False: "it still does the same",
        None: "it is not known whether it does the same",
    }[changed]
    when = "after it ran" if edit.sure else "before it ran or after, which the rows do not tell"
    if edit.returned:
        when = "while it had another name"
    own = f"put what it adds into a migration of its own{_DRAFTS if drafts else ''}"
    return EDITED.finding(
        severity=Severity.NOTE if changed is False else Severity.WARNING,
        what=f"{new.basename} was edited {when}; {does}",
        why="databases that ran the old text never run the new one, so they differ from "
        "those built from scratch",
        fix=own
        if edit.sure
        else f"nothing, if it ran as it is now: --deployed COMMIT says so; otherwise {own}",
        environment=environment,
        version=new.version.text,
        path=new.path,
    )


def doubtful_edits(diagnosis: Diagnosis) -> list[str]:
    """The paths of edited files that findings warn of."""
    return [
        finding.path
        for finding in diagnosis.findings
        if finding.code == EDITED.code and finding.severity is Severity.WARNING and finding.path
    ]


def taken_up(finding: Finding, named: Mapping[str, str]) -> Finding:
    """A note where a pending migration names the edited file.

    Args: named: the pending migration's file name, by the path of the edited file.
    """
    pending = named.get(finding.path or "")
    if finding.code != EDITED.code or pending is None:
        return finding
    return replace(
        finding,
        severity=Severity.NOTE,
        why=f"{pending}, which is pending, covers it",
        fix=f"nothing besides deploying it; what it leaves to you is listed in {pending}",
    )


def brought_already(finding: Finding, made: Mapping[str, str]) -> Finding:
    """A note where a follow-up ran, and nothing else can tell what the edit brings.

    Args: made: the follow-up's file name, by the path of the edited file.
    """
    ran = made.get(finding.path or "")
    if finding.code != EDITED.code or ran is None:
        return finding
    why = f"{ran}, which ran, was made to add what the edits hid"
    return replace(finding, severity=Severity.NOTE, why=why, fix="nothing, if that added all of it")


def with_settled_edits(
    diagnosis: Diagnosis,
    settled: Callable[[str], bool],
    lacking: Container[str],
    *,
    drafts: bool,
) -> Diagnosis:
    """Say of edited files what the database tells; a note where it has the outcome already.

    Args:
        settled: whether the database has all that the file at a path makes.
        lacking: the paths of files of which it lacks something, so that it ran the old text.
        drafts: whether the framework is one that migrations are written for.
    """
    pending = any(isinstance(it, FilePending) for it in diagnosis.files)
    edits = {it.new.path: it for it in diagnosis.edits}

    def told(finding: Finding) -> Finding:
        path = finding.path or ""
        if finding.code != EDITED.code or finding.severity is Severity.NOTE:
            return finding
        if settled(path):
            return _settled(finding, pending=pending)
        if path in edits and path in lacking and not edits[path].sure:
            return about_edit(
                replace(edits[path], sure=True), finding.environment or "", drafts=drafts
            )
        return finding

    return replace(diagnosis, findings=tuple(map(told, diagnosis.findings)))


def _settled(finding: Finding, *, pending: bool) -> Finding:
    has = "this database has, or gets from what is pending," if pending else "this database has"
    return replace(
        finding,
        severity=Severity.NOTE,
        why=f"{has} every table, column, index and constraint that the current text "
        "makes; what it writes into rows does not show there",
        fix="nothing here; another database may still lack it",
    )
