"""What is missing, extra or different between the files' schema and a database or schema file."""

from collections.abc import Container, Iterator

from analyzer.analysis.schema.schema_blame import blamed
from analyzer.analysis.schema.schema_diff_tables import table_detail, table_differences
from analyzer.analysis.schema.schema_facets import plain
from analyzer.engines.base import Engine
from analyzer.frameworks.registry import BOOKKEEPING, NEVER_APPLICATIONS
from analyzer.model.findings.schema_diff import Blame, Change, Difference, Holding, ObjectStatus
from analyzer.model.findings.schema_state import SchemaState
from analyzer.model.schema.schema import EnumType, Schema, Table
from analyzer.records import replace


def compare_schemas(
    state: SchemaState, there: Schema, holding: Holding, blame: Blame, engine: Engine
) -> tuple[Difference, ...]:
    """Compare what migrations add up to with what is there.

    Args:
        state: of the files.
        there: of a database, or of a schema file.
        holding: what the other side can hold at all; the rest is not compared.
        blame: who did what, for the responsible migration.
        engine: brings types and expressions into the one form that their ways of writing share.

    Returns:
        By table and kind, each object once. Nothing of Rails' own tables, nor of tables in schemas
        that no migration names.
    """
    found = [
        *_extensions(state.schema, there, engine),
        *_enums(state.schema, there, holding),
        *_tables(state.schema, there, holding, engine),
        *_others(state.schema, there, holding),
    ]
    return tuple(blamed(difference, state, blame) for difference in found)


def _extensions(files: Schema, there: Schema, engine: Engine) -> Iterator[Difference]:
    made, present = _extension_names(files, engine), _extension_names(there, engine)
    for name in sorted(made ^ present):
        status = ObjectStatus.MISSING if name in made else ObjectStatus.EXTRA
        yield Difference(status, "extension", name)


def _extension_names(schema: Schema, engine: Engine) -> set[str]:
    names = map(engine.types.plain_extension, schema.extensions)
    return {name for name in names if not engine.types.is_everywhere(name)}


def _enums(files: Schema, there: Schema, holding: Holding) -> Iterator[Difference]:
    if not holding.enums:
        return
    made = {plain(name): enum for name, enum in files.enums.items()}
    present = {plain(name): enum for name, enum in there.enums.items()}
    for name in sorted(made.keys() | present.keys()):
        ours, theirs = made.get(name), present.get(name)
        if ours is None or theirs is None:
            status = ObjectStatus.EXTRA if ours is None else ObjectStatus.MISSING
            yield Difference(status, "enum", name, detail=_values(ours or theirs))
        elif ours.values != theirs.values:
            change = Change("values", _values(ours), _values(theirs))
            yield Difference(ObjectStatus.DIFFERENT, "enum", name, changes=(change,))


def _values(enum: EnumType | None) -> str:
    return ", ".join(enum.values) if enum is not None else ""


def _tables(files: Schema, there: Schema, holding: Holding, engine: Engine) -> Iterator[Difference]:
    made, present = _by_name(files), _by_name(there)
    kept = BOOKKEEPING - (made.keys() - NEVER_APPLICATIONS)
    made, present = _without(made, kept), _without(present, kept)
    named = {_schema_of(name) for name in made}
    for name in sorted(made.keys() | present.keys()):
        ours, theirs = made.get(name), present.get(name)
        if ours is not None and theirs is not None:
            yield from table_differences(ours, theirs, holding, engine)
        elif ours is not None:
            yield Difference(ObjectStatus.MISSING, "table", name, name, table_detail(ours))
        elif theirs is not None and (not _schema_of(name) or _schema_of(name) in named):
            yield Difference(ObjectStatus.EXTRA, "table", name, name, table_detail(theirs))


def _by_name(schema: Schema) -> dict[str, Table]:
    tables = (replace(table, name=plain(table.name)) for table in schema.tables.values())
    return {table.name: table for table in tables}


def _without(tables: dict[str, Table], kept: Container[str]) -> dict[str, Table]:
    """The tables of the application: what its migrations make is its own, mostly."""
    return {name: table for name, table in tables.items() if name not in kept}


def _schema_of(table: str) -> str:
    return table.rpartition(".")[0]


def _others(files: Schema, there: Schema, holding: Holding) -> Iterator[Difference]:
    """A sequence may belong to a column, so that only a missing one says something."""
    made, present = _named(files, holding), _named(there, holding)
    for kind, name in sorted(made ^ present):
        status = ObjectStatus.MISSING if (kind, name) in made else ObjectStatus.EXTRA
        if status is ObjectStatus.MISSING or "." not in name or kind == "trigger":
            yield Difference(status, kind, name)


def _named(schema: Schema, holding: Holding) -> set[tuple[str, str]]:
    return {(it.kind, plain(it.name)) for it in schema.others if it.kind in holding.others}
