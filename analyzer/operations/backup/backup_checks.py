"""Whether a backup can be relied on: whole, complete, of this database, recent, restorable."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from analyzer.engines.sessions import Gateway
from analyzer.errors import BackupError, EnvironmentToolError, RefusedError
from analyzer.model.core.progress import Progress
from analyzer.model.core.version_table import TableName
from analyzer.model.recovery.backup import Content
from analyzer.model.recovery.checklist import Item, failed, passed, unknown
from analyzer.model.recovery.manifest import Manifest
from analyzer.model.schema.database_state import DatabaseState
from analyzer.operations.backup.backup_folder import SUFFIX, read_manifest
from analyzer.operations.backup.restoration import open_backup
from analyzer.operations.backup.scratch_restoration import find_difference, restore_into_scratch

MAX_AGE = 24  # hours
TAKE_ONE = "migdoctor backup --verify"


def newest_backup(place: Path, database: str) -> Path | None:
    """Find the newest backup of a database, whole or not, by its manifest."""
    found = [
        (manifest.state.taken_at, folder)
        for folder, manifest in backups_in(place)
        if manifest.state.identity.database == database
    ]
    return max(found)[1] if found else None


def backups_in(place: Path) -> Iterator[tuple[Path, Manifest]]:
    """All backups in a folder, whole or not, with what each says of itself."""
    for folder in place.glob(f"*{SUFFIX}"):
        try:
            yield folder, read_manifest(folder)
        except (BackupError, RefusedError):
            continue


def check_backup(
    folder: Path, state: DatabaseState, progress: Progress, max_age: float = MAX_AGE
) -> tuple[Item, ...]:
    """Check a backup without restoring it; where its files are not whole, that is all there is.

    Args:
        folder: the backup.
        state: of the database now.
        progress: who watches.
        max_age: in hours.
    """
    try:
        manifest = open_backup(folder, progress)
    except (BackupError, RefusedError) as error:
        return (failed("backup", error.args[0], why=error.why, fix=TAKE_ONE),)
    return (
        passed("backup", f"{folder}: {manifest.bytes:,} bytes, every file as it was written"),
        _check_completeness(manifest),
        _check_origin(manifest, state),
        _check_age(manifest, state, max_age),
    )


def check_restore(
    folder: Path, scratch: Gateway | None, progress: Progress, version_table: TableName
) -> Item:
    """Restore a backup into a scratch database, and compare what is there with the manifest.

    Raises:
        AnalyzerError: the backup or the server fails otherwise than by being unsuitable.
    """
    try:
        restored = restore_into_scratch(folder, scratch, progress, version_table)
    except EnvironmentToolError as error:
        return unknown(
            "backup-restores",
            f"whether it restores could not be tried: {error.args[0]}",
            why=error.why,
            fix=error.fix,
        )
    broken = find_difference(restored)
    if broken is not None:
        return failed(
            "backup-restores",
            f"restored, it is not the same: {broken.what}",
            why=broken.why,
            fix=TAKE_ONE,
        )
    return passed(
        "backup-restores",
        "restored into a scratch database and compared: all "
        f"{len(restored.manifest.state.tables)} tables are equal",
    )


def _check_completeness(manifest: Manifest) -> Item:
    if manifest.wish.content is Content.FULL:
        return passed("backup-complete", "it holds structure and rows of every table")
    return failed(
        "backup-complete",
        f"it is a backup of {manifest.wish.content.value} only",
        why="what it leaves out is not saved",
        fix=TAKE_ONE,
    )


def _check_origin(manifest: Manifest, state: DatabaseState) -> Item:
    was, now = manifest.state.identity, state.identity
    same_place = was.system == now.system or None in (was.system, now.system)
    if same_place and (was.oid == now.oid or was.database == now.database):
        return passed("backup-origin", f"it is of this database, {now.database}")
    return failed(
        "backup-origin",
        f"it is of {was.database}, not of {now.database}"
        if same_place
        else f"it is of {was.database} on another server",
        why="restored here it would replace these rows with others",
        fix=TAKE_ONE,
    )


def _check_age(manifest: Manifest, state: DatabaseState, max_age: float) -> Item:
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.state.taken_at)
    hours = age.total_seconds() / 3600
    if hours > max_age:
        return failed(
            "backup-recent",
            f"it is {hours:.1f} hours old",
            why=f"what was written since is not in it (--max-age is {max_age:g})",
            fix=TAKE_ONE,
        )
    if manifest.state.versions != state.versions:
        return failed(
            "backup-recent",
            "migrations ran since it was taken",
            why="it holds another schema than the database has now",
            fix=TAKE_ONE,
        )
    return passed("backup-recent", f"it is {hours * 60:.0f} minutes old, with the current versions")
