"""The backup that a recovery can fall back on: taken or given, and proven by a trial restore."""

from pathlib import Path

from analyzer.engines.sessions import Gateway
from analyzer.errors import BackupError, EnvironmentToolError
from analyzer.model.core.progress import Progress
from analyzer.model.core.version_table import TableName
from analyzer.model.recovery.backup import BackupWish
from analyzer.model.recovery.manifest import MANIFEST, Manifest
from analyzer.model.recovery.recovery import Plan
from analyzer.operations.backup.backup import back_up
from analyzer.operations.backup.restoration import Restored
from analyzer.operations.backup.scratch_restoration import find_difference, restore_into_scratch
from analyzer.operations.backup.snapshot import SUFFIX, take_snapshot, write_snapshot
from analyzer.operations.recovery.recovery_context import Surroundings, version_table_of
from analyzer.operations.recovery.recovery_journal import Journal

_TAKEN = "before.backup"


def secure_backup(around: Surroundings, plan: Plan, journal: Journal) -> None:
    """Take a backup if none was given, and prove that it restores.

    Raises:
        BackupError: what was restored is not what was backed up.
    """
    gateway, table = around.gateway.at(plan.database), version_table_of(plan)
    folder = Path(plan.backup) if plan.backup else journal.folder / _TAKEN
    if not folder.exists():
        back_up(gateway, BackupWish(), folder, around.progress, table)
    manifest = _prove(folder, around, table)
    journal.note("backup", backup=str(folder))
    _tell(folder, manifest, around.progress)
    if plan.backup is not None:
        _document(gateway, journal.folder, around.progress, table)


def _prove(folder: Path, around: Surroundings, table: TableName) -> Manifest:
    """Restore the backup, and return its manifest, which is what was restored."""
    restored = _try_restore(folder, around, table)
    broken = find_difference(restored)
    if broken is not None:
        raise BackupError(
            f"the backup {folder} does not restore to what it was taken from: {broken.what}",
            why=broken.why,
            fix=f"take another one: remove {folder}, then go on: migdoctor recover resume",
        )
    return restored.manifest


def _try_restore(folder: Path, around: Surroundings, table: TableName) -> Restored:
    """Restore on the scratch server, or where that cannot be, beside the database itself."""
    try:
        return restore_into_scratch(folder, around.scratch, around.progress, table)
    except EnvironmentToolError as error:
        if around.scratch is not None:
            raise
        around.progress.say(
            f"An embedded server cannot be used for the trial restore ({error.args[0]}): it goes "
            "into a scratch database on your own server, which is dropped again"
        )
        return restore_into_scratch(folder, around.gateway, around.progress, table)


def _tell(folder: Path, manifest: Manifest, progress: Progress) -> None:
    tables = len(manifest.state.tables)
    rows = sum(table.rows or 0 for table in manifest.state.tables)
    progress.say(f"  pass     backup: {folder}: {manifest.bytes:,} bytes")
    progress.say(
        f"  pass     backup-restores: restored into a scratch database and compared: all "
        f"{tables} tables are equal"
    )
    progress.say(
        f"  pass     state-documented: {folder / MANIFEST}: {tables} tables, {rows:,} rows"
    )


def _document(gateway: Gateway, folder: Path, progress: Progress, table: TableName) -> None:
    """Document the state of now, where the backup tells of an earlier one."""
    path = folder / f"before{SUFFIX}"
    write_snapshot(take_snapshot(gateway, progress, table), path)
    progress.say(f"  pass     state-documented: {path}: as it is now")
