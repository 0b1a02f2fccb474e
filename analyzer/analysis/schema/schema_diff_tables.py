"""What differs inside one table: its columns, key, indexes, foreign keys and constraints."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from analyzer.analysis.schema.remade_tables import without_unnamed
from analyzer.analysis.schema.schema_facets import (
    Facets,
    column_facets,
    constraint_facets,
    index_facets,
    index_key,
    indexes_of,
    key_facets,
    plain,
)
from analyzer.engines.base import Engine
from analyzer.frameworks.generated_names import GENERATED_NAME
from analyzer.model.findings.schema_diff import Change, Difference, Holding, ObjectStatus
from analyzer.model.schema.schema import Column, Computed, ConstraintKind, Table
from analyzer.records import Struct


class _NamedObject(Protocol):
    @property
    def name(self) -> str: ...


Item = TypeVar("Item", bound=_NamedObject)


def table_differences(
    ours: Table, theirs: Table, holding: Holding, engine: Engine
) -> Iterator[Difference]:
    """Compare two tables of one name; ``ours`` is of the files."""
    if not ours.columns and theirs.columns:
        return  # CREATE TABLE AS: its columns are not known from the files
    yield from _columns(ours, theirs, holding, engine)
    yield from _primary_key(ours, theirs)
    yield from _Pairing(
        "index",
        ours.name,
        indexes_of(ours),
        indexes_of(theirs),
        lambda index: index_facets(index, engine),
        lambda index: index_key(index, engine),
    ).differences()
    validity = holding.validity and engine.features.late_validation
    yield from _Pairing(
        "foreign_key",
        ours.name,
        ours.foreign_keys,
        theirs.foreign_keys,
        lambda key: key_facets(key, validity=validity),
        lambda key: (key.columns, plain(key.to_table)),
        named=engine.features.named_foreign_keys,
    ).differences()
    for kind in (ConstraintKind.CHECK, ConstraintKind.EXCLUSION):
        if kind in holding.constraints:
            bare = holding.unnamed or engine.features.alters_in_place
            yield from _constraints(kind, ours if bare else without_unnamed(ours), theirs, engine)
    if (ours.comment or "") != (theirs.comment or "") and engine.features.comments:
        change = Change("comment", ours.comment or "none", theirs.comment or "none")
        yield Difference(ObjectStatus.DIFFERENT, "table", ours.name, ours.name, changes=(change,))


def table_detail(table: Table) -> str:
    """A table in a few words."""
    parts = [f"{len(table.columns)} column{'' if len(table.columns) == 1 else 's'}"]
    if indexes := len(indexes_of(table)):
        parts.append(f"{indexes} index{'' if indexes == 1 else 'es'}")
    return ", ".join(parts)


def _columns(ours: Table, theirs: Table, holding: Holding, engine: Engine) -> Iterator[Difference]:
    present = {column.name: column for column in theirs.columns}
    for column in ours.columns:
        other = present.pop(column.name, None)
        if other is None:
            detail = _told(column_facets(column, engine))
            yield Difference(ObjectStatus.MISSING, "column", column.name, ours.name, detail)
        elif changes := _column_changes(column, other, holding, engine):
            yield Difference(
                ObjectStatus.DIFFERENT, "column", column.name, ours.name, changes=changes
            )
    for column in present.values():
        detail = _told(column_facets(column, engine))
        yield Difference(ObjectStatus.EXTRA, "column", column.name, ours.name, detail)


def _column_changes(
    ours: Column, theirs: Column, holding: Holding, engine: Engine
) -> tuple[Change, ...]:
    changes = _changes(column_facets(ours, engine), column_facets(theirs, engine))
    skipped = set[str]() if holding.generated else {"generated as"}
    if "unknown" in {ours.type, theirs.type}:  # the type is computed
        skipped |= {"type", "limit", "precision", "scale"}
    if not engine.features.comments:
        skipped |= {"comment"}
    if isinstance(ours.default, Computed) or isinstance(theirs.default, Computed):
        skipped |= {"default"}
    is_counter = engine.types.is_counter
    if is_counter(ours) != is_counter(theirs):  # a serial is NOT NULL of its own accord
        skipped |= {"null"}
    return tuple(change for change in changes if change.what not in skipped)


def _changes(ours: Facets, theirs: Facets) -> list[Change]:
    return [
        Change(what, facet.shown, theirs[what].shown)
        for what, facet in ours.items()
        if facet.value != theirs[what].value
    ]


def _told(facets: Facets) -> str:
    """An object's properties in a line, without those that are as usual."""
    usual = {"none", "false"}
    parts = []
    for what, facet in facets.items():
        if what in {"type", "columns", "expression"}:
            parts.append(facet.shown)
        elif what == "null":
            parts += ["not null"] if facet.shown == "false" else []
        elif what == "validated":
            parts += ["not validated"] if facet.shown == "false" else []
        elif facet.shown == "true":
            parts.append(what)
        elif facet.shown not in usual and not (what == "precision" and facet.shown == "6"):
            parts.append(f"{what} {facet.shown}")
    return ", ".join(parts)


