"""What a recovery is asked to be, as values."""

from pathlib import Path

from analyzer.records import Struct, field
from analyzer.services.database import DatabaseOptions


class UserCommands(Struct, frozen=True):
    """The user's own commands, as they are typed into a shell; None where there is none."""

    stop: str | None = None
    start: str | None = None
    check: str | None = None
    migrate: str | None = None

    def by_field(self) -> dict[str, str]:
        """Those that were typed, by the names of a plan's fields."""
        all_ = {
            "stop_command": self.stop,
            "start_command": self.start,
            "check_command": self.check,
            "migrate_command": self.migrate,
        }
        return {name: command for name, command in all_.items() if command}


class RecoveryOptions(Struct, frozen=True):
    """What every recovery is given.

    ``folder`` is the one of the recovery: the new one, or where it lies that is taken up again;
    None to name it by the time, or to find the only one here. With ``runbook`` the steps are only
    written there.
    """

    database: DatabaseOptions = field(default_factory=DatabaseOptions)
    commands: UserCommands = field(default_factory=UserCommands)
    scratch_url: str | None = None
    folder: Path | None = None
    runbook: Path | None = None


class FullRecoveryOptions(Struct, frozen=True):
    """Option 1: ``backup`` is one of an earlier run; ``leave`` are tables that may stay behind."""

    common: RecoveryOptions
    backup: str | None = None
    leave: tuple[str, ...] = ()

    @property
    def database(self) -> DatabaseOptions:
        """The database that is recovered."""
        return self.common.database


class TablesRecoveryOptions(Struct, frozen=True):
    """Option 3: which tables come back, and from where: a backup, or a database.

    ``keep`` are tables that are right as they are; ``replace`` puts rows aside that are there
    already; without ``dependencies``, tables that are needed as well are refused.
    """

    common: RecoveryOptions
    tables: tuple[str, ...]
    from_backup: str | None = None
    from_database: str | None = None
    keep: tuple[str, ...] = ()
    replace: bool = False
    dependencies: bool = True

    @property
    def database(self) -> DatabaseOptions:
        """The database that is recovered."""
        return self.common.database


Recovering = RecoveryOptions | FullRecoveryOptions | TablesRecoveryOptions
