"""What a database has, compared with what it should have: the guide's list after a recovery."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from analyzer.model.checklist import Item, failed, passed, unknown
from analyzer.model.database_state import (
    ColumnState,
    DatabaseState,
    SequenceState,
    StructureItem,
    TableState,
)

_SHOWN = 8  # names in a line; the rest is counted
_BY_NAME_ONLY = frozenset({"view", "materialized view", "function", "procedure", "index", "rule",
                           "statistics"})  # fmt: skip
_OF_PEOPLE = frozenset({"owner", "grant"})
_NOT_VALID = "NOT VALID"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How strictly to compare.

    ``tables`` are the labels of the only tables that count, None for all. ``owners`` says whether
    owners must be the same; ``extra`` whether tables that only the database has are a fault.
    ``versions`` are those that must be applied, None for those of the expected state. ``data`` is
    False where only the structure was to be carried over. ``mended`` says that a sequence behind
    its column is a fault even if it was so before; ``validated`` that an open constraint is one
    even if it was open before.
    """

    tables: frozenset[str] | None = None
    owners: bool = True
    extra: bool = True
    structure: bool = True
    data: bool = True
    mended: bool = True
    validated: bool = True
    versions: tuple[str, ...] | None = None


def compare_states(
    expected: DatabaseState, actual: DatabaseState, how: Comparison
) -> tuple[Item, ...]:
    """Check tables, structure, rows, versions, sequences and constraints, in this order."""
    pair = _Pair(expected, actual, how)
    items: list[Item | None] = [pair.tables()]
    if how.structure:
        items.append(pair.structure())
    if how.data:
        items += [pair.rows(), pair.contents(), pair.large_objects(), pair.versions()]
        items += [sequences_item(actual.sequences, pair.behind_before()), pair.sequences()]
    items.append(constraints_item(actual, pair.open_before()))
    return tuple(item for item in items if item is not None)


def sequences_item(sequences: Sequence[SequenceState], before: Collection[str] = ()) -> Item:
    """Check that no sequence will give out a number that its column already has.

    Args:
        sequences: where they stand.
        before: labels of those that were behind already, which is told and not a fault.
    """
    behind = [one for one in sequences if is_behind(one) and one.label not in before]
    if behind:
        said = [f"{one.label} gives {one.next_value} next, {one.owner} has {one.highest}"
                for one in behind]  # fmt: skip
        return failed(
            "sequences",
            f"{_count(behind, 'sequence')} behind the column: {_listed(said, '; ')}",
            why="the next INSERT fails with a duplicate key, or takes a number twice",
            fix="; ".join(_setval(one) for one in behind[:_SHOWN]),
        )
    owned = [one for one in sequences if one.owner and not is_behind(one)]
    known = [one.label for one in sequences if is_behind(one)]
    rest = f"; behind it as before: {_listed(known)}" if known else ""
    return passed("sequences", f"{_count(owned, 'sequence')} ahead of the columns they "
                  f"number{rest}")  # fmt: skip


def is_behind(sequence: SequenceState) -> bool:
    """Whether the next value was given out already."""
    if sequence.highest is None:
        return False
    if sequence.increment > 0:
        return sequence.next_value <= sequence.highest
    return sequence.next_value >= sequence.highest


def constraints_item(actual: DatabaseState, before: Collection[str] = ()) -> Item:
    """Check that every constraint is validated and every index usable.

    Args:
        actual: the database.
        before: names of those that were open already, which is told and not a fault.
    """
    open_ = _open(actual)
    new = [name for name in open_ if name not in before]
    if new:
        return failed(
            "constraints",
            f"not validated: {_listed(new)}",
            why="rows that break the rule may be there, and nothing has looked",
            fix="ALTER TABLE ... VALIDATE CONSTRAINT for each constraint; REINDEX for each index",
        )
    number = sum(one.kind == "constraint" for one in actual.structure)
    if open_:
        return passed("constraints", f"{number - len(open_)} constraints validated; open as "
                      f"before: {_listed(open_)}")  # fmt: skip
    return passed("constraints", f"all {number} constraints validated, all indexes usable")


def _open(state: DatabaseState) -> list[str]:
    """Name the constraints that are not validated, and the indexes that are not usable."""
    return [one.name for one in state.structure
            if (one.kind == "constraint" and one.definition.endswith(_NOT_VALID))
            or (one.kind == "index" and one.definition.endswith(" INVALID"))]  # fmt: skip