def _primary_key(ours: Table, theirs: Table) -> Iterator[Difference]:
    if ours.primary_key == theirs.primary_key:
        return
    change = Change(
        "columns", ", ".join(ours.primary_key) or "none", ", ".join(theirs.primary_key) or "none"
    )
    name = ", ".join(ours.primary_key or theirs.primary_key)
    yield Difference(ObjectStatus.DIFFERENT, "primary_key", name, ours.name, changes=(change,))


def _constraints(
    kind: ConstraintKind, ours: Table, theirs: Table, engine: Engine
) -> Iterator[Difference]:
    return _Pairing(
        kind.value,
        ours.name,
        [it for it in ours.constraints if it.kind is kind],
        [it for it in theirs.constraints if it.kind is kind],
        lambda it: constraint_facets(it, engine),
        lambda it: constraint_facets(it, engine)["expression"].value,
    ).differences()


class _Pairing(Struct, Generic[Item]):
    """Two lists of objects, paired by name and then by what they are.

    ``named``: a name means something; where not, it neither pairs nor differs.
    """

    kind: str
    table: str
    ours: Sequence[Item]
    theirs: Sequence[Item]
    facets: Callable[[Item], Facets]
    key: Callable[[Item], Hashable]
    named: bool = True

    def differences(self) -> Iterator[Difference]:
        """Compare the pairs, then tell of what stands alone."""
        pairs, missing, extra = self._paired()
        for ours, theirs in pairs:
            changes = _changes(self.facets(ours), self.facets(theirs))
            if self.named and ours.name != theirs.name and not _both_given(ours.name, theirs.name):
                changes.append(Change("name", ours.name, theirs.name))
            if changes:
                yield self._difference(ObjectStatus.DIFFERENT, ours, tuple(changes))
        for item in missing:
            yield self._difference(ObjectStatus.MISSING, item)
        for item in extra:
            yield self._difference(ObjectStatus.EXTRA, item)

    def _paired(self) -> tuple[list[tuple[Item, Item]], list[Item], list[Item]]:
        pairs: list[tuple[Item, Item]] = []
        ours, theirs = list(self.ours), list(self.theirs)
        for same in (lambda item: item.name, self.key) if self.named else (self.key,):
            for item in list(ours):
                wanted = same(item)
                other = next((it for it in theirs if same(it) == wanted), None)
                if other is not None:
                    pairs.append((item, other))
                    ours.remove(item)
                    theirs.remove(other)
        return pairs, ours, theirs

    def _difference(
        self, status: ObjectStatus, item: Item, changes: tuple[Change, ...] = ()
    ) -> Difference:
        detail = "" if changes else _told(self.facets(item))
        return Difference(status, self.kind, item.name, self.table, detail, changes)


def _both_given(one: str, other: str) -> bool:
    """Names that Rails computes follow the table's name of their day: no difference to a reader."""
    return bool(GENERATED_NAME.fullmatch(one) and GENERATED_NAME.fullmatch(other))
