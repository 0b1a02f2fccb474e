"""Restoring a backup into an empty or a new database."""

from pathlib import Path

from analyzer.model.recovery.checklist import Checklist
from analyzer.model.recovery.recovery_result import DeclinedRecovery
from analyzer.operations.backup.restoration import prepared
from analyzer.records import Struct, field
from analyzer.services.database import DatabaseOptions
from analyzer.services.dialogue import Dialogue
from analyzer.services.recovery.comparison import compare_restored


class RestoreOptions(Struct, frozen=True):
    """Which backup is restored, and where to: ``into_new`` None is the database itself."""

    backup: str
    database: DatabaseOptions = field(default_factory=DatabaseOptions)
    into_new: str | None = None
    owners: bool = True


class BackupRestored(Struct, frozen=True):
    """The database that holds the backup now, and how it compares with the manifest."""

    database: str
    compared: Checklist


def restore_backup(
    options: RestoreOptions, dialogue: Dialogue
) -> BackupRestored | DeclinedRecovery:
    """Check every file against the manifest, restore, and compare every table.

    Raises:
        AnalyzerError: the backup is not whole, or the database is not empty.
    """
    gateway, name = options.database.gateway, options.into_new
    restoration = prepared(
        gateway,
        Path(options.backup),
        name,
        dialogue.progress,
        options.database.table,
        owners=options.owners,
    )
    where = f"a new database {name}" if name else "the database, which is empty"
    drop = gateway.engine.examples.drop_database
    way_back = drop.format(name=name) if name else "drop it; it was empty before"
    dialogue.tell(f"Restores {options.backup} into {where}. The way back: {way_back}.")
    if not dialogue.ask("Go on?"):
        return DeclinedRecovery()
    done = restoration.into(gateway, name)
    title = "Restored, and compared with the manifest"
    compared = compare_restored(done, title, owners=options.owners)
    return BackupRestored(done.state.identity.database, compared)
