"""The rows that nothing in git explains, held against the files that never ran."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.analysis.renames.pairing import Pairing
from analyzer.analysis.renames.unexplained import suppose
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.core.version_table import AppliedRow
from analyzer.model.findings.attestation import Presence
from analyzer.model.findings.rename import Rename
from analyzer.model.words.wording import listed

if TYPE_CHECKING:
    from analyzer.workflow.diagnosis.inference import Inference

_FEW = 12  # files that are judged one by one, each against all that ran
_SHOWN = 3


def supposed_pairs(inference: "Inference", pairing: Pairing) -> tuple[Rename, ...]:
    """Pair rows without a file with files that never ran and whose work is all there."""
    rows = unexplained_rows(inference)
    if not rows:
        return ()
    rows = tuple(row for row in rows if row.key not in inference.elsewhere)
    waiting = _waiting(inference, pairing)
    there = _there(inference, waiting)
    decisions = inference.request.decisions
    return suppose(rows, waiting, there, decisions, inference.framework.numbering)


def unexplained_rows(inference: "Inference") -> tuple[Version, ...]:
    """The versions of rows that neither a file of today nor any history here explains."""
    known = {last_seen.file.version.key for last_seen in inference.then}
    known |= {file.version.key for file in inference.target.files.files}
    rows = {row.version.key: row.version for row in inference.table.rows}
    return tuple(rows[number] for number in sorted(rows.keys() - known) if rows[number].is_valid)


def _waiting(inference: "Inference", pairing: Pairing) -> list[MigrationFile]:
    """The files that no row speaks of, under whatever version, and that may never have run."""
    paired = {rename.new.path for rename in (*pairing.renames, *pairing.ambiguous)}
    waiting = [
        file
        for file in inference.target.files.files
        if file.version.key not in inference.past_files.applied and file.path not in paired
    ]
    ran = [file.path for _, file in _ran(inference) if file is not None] if waiting else []
    return [file for file in waiting if not _passed(inference, file, ran)]


def _passed(inference: "Inference", file: MigrationFile, ran: Sequence[str]) -> bool:
    """Whether something ran that came to the code only after it.

    Whoever ran that had this file too, and a migrate runs all: its row was lost, and its work
    needs no other row to explain it.
    """
    return any(inference.came_before(file.path, other) for other in ran)


def _there(inference: "Inference", waiting: Sequence[MigrationFile]) -> Mapping[str, str]:
    """By path, the objects of files all of whose work is in the database, and nobody else's."""
    if inference.catalog is None or not waiting:
        return {}
    from analyzer.analysis.diagnosis.attestation import attest

    ran = list(_ran(inference))
    # two that make the same would each leave nothing for the other, so each is judged alone
    groups = [[file] for file in waiting] if len(waiting) <= _FEW else [waiting]
    parsed, catalog = inference.contents.parsed, inference.catalog
    told = [
        it for group in groups for it in attest(ran, {}, group, parsed, catalog, inference.engine)
    ]
    return {
        it.file.path: listed(it.present, _SHOWN)
        for it in told
        if it.row is None and it.presence is Presence.ALL
    }


def _ran(inference: "Inference") -> list[tuple[AppliedRow, MigrationFile | None]]:
    by_number = {it.file.version.key: it.file for it in inference.then}
    today = {file.version.key: file for file in inference.target.files.files}
    rows = sorted(inference.table.rows, key=lambda row: row.version)
    numbers = ((row, row.version.key) for row in rows)
    return [(row, by_number.get(number) or today.get(number)) for row, number in numbers]
