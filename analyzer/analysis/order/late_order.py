"""Whether it matters that a migration runs after newer ones: one judgement for all who ask.

`check` asks before a change is merged, `diagnose` before it is deployed: what one lets pass as a
note must not stop the other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Severity
from analyzer.model.gate.gate import Late, Tied
from analyzer.records import Struct, replace

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Effect
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
    ties += _altering(read(file), [read(one) for one in near])
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


def _altering(late: "ReadMigration", newer: Iterable["ReadMigration"]) -> Iterator[Tied]:
    """Two that change the same column otherwise: the last one decides how it is."""
    mine = _altered(late)
    for one in newer:
        other = _altered(one)
        for column in sorted(mine.keys() & other.keys()):
            if mine[column] != other[column]:
                yield Tied(late.path, one.path, f"column {column}", sure=False)


def _altered(migration: "ReadMigration") -> "dict[str, list[Effect]]":
    """What is done to columns that are there, by ``table.column``."""
    from analyzer.model.effects.objects import Role, bare, objects

    found: dict[str, list[Effect]] = {}
    for effect in map(bare, migration.parsed.effects):
        for role, ref in objects(effect):
            if role is Role.ALTERS and ref.kind == "column":
                found.setdefault(ref.name, []).append(replace(effect, line=0))
    return found


def _overwriting(late: "ReadMigration", newer: Iterable["ReadMigration"]) -> Iterator[Tied]:
    """Both write a column of rows, or one deletes rows where the other writes some."""
    mine = _written(late)
    for one in newer:
        other = _written(one)
        for column in sorted(mine.columns & other.columns if mine.sets or other.sets else ()):
            yield Tied(late.path, one.path, f"what {column} holds", sure=False)
        for table in sorted((mine.deleted & other.written) | (mine.written & other.deleted)):
            yield Tied(late.path, one.path, f"which rows {table} has", sure=False)


class _Writing(Struct, frozen=True):
    """Columns that statements write, as ``table.column``, and the tables of such rows.

    ``sets``: rows that are there are changed, and not only others added. ``deleted`` are tables
    whose rows are deleted: by which columns these are chosen is not known.
    """

    columns: set[str]
    written: set[str]
    deleted: set[str]
    sets: bool


def _written(migration: "ReadMigration") -> _Writing:
    from analyzer.model.effects import effect as e
    from analyzer.model.effects.objects import bare

    columns, written, deleted, sets = set[str](), set[str](), set[str](), False
    for it in map(bare, migration.parsed.effects):
        if not isinstance(it, e.WriteData):
            continue
        if it.action in (e.DataAction.DELETE, e.DataAction.TRUNCATE):
            deleted.add(it.table)
        elif it.action in (e.DataAction.UPDATE, e.DataAction.INSERT):
            named = {*it.columns, *it.sets}.difference(it.spares)
            columns |= {f"{it.table}.{column}" for column in named}
            written.add(it.table)
            sets |= it.action is e.DataAction.UPDATE
    return _Writing(columns, written, deleted, sets)


def in_order(files: Iterable[MigrationFile]) -> list[MigrationFile]:
    """Each file once, in the order of their versions."""
    unique = {file.path: file for file in files}
    return sorted(unique.values(), key=lambda file: (file.version, file.path))


def shown(ref: str) -> str:
    """An object as messages name it: table songs."""
    kind, _, name = ref.partition(":")
    return f"{kind} {name}"
