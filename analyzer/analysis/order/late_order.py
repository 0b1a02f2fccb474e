"""Whether it matters that a migration runs after newer ones: one judgement for all who ask.

`check` asks before a change is merged, `diagnose` before it is deployed: what one lets pass as a
note must not stop the other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Severity
from analyzer.model.gate.gate import Late, Tied

if TYPE_CHECKING:
    from analyzer.model.findings.schema_state import ReadMigration

NO_DIFFERENCE = "as far as it can be read, the outcome is the same"


def read_late_order(
    file: MigrationFile,
    newer: Sequence[MigrationFile],
    speaks_of: Callable[[MigrationFile], frozenset[str]],
    read: Callable[[MigrationFile], "ReadMigration"],
) -> Late:
    """Say what ties a late migration to newer ones.

    Args:
        newer: those that ran, or will have run, before it, and that sort after it.
        speaks_of: the names that a file speaks of; what shares none of them is not read.
    """
    near = [one for one in newer if not speaks_of(file).isdisjoint(speaks_of(one))]
    if not near:
        return Late()
    from analyzer.analysis.order.dependencies import build_graph
    from analyzer.model.findings.dependency import Tie

    graph = build_graph([read(one) for one in in_order([file, *near])])
    edges = [it for it in graph.edges if file.path in (it.before, it.after)]
    # That both change rows of a table does not say that they change the same.
    ties = [
        Tied(it.before, it.after, shown(str(it.because))) for it in edges if it.tie is not Tie.DATA
    ]
    ties += [
        Tied(it.path, it.provided_by, shown(str(it.needs)))
        for it in graph.violations
        if it.path == file.path and it.provided_by is not None
    ]
    ties += _taken_away(read(file), [read(one) for one in near])
    ties += _overwriting(read(file), [read(one) for one in near])
    rows = [it.because.name for it in edges if it.tie is Tie.DATA]
    unknown = [part.line for part in graph.opaque if part.path == file.path]
    return Late(tuple(ties), min(unknown, default=None), min(rows, default=None))


def late_severity(late: Late) -> Severity:
    """A warning where the order makes a difference that can be read; else a note."""
    return Severity.WARNING if late.ties else Severity.NOTE


def late_outcome(late: Late) -> str:
    """What the other order leads to, as the end of a sentence."""
    if late.ties:
        differs = "differs" if late.ties[0].sure else "may differ"
        return f"both work on {late.ties[0].because}, and the outcome {differs}"
    if late.unknown is not None:
        return f"whether that matters is unknown, because line {late.unknown} cannot be read"
    if late.rows is not None:
        return (
            "as far as it can be read, the tables come out the same; both work on rows of "
            f"{late.rows}, though not on the same columns as far as these are named"
        )
    return NO_DIFFERENCE


def _taken_away(late: "ReadMigration", newer: Iterable["ReadMigration"]) -> Iterator[Tied]:
    """One takes away, or renames, what the other touches, whoever made that long before."""
    from analyzer.model.effects.objects import summary

    mine = summary(late.parsed.effects)
    touched = mine.needs | mine.alters | mine.drops
    for one in newer:
        other = summary(one.parsed.effects)
        both = (touched & other.drops) | (mine.drops & (other.needs | other.alters))
        for ref in sorted(both):
            yield Tied(late.path, one.path, shown(str(ref)))


def _overwriting(late: "ReadMigration", newer: Iterable["ReadMigration"]) -> Iterator[Tied]:
    """Two that set the same column of rows that are there: the last one wins."""
    mine = _overwritten(late)
    for one in newer:
        for column in sorted(mine & _overwritten(one)):
            yield Tied(late.path, one.path, f"what {column} holds", sure=False)


def _overwritten(migration: "ReadMigration") -> set[str]:
    """Columns of which an UPDATE replaces values, as ``table.column``."""
    from analyzer.model.effects import effect as e
    from analyzer.model.effects.objects import bare

    writes = [
        it
        for it in map(bare, migration.parsed.effects)
        if isinstance(it, e.WriteData) and it.action is e.DataAction.UPDATE
    ]
    return {
        f"{it.table}.{column}"
        for it in writes
        for column in (*it.columns, *it.sets)
        if column not in it.spares
    }


def in_order(files: Iterable[MigrationFile]) -> list[MigrationFile]:
    """Each file once, in the order of their versions."""
    unique = {file.path: file for file in files}
    return sorted(unique.values(), key=lambda file: (file.version, file.path))


def shown(ref: str) -> str:
    """An object as messages name it: table songs."""
    kind, _, name = ref.partition(":")
    return f"{kind} {name}"
