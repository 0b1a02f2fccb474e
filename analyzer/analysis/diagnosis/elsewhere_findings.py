"""Findings on rows whose files lie in folders, or on refs, that were not looked at."""

from collections.abc import Iterator, Sequence

from analyzer.analysis.diagnosis.row_findings import SHORT, restore_command
from analyzer.model.core.shell_word import shell_word
from analyzer.model.core.wording import count, listed
from analyzer.model.findings.diagnosis import Diagnosis, RowOrphaned, SeenFile
from analyzer.model.findings.finding import Finding, Severity

_SHOWN = 3


def find_elsewhere(
    diagnosis: Diagnosis, directories: Sequence[str], environment: str, usual: str
) -> Iterator[Finding]:
    """Name the folders that explain rows, all in one command; and the refs, each by itself."""
    rows = [row for row in diagnosis.rows if isinstance(row, RowOrphaned)]
    seen = [row.elsewhere for row in rows if row.elsewhere is not None]
    here = [it for it in seen if it.ref is None]
    if here:
        yield _together(here, directories, environment, usual)
    yield from (_on_a_ref(it, environment) for it in seen if it.ref is not None)


def _together(
    seen: Sequence[SeenFile], directories: Sequence[str], environment: str, usual: str
) -> Finding:
    folders = sorted({migration_folder(it, usual) for it in seen})
    versions = [it.file.version.text for it in seen]
    options = " ".join(f"--dir {shell_word(each)}" for each in (*directories, *folders))
    return Finding(
        "MD107",
        Severity.WARNING,
        what=f"{count(len(seen), 'row')} without a file in {listed(directories, _SHOWN)}: "
        f"{listed(versions, _SHOWN)}; {listed(folders, _SHOWN)} has files of these versions",
        why="folders of one version table, as an engine's and its application's are, have to be "
        "looked at together",
        fix=f"if they share the table: migdoctor diagnose {options}",
        environment=environment,
        version=versions[0],
        path=seen[0].file.path,
    )


def _on_a_ref(seen: SeenFile, environment: str) -> Finding:
    file, commit = seen.file, seen.commit[:SHORT]
    return Finding(
        "MD107",
        Severity.WARNING,
        what=f"row {file.version} has no file in the folders of today; commit {commit} on "
        f"{seen.ref} has {file.path}",
        why="that folder is not in the code that was looked at, so nobody can say whether this "
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
