"""Rows without a file: nowhere at all, in another folder, or on another ref; or no version."""

from collections.abc import Iterator, Sequence

from analyzer.analysis.diagnosis.findings.deleted import SHORT, restore_command
from analyzer.frameworks.base import Framework
from analyzer.model.findings.diagnosis import Diagnosis, RowOrphaned, SeenFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import count, listed

_SHOWN = 3
WITHOUT_FILE = Rule(
    code="MD107",
    name="row-without-file",
    severity=Severity.WARNING,
    title="row without a file in any history",
    why="Neither this branch, nor another ref, nor the reflog ever had a file for it.",
    fix="Fetch the branch it came from, or ask who deployed it.",
    bad="row  20250101000000\nno file in any folder, branch or history",
    good="git fetch --all",
    found_by="analyzer.analysis.diagnosis.findings.unknown_rows.about_orphan",
)
NO_VERSION = Rule(
    code="MD117",
    name="row-that-is-no-version",
    severity=Severity.WARNING,
    title="row that is not a version",
    why="Its text begins with no digit. Rails reads it as 0.",
    fix="Find out who wrote it, then delete it.",
    bad="row  'initial'",
    good="row  20250101000000",
    found_by="analyzer.analysis.diagnosis.findings.unknown_rows.about_orphan",
)


def about_orphan(row: RowOrphaned, environment: str, framework: Framework) -> Finding:
    """Say that no file explains a row, or that it is not a version at all."""
    if not row.row.version.is_valid:
        return NO_VERSION.finding(
            what=f"row {row.row.version.text!r} is not a version",
            why=f"{framework.commands.migrate} {framework.preconditions.no_version}; somebody or "
            "another tool wrote it",
            fix="find out who did; then delete the row",
            environment=environment,
            version=row.row.version.text,
        )
    return WITHOUT_FILE.finding(
        what=f"row {row.row.version} has no file in any folder, branch or history here",
        why="its branch was never pushed here or is gone, or the row was inserted by hand",
        fix="ask who deployed it, and fetch that branch: git fetch --all",
        environment=environment,
        version=row.row.version.text,
    )


def find_elsewhere(
    diagnosis: Diagnosis, directories: Sequence[str], environment: str, usual: str
) -> Iterator[Finding]:
    """Name the folders that explain rows, all in one command; and the refs, each by itself."""
    rows = [row for row in diagnosis.rows if isinstance(row, RowOrphaned)]
    seen = [row.elsewhere for row in rows if row.elsewhere is not None]
    here = [it for it in seen if it.ref is None]
    if here:
        yield _in_other_folders(here, directories, environment, usual)
    yield from (_on_a_ref(it, environment) for it in seen if it.ref is not None)


def _in_other_folders(
    seen: Sequence[SeenFile], directories: Sequence[str], environment: str, usual: str
) -> Finding:
    folders = sorted({migration_folder(it, usual) for it in seen})
    versions = [it.file.version.text for it in seen]
    options = " ".join(f"--dir {shell_word(each)}" for each in (*directories, *folders))
    return WITHOUT_FILE.finding(
        what=f"{count(len(seen), 'row')} without a file in {listed(directories, _SHOWN)}: "
        f"{listed(versions, _SHOWN)}; {listed(folders, _SHOWN)} has files of these versions",
        why="folders of one version table, as an engine's and its application's are, must be read "
        "together",
        fix=f"if they share the table: migdoctor diagnose {options}",
        environment=environment,
        version=versions[0],
        path=seen[0].file.path,
    )


def _on_a_ref(seen: SeenFile, environment: str) -> Finding:
    file, commit = seen.file, seen.commit[:SHORT]
    return WITHOUT_FILE.finding(
        what=f"row {file.version} has no file in the current folders; commit {commit} on "
        f"{seen.ref} has {file.path}",
        why="that folder is not in the code that was looked at, so it is not known whether this "
        "row came from it",
        fix=f"leave the row; if the file belongs here: {restore_command(file, seen.commit)}",
        environment=environment,
        version=file.version.text,
        path=file.path,
    )


def migration_folder(seen: SeenFile, usual: str) -> str:
    """The folder that --dir takes: up to the usual one where there is one, else the file's."""
    before, found, _ = seen.file.path.rpartition(f"{usual}/")
    return f"{before}{usual}" if found else seen.file.folder
