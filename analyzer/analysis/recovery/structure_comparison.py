"""What a database is made of, compared: tables, columns, indexes, views, functions, constraints."""

from collections.abc import Iterator

from analyzer.analysis.recovery.state_pair import SHOWN, StatePair
from analyzer.model.recovery.checklist import Item, failed, passed
from analyzer.model.schema.database_state import (
    ColumnState,
    DatabaseState,
    StructureItem,
    TableState,
)
from analyzer.model.words.wording import count, listed

# another major version prints their definitions in other words
_BY_NAME_ONLY = frozenset(
    {"view", "materialized view", "function", "procedure", "index", "rule", "statistics"}
)
_OF_PEOPLE = frozenset({"owner", "grant"})
_NOT_VALID = "NOT VALID"


def compare_tables(pair: StatePair) -> Item:
    """Check that the tables are there, and no others."""
    names = {table.label for table in pair.wanted}
    there = {table.label for table in pair.actual.tables}
    missing = [table.label for table in pair.wanted if table.label not in there]
    extra = [table.label for table in pair.actual.tables if table.label not in names]
    if missing:
        return failed(
            "tables",
            f"{count(len(missing), 'table')} missing: {listed(missing, SHOWN)}",
            why="their rows are not there",
            fix="restore the backup into a new database: migdoctor restore BACKUP --into-new NAME",
        )
    if extra and pair.how.extra and pair.how.whole:
        return failed(
            "tables",
            f"{count(len(extra), 'table')} too many: {listed(extra, SHOWN)}",
            why="something else was created there, or this is a different database",
            fix="check the address of the database",
        )
    every = f"all {len(pair.wanted)} tables are there"
    return passed("tables", every if pair.wanted[1:] else "the table is there")


def compare_structure(pair: StatePair) -> Item:
    """Check columns, and, where the whole database is compared, all else that has a definition."""
    differing = [text for one, other in pair.both for text in _column_differences(one, other)]
    if pair.how.whole:
        differing += _definition_differences(pair)
    if differing:
        return failed(
            "structure",
            f"{count(len(differing), 'difference')} in structure: {listed(differing, SHOWN, '; ')}",
            why="the application may rely on what is missing or different",
            fix="migdoctor schema --diff database says which migration is responsible",
        )
    return passed(
        "structure", "columns, indexes, constraints, views, functions and triggers are the same"
    )


def compare_constraints(pair: StatePair) -> Item:
    """Check that every constraint is validated and every index usable, or as open as it may be."""
    open_, may_be = _open(pair.actual), _may_be_open(pair)
    new = [name for name in open_ if name not in may_be]
    if new:
        return failed(
            "constraints",
            f"not validated: {listed(new, SHOWN)}",
            why="rows that break the constraint may be there: nothing has checked",
            fix="ALTER TABLE ... VALIDATE CONSTRAINT for each constraint; REINDEX for each index",
        )
    number = sum(one.kind == "constraint" for one in pair.actual.structure)
    if open_:
        return passed(
            "constraints",
            f"{number - len(open_)} constraints validated; not validated, as before: "
            f"{listed(open_, SHOWN)}",
        )
    return passed("constraints", f"all {number} constraints validated, all indexes usable")


def _may_be_open(pair: StatePair) -> frozenset[str]:
    """Name what may be open: what was so before, or what this structure was made with."""
    if pair.how.validated:
        return frozenset()
    return frozenset(_open(pair.expected if pair.how.structure else pair.actual))


def _open(state: DatabaseState) -> list[str]:
    """Name the constraints that are not validated, and the indexes that are not usable."""
    return [
        one.name
        for one in state.structure
        if (one.kind == "constraint" and one.definition.endswith(_NOT_VALID))
        or (one.kind == "index" and one.definition.endswith(" INVALID"))
    ]


def _column_differences(one: TableState, other: TableState) -> Iterator[str]:
    there = {column.name: column for column in other.columns}
    for column in one.columns:
        if column.name not in there:
            yield f"{one.label}.{column.name} is missing"
        elif _shape(column) != _shape(there[column.name]):
            before, after = _shape(column), _shape(there[column.name])
            yield f"{one.label}.{column.name} is {after}, was {before}"
    known = {column.name for column in one.columns}
    for name in there:
        if name not in known:
            yield f"{one.label}.{name} is too many"


def _shape(column: ColumnState) -> str:
    rest = [column.kind] if column.kind != "stored" else []
    rest += ["not null"] if column.not_null else []
    rest += [f"default {column.default}"] if column.default else []
    return " ".join([column.type, *rest])


def _definition_differences(pair: StatePair) -> Iterator[str]:
    wanted, there = _definitions(pair, pair.expected), _definitions(pair, pair.actual)
    for key in sorted(wanted.keys() - there.keys()):
        yield f"{' '.join(key)} is missing"
    if pair.how.extra:
        for key in sorted(there.keys() - wanted.keys()):
            yield f"{' '.join(key)} is too many"
    for key in sorted(wanted.keys() & there.keys()):
        if wanted[key] != there[key]:
            yield f"{' '.join(key)} is different"


def _definitions(pair: StatePair, state: DatabaseState) -> dict[tuple[str, str], str]:
    """List kind and name of all but tables, with the definition as far as it is comparable."""
    same_major = pair.expected.identity.major == pair.actual.identity.major
    found = {
        (one.kind, one.name): _definition(one, same_major=same_major)
        for one in state.structure
        if pair.how.owners or one.kind not in _OF_PEOPLE
    }
    return found | {("extension", name): "" for name, _ in state.extensions}


def _definition(one: StructureItem, *, same_major: bool) -> str:
    if one.kind in _BY_NAME_ONLY and not same_major:
        return ""
    return one.definition.removesuffix(_NOT_VALID).strip()
