"""Backups: taken in one snapshot, and tried."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from analyzer.engines.registry import open_gateway
from analyzer.model.recovery.backup import BackupWish, Content, Form
from analyzer.model.recovery.checklist import Checklist
from analyzer.model.recovery.manifest import Manifest
from analyzer.model.words.wording import count
from analyzer.operations.backup.backup import back_up
from analyzer.operations.backup.backup_checks import MAX_AGE, backups_in
from analyzer.operations.backup.backup_folder import read_manifest
from analyzer.operations.backup.scratch_restoration import restore_into_scratch
from analyzer.records import Struct, field
from analyzer.services.database import DatabaseOptions, scratch_gateway
from analyzer.services.dialogue import Dialogue
from analyzer.services.recovery.comparison import compare_restored

_FRESH = timedelta(hours=MAX_AGE)
_HOUR = 60  # minutes


class BackupOptions(Struct, frozen=True):
    """What a backup is to hold, and where it goes.

    ``form`` None is a directory where several ``jobs`` write it, else pg_dump's own format;
    ``compress`` is gzip's level; ``folder`` None is named by the time.
    """

    database: DatabaseOptions = field(default_factory=DatabaseOptions)
    content: Content = Content.FULL
    form: Form | None = None
    tables: tuple[str, ...] = ()
    compress: int = 6
    jobs: int = 1
    checksums: bool = True
    folder: Path | None = None

    @property
    def wish(self) -> BackupWish:
        """The same, with the form that follows."""
        return BackupWish(
            content=self.content,
            form=self.form or (Form.DIRECTORY if self.jobs > 1 else Form.CUSTOM),
            tables=self.tables,
            compress=self.compress,
            jobs=self.jobs,
            checksums=self.checksums,
        )


class BackupTaken(Struct, frozen=True):
    """A whole backup, and what it must contain."""

    folder: Path
    manifest: Manifest


class EarlierBackup(Struct, frozen=True):
    """A backup that lies here already, and in words how long ago it was taken."""

    folder: Path
    ago: str


def earlier_backup(database: DatabaseOptions) -> EarlierBackup | None:
    """Find the newest full backup of a database in this folder, if it is less than a day old."""
    here = open_gateway(database.database_url, database.exec_prefix).place
    now = datetime.now(UTC)
    found = [
        (now - datetime.fromisoformat(manifest.state.taken_at), folder)
        for folder, manifest in backups_in(Path())
        if manifest.state.identity.place == here and manifest.wish.content is Content.FULL
    ]
    fresh = min((it for it in found if it[0] < _FRESH), default=None)
    return None if fresh is None else EarlierBackup(fresh[1], _ago(fresh[0]))


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if not minutes:
        return "just now"
    shown = count(minutes, "minute") if minutes < _HOUR else count(minutes // _HOUR, "hour")
    return f"{shown} ago"


def take_backup(options: BackupOptions, dialogue: Dialogue) -> BackupTaken:
    """Take a backup; its folder has its name only when it is whole.

    Raises:
        AnalyzerError: the database cannot be reached or read, or the folder cannot be written.
    """
    database = options.database
    folder = back_up(
        database.gateway, options.wish, options.folder, dialogue.progress, database.table
    )
    return BackupTaken(folder, read_manifest(folder))


def try_backup(
    folder: Path, database: DatabaseOptions, scratch_url: str | None, dialogue: Dialogue
) -> Checklist:
    """Restore a backup into a scratch database, and compare every table.

    Raises:
        AnalyzerError: the backup is not what its manifest says, or the trial cannot be made.
    """
    scratch = scratch_gateway(scratch_url)
    restored = restore_into_scratch(folder, scratch, dialogue.progress, database.table)
    return compare_restored(restored, "Restored into a scratch database")
