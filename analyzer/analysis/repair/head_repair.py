"""Rewriting a table that only tells where a database stands, where versions are a line."""

from collections.abc import Iterator

from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.diagnosis import Diagnosis, FileApplied, FileRenamed
from analyzer.model.plans.plan import Refusal, UpdateRow


def pointed_anew(
    diagnosis: Diagnosis, table: VersionTable, files: FileSet, framework: Framework
) -> tuple[UpdateRow, ...] | Refusal:
    """Let the row tell the newest of today's versions that ran.

    Returns: no step where it does; a refusal where a file below that never ran, and would then be
        passed over.
    """
    stored, tool = table.all_rows, framework.commands.title
    if len(stored) != 1:
        return Refusal(f"the table holds {len(stored)} rows, and {tool} takes any of them")
    (row,) = stored
    ran = sorted(_ran(diagnosis), key=_version)
    stands = framework.numbering.read(row.version)
    if not ran or ran[-1].version == stands:
        return ()
    newest = ran[-1]
    waiting = [it for it in files.files if stands < it.version < newest.version and it not in ran]
    if waiting:
        named = ", ".join(it.basename for it in waiting)
        return Refusal(
            f"one row says where the database stands; at {newest.version} {tool} would never run "
            f"{named}, which has not run yet",
            ("migdoctor rename-back",),
        )
    return (UpdateRow(row, framework.store.row_of(newest, row)),)


def _ran(diagnosis: Diagnosis) -> Iterator[MigrationFile]:
    for verdict in diagnosis.files:
        match verdict:
            case FileApplied(file):
                yield file
            case FileRenamed(file, _, old, new) if old is not None or new is not None:
                yield file
            case _:
                continue


def _version(file: MigrationFile) -> Version:
    return file.version
