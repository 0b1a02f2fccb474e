"""Findings that the catalogue gives: where it contradicts the rows, or knows more than they do."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from analyzer.model.attestation import Attestation, Attested
from analyzer.model.diagnosis import Diagnosis, FileBlocked, FilePending, RowDeleted
from analyzer.model.finding import Finding, Severity
from analyzer.model.migration import MigrationFile

_MOST = 4  # objects that one sentence names


def find_attested(
    attestations: Iterable[Attestation],
    diagnosis: Diagnosis,
    transactional: Callable[[MigrationFile], bool],
    environment: str,
    migrate: str,
) -> Iterator[Finding]:
    """Say where rows and catalogue disagree.

    Args: transactional: whether a migration runs in a transaction.
    """
    never_ran = {
        verdict.file.path
        for verdict in diagnosis.files
        if isinstance(verdict, FilePending | FileBlocked)
    }
    gone = {verdict.row for verdict in diagnosis.rows if isinstance(verdict, RowDeleted)}
    for it in attestations:
        if it.row is None and it.file.path not in never_ran:
            continue
        voice = _Voice(it, environment, migrate)
        if it.verdict is Attested.ROW_WITHOUT_EFFECT:
            yield voice.row_without_effect(Severity.NOTE if it.row in gone else Severity.ERROR)
        elif it.verdict is Attested.EFFECT_WITHOUT_ROW:
            yield voice.effect_without_row()
        elif it.verdict is Attested.HALF_APPLIED and it.row is None:
            yield voice.stopped_halfway()
        elif it.verdict is Attested.HALF_APPLIED:
            severity = Severity.NOTE if it.row in gone else Severity.WARNING
            yield voice.incomplete(severity, in_one=transactional(it.file))


class _Voice:
    """Words for one migration."""

    def __init__(self, attestation: Attestation, environment: str, migrate: str) -> None:
        self.it, self.environment, self.migrate = attestation, environment, migrate

    def _finding(
        self, code: str, severity: Severity, *, what: str, why: str, fix: str
    ) -> Finding:  # fmt: skip
        row, file = self.it.row, self.it.file
        version = file.version.text if row is None else row.version.text
        return Finding(code, severity, what, why, fix, self.environment, version, file.path)

    def row_without_effect(self, severity: Severity) -> Finding:
        row = self.it.row
        return self._finding(
            "MD122", severity,
            what=f"row {row.version if row else ''} says that {self.it.file.basename} ran, but "
            f"nothing of it is in the database: {_few(self.it.missing)}",
            why="a schema load marks every older file as run, somebody wrote the row by hand, or "
            f"the objects were taken away by hand; {self.migrate} will never make them",
            fix="find out which; to let it run, delete the row, or put what is missing into a "
            "migration of its own",
        )  # fmt: skip

    def effect_without_row(self) -> Finding:
        return self._finding(
            "MD123", Severity.WARNING,
            what=f"{self.it.file.basename} has no row, but all that it creates is in the "
            f"database: {_few(self.it.present)}",
            why="its row was deleted, or somebody made these by hand or from a dump; "
            f"{self.migrate} runs it all the same",
            fix="compare them with the file; if they are the same, insert the row "
            f"{self.it.file.version}",
        )  # fmt: skip

    def stopped_halfway(self) -> Finding:
        return self._finding(
            "MD124", Severity.ERROR,
            what=f"{self.it.file.basename} has no row, but part of what it creates is in the "
            f"database: {_few(self.it.present)}; missing: {_few(self.it.missing)}",
            why="most likely it failed halfway, without a transaction that takes everything back; "
            f"{self.migrate} begins with its first line again",
            fix="take away by hand what is there, or make the rest by hand and insert the row",
        )  # fmt: skip

    def incomplete(self, severity: Severity, *, in_one: bool) -> Finding:
        how = (
            "it runs in a transaction, so something was taken away afterwards, or another text ran"
            if in_one
            else "it runs without a transaction, and may have stopped halfway"
        )
        return self._finding(
            "MD124", severity,
            what=f"{self.it.file.basename} ran, but part of what it does is missing: "
            f"{_few(self.it.missing)}",
            why=f"{how}; {self.migrate} will not mend it",
            fix="put what is missing into a migration of its own",
        )  # fmt: skip


def _few(names: Sequence[str]) -> str:
    shown = [name.replace(":", " ", 1) for name in names]
    rest = len(shown) - _MOST
    return ", ".join(shown[:_MOST]) + (f" and {rest} more" if rest > 0 else "")