class _Pair:
    """Two states, and what follows from the two."""

    def __init__(self, expected: DatabaseState, actual: DatabaseState, how: Comparison) -> None:
        self.expected, self.actual, self.how = expected, actual, how
        self.wanted = [one for one in expected.tables if self._counts(one)]
        self.there = {one.label: one for one in actual.tables}
        self.both = [(one, self.there[one.label]) for one in self.wanted if one.label in self.there]
        self.same_major = expected.identity.major == actual.identity.major

    def _counts(self, table: TableState) -> bool:
        return self.how.tables is None or table.label in self.how.tables

    def behind_before(self) -> frozenset[str]:
        behind = [one.label for one in self.expected.sequences if is_behind(one)]
        return frozenset() if self.how.mended else frozenset(behind)

    def open_before(self) -> frozenset[str]:
        """What may be open: what was so before, or what this structure was made with."""
        if self.how.validated:
            return frozenset()
        return frozenset(_open(self.expected if self.how.structure else self.actual))

    def tables(self) -> Item:
        missing = [one.label for one in self.wanted if one.label not in self.there]
        names = {one.label for one in self.wanted}
        extra = [one.label for one in self.actual.tables if one.label not in names]
        if missing:
            return failed(
                "tables",
                f"{_count(missing, 'table')} missing: {_listed(missing)}",
                why="their rows are not there",
                fix="restore the backup into a new database: migdoctor restore BACKUP "
                "--into-new NAME",
            )
        if extra and self.how.extra and self.how.tables is None:
            return failed(
                "tables",
                f"{_count(extra, 'table')} too many: {_listed(extra)}",
                why="something else was created there, or this is another database",
                fix="check the address of the database",
            )
        return passed("tables", f"all {len(self.wanted)} tables are there")

    def structure(self) -> Item:
        differing = [f"{label}.{text}" for one, other in self.both
                     for label, text in _column_differences(one, other)]  # fmt: skip
        if self.how.tables is None:
            differing += self._structure_differences()
        if differing:
            return failed(
                "structure",
                f"{_count(differing, 'difference')} in structure: {_listed(differing, '; ')}",
                why="the application may rely on what is missing or different",
                fix="migdoctor schema --diff database says which migration is responsible",
            )
        return passed("structure", "columns, indexes, constraints, views, functions and triggers "
                      "are the same")  # fmt: skip

    def _structure_differences(self) -> Iterator[str]:
        wanted, there = self._things(self.expected), self._things(self.actual)
        for key in sorted(wanted.keys() - there.keys()):
            yield f"{' '.join(key)} is missing"
        if self.how.extra:
            for key in sorted(there.keys() - wanted.keys()):
                yield f"{' '.join(key)} is too many"
        for key in sorted(wanted.keys() & there.keys()):
            if wanted[key] != there[key]:
                yield f"{' '.join(key)} is different"

    def _things(self, state: DatabaseState) -> dict[tuple[str, str], str]:
        found = {}
        for one in state.structure:
            if one.kind in _OF_PEOPLE and not self.how.owners:
                continue
            found[one.kind, one.name] = self._definition(one)
        for name, _ in state.extensions:
            found["extension", name] = ""
        return found

    def _definition(self, one: StructureItem) -> str:
        by_name = not self.same_major and one.kind in _BY_NAME_ONLY
        return "" if by_name else one.definition.removesuffix(_NOT_VALID).strip()

    def rows(self) -> Item | None:
        known = [(a, b) for a, b in self.both if a.rows is not None and b.rows is not None]
        if self.both and not known:
            return unknown(
                "rows",
                "rows were not counted",
                why="the other side holds no counts: it was taken without checksums",
                fix="take a backup without --no-checksums",
            )
        wrong = [f"{a.label} has {b.rows:,} of {a.rows:,}" for a, b in known if a.rows != b.rows]
        if wrong:
            return failed(
                "rows",
                f"{_count(wrong, 'table')} with another number of rows: {_listed(wrong, '; ')}",
                why="rows are lost, or were added since",
                fix="restore into a new database: migdoctor restore BACKUP --into-new NAME",
            )
        total = sum(a.rows or 0 for a, _ in known)
        return passed("rows", f"{total:,} rows in {_count(known, 'table')}, as expected")

    def contents(self) -> Item | None:
        known = [(a, b) for a, b in self.both if a.checksum and b.checksum]
        if not known:
            return None
        if self.expected.probe != self.actual.probe:
            return unknown(
                "checksums",
                "checksums cannot be compared",
                why="the two servers hash the same text differently",
                fix="compare on the server that the backup was taken from",
            )
        wrong = [a.label for a, b in known if a.checksum != b.checksum]
        if wrong:
            return failed(
                "checksums",
                f"{_count(wrong, 'table')} with other content: {_listed(wrong)}",
                why="a row was changed, or a column has another type or text",
                fix="restore into a new database and compare the tables",
            )
        return passed("checksums", f"the content of {_count(known, 'table')} is the same")

    def large_objects(self) -> Item | None:
        wanted, there = self.expected.large_objects, self.actual.large_objects
        if self.how.tables is not None or (not wanted.count and not there.count):
            return None
        if wanted == there:
            return passed("large-objects", f"{wanted.count:,} large objects, as expected")
        return failed(
            "large-objects",
            f"{there.count:,} large objects, expected {wanted.count:,}"
            + ("" if wanted.count != there.count else "; their content differs"),
            why="what columns refer to by number is missing or changed",
            fix="restore into a new database: migdoctor restore BACKUP --into-new NAME",
        )

    def versions(self) -> Item | None:
        wanted = self.expected.versions if self.how.versions is None else self.how.versions
        if self.how.tables is not None or wanted is None:
            return None
        there = self.actual.versions
        if there is None:
            return failed(
                "versions",
                "there is no version table",
                why="the next migrate would run every migration",
                fix="run the migrate command, or restore the backup into a new database",
            )
        missing, extra = sorted(set(wanted) - set(there)), sorted(set(there) - set(wanted))
        if missing or (extra and self.how.versions is None):
            said = [f"{one} is missing" for one in missing] + [f"{one} is new" for one in extra]
            return failed(
                "versions",
                f"{_count(said, 'applied version')} differ: {_listed(said)}",
                why="the next migrate would run what is missing",
                fix="migdoctor diagnose says what each of them is",
            )
        return passed("versions", f"all {len(wanted)} applied versions are there")

    def sequences(self) -> Item | None:
        if self.how.tables is not None:
            return None
        there = {one.label: one for one in self.actual.sequences}
        back = [one for one in self.expected.sequences
                if one.label in there and _went_back(one, there[one.label])]  # fmt: skip
        if not back:
            return None
        return failed(
            "sequence-values",
            f"{_count(back, 'sequence')} further back than before: "
            f"{_listed([one.label for one in back])}",
            why="numbers that were given out once would be given out again",
            fix="; ".join(_set_like(one) for one in back[:_SHOWN]),
        )


