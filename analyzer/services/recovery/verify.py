"""Comparing a database with a backup, a snapshot or another database."""

from analyzer.model.recovery.checklist import Checklist
from analyzer.operations.recovery import verification
from analyzer.records import Struct, field
from analyzer.services.database import DatabaseOptions
from analyzer.services.dialogue import Dialogue


class VerifyOptions(Struct, frozen=True):
    """What is compared: ``against`` is a folder, a file, a URL, or a database's name."""

    against: str
    database: DatabaseOptions = field(default_factory=DatabaseOptions)
    check_command: str | None = None
    owners: bool = True


def verify(options: VerifyOptions, dialogue: Dialogue) -> Checklist:
    """Compare; nothing is changed.

    Raises:
        AnalyzerError: one of both cannot be read.
    """
    return verification.verify(
        options.database.gateway,
        options.against,
        dialogue.progress,
        check_command=options.check_command,
        owners=options.owners,
        version_table=options.database.table,
    )
