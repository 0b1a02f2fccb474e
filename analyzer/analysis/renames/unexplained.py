"""Rows that no history explains, beside files that never ran and whose objects are all there.

A branch was squashed or never pushed, and the same work came back under another version. Nothing
but the database speaks for such a pair, so it is a question until a person answers it.
"""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.analysis.renames.decisions import named
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.core.version import Version
from analyzer.model.findings.rename import Confidence, Decision, Evidence, EvidenceKind, Rename

_MOST = 3  # candidates for one row: the nearest in time


def suppose(
    rows: Sequence[Version],
    waiting: Sequence[MigrationFile],
    there: Mapping[str, str],
    decisions: Sequence[Decision],
    numbering: Numbering,
) -> tuple[Rename, ...]:
    """Propose the files that each row may stand for.

    Args:
        rows: those that no file of any history carries.  waiting: the files that never ran.
        there: by path, what a file makes and the database has, of files all of whose work is there.
        decisions: the user's answers; one that accepts needs no other evidence.

    Returns: pairs whose old name is not known, ambiguous unless the user accepted them.
    """
    taken = list(_accepted(rows, waiting, decisions, numbering))
    rows_left = [row for row in rows if all(it.old.version != row for it in taken)]
    found = [file for file in waiting if file.path in there]
    found = [file for file in found if all(it.new != file for it in taken)]
    return (*taken, *_proposed(rows_left, found, there, decisions, numbering))


def _accepted(
    rows: Sequence[Version],
    waiting: Sequence[MigrationFile],
    decisions: Sequence[Decision],
    numbering: Numbering,
) -> Iterator[Rename]:
    for decision in decisions if rows else ():
        row = next((row for row in rows if speaks_of(decision, row, numbering)), None)
        file = next((file for file in waiting if named(file, decision.new, numbering)), None)
        if decision.accept and row is not None and file is not None:
            words = decision.said or f"accepted: {decision.old}={decision.new}"
            said = Evidence(EvidenceKind.DECISION, words)
            yield _pair(row, file, Confidence.CERTAIN, said, numbering)


def _proposed(
    rows: Sequence[Version],
    found: Sequence[MigrationFile],
    there: Mapping[str, str],
    decisions: Sequence[Decision],
    numbering: Numbering,
) -> Iterator[Rename]:
    denied = [it for it in decisions if not it.accept]
    for row in rows:
        apart = {file.path: numbering.distance(file.version, row) for file in found}
        for file in sorted(found, key=lambda file: apart[file.path])[:_MOST]:
            if not any(
                speaks_of(it, row, numbering) and named(file, it.new, numbering) for it in denied
            ):
                words = f"everything it creates is in the database: {there[file.path]}"
                said = Evidence(EvidenceKind.CATALOG, words)
                yield _pair(row, file, Confidence.AMBIGUOUS, said, numbering)


def speaks_of(decision: Decision, row: Version, numbering: Numbering) -> bool:
    """Whether a decision's OLD is a row's version."""
    return numbering.typed(decision.old) == row


def _pair(
    row: Version, file: MigrationFile, confidence: Confidence, said: Evidence, numbering: Numbering
) -> Rename:
    """A pair whose old side is the file itself under the row's version: nobody saw another."""
    now = file.name
    name = MigrationName(row, now.slug, now.scope, now.class_name)
    path = file.path.removesuffix(file.basename) + _renumbered(file, numbering.bare(row))
    then = MigrationFile(path, name, file.blob)
    return Rename(then, file, confidence, 0, (said,), supposed=True)


def _renumbered(file: MigrationFile, version: str) -> str:
    return version + file.basename.removeprefix(file.version.text)