def _column_differences(one: TableState, other: TableState) -> Iterator[tuple[str, str]]:
    there = {column.name: column for column in other.columns}
    for column in one.columns:
        if column.name not in there:
            yield one.label, f"{column.name} is missing"
        elif _shape(column) != _shape(there[column.name]):
            before, after = _shape(column), _shape(there[column.name])
            yield one.label, f"{column.name} is {after}, was {before}"
    known = {column.name for column in one.columns}
    for name in there:
        if name not in known:
            yield one.label, f"{name} is too many"


def _shape(column: ColumnState) -> str:
    rest = [column.kind] if column.kind != "stored" else []
    rest += ["not null"] if column.not_null else []
    rest += [f"default {column.default}"] if column.default else []
    return " ".join([column.type, *rest])


def _went_back(before: SequenceState, now: SequenceState) -> bool:
    if before.increment > 0:
        return now.next_value < before.next_value
    return now.next_value > before.next_value


def _setval(one: SequenceState) -> str:
    name = _quoted(one.schema, one.name)
    return f"SELECT setval('{name}', {one.highest})"


def _set_like(one: SequenceState) -> str:
    called = "true" if one.called else "false"
    return f"SELECT setval('{_quoted(one.schema, one.name)}', {one.last_value}, {called})"


def _quoted(schema: str, name: str) -> str:
    parts = (part.replace('"', '""').replace("'", "''") for part in (schema, name))
    return ".".join(f'"{part}"' for part in parts)


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}" + ("" if len(things) == 1 else "s")


def _listed(names: Iterable[str], separator: str = ", ") -> str:
    every = list(names)
    rest = len(every) - _SHOWN
    return separator.join(every[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
