"""What a schema file has too much or too little of, as far as a change is to blame."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from analyzer.analysis.schema.schema import replay, schema_of_effects
from analyzer.analysis.schema.schema_diff import compare_schemas
from analyzer.analysis.schema.schema_facets import plain
from analyzer.analysis.schema.schema_options import options_of
from analyzer.engines.base import Engine
from analyzer.frameworks.ports.schema_file import ReadSchema
from analyzer.model.effects.objects import objects
from analyzer.model.findings.schema_diff import Blame, Difference, ObjectStatus
from analyzer.model.findings.schema_state import ReadMigration, SchemaState, UnknownPart
from analyzer.model.schema.schema import Schema
from analyzer.records import Struct, replace

_KINDS = frozenset({"table", "column"})
Key = tuple[ObjectStatus, str, str | None, str]


class SchemaSide(Struct, frozen=True):
    """A schema file at one point: what it says, and what the migrations that it counts do.

    ``counted`` gives those that bear on some tables, or all for None, in their order.
    """

    told: ReadSchema
    counted: Callable[[Collection[str] | None], Sequence[ReadMigration]]


def tables_of(migrations: Iterable[ReadMigration]) -> set[str]:
    """The tables that migrations touch."""
    return {
        plain(ref.name)
        for migration in migrations
        for effect in migration.parsed.effects
        for _, ref in objects(effect)
        if ref.kind == "table"
    }


def tables_between(before: ReadSchema, now: ReadSchema) -> set[str]:
    """The tables that a schema file describes otherwise than before."""
    if before.effects == now.effects:
        return set()
    then, there = (_by_name(schema_of_effects(it.effects).schema) for it in (before, now))
    return {name for name in then.keys() | there.keys() if then.get(name) != there.get(name)}


def find_gaps(
    before: SchemaSide, now: SchemaSide, tables: Collection[str], engine: Engine, *, typed: bool
) -> Sequence[Difference]:
    """Tables and columns in which the file and the migrations that it counts do not agree.

    What is seen with a few migrations is looked at once more with all of them; what was so before
    the change is left out, and so is whatever a part that cannot be read may be the reason of.

    Args: typed: columns of another type count too.
    """
    for among in (tables, None):
        found = [*_gaps(now, among, tables, engine, typed=typed)]
        if not found:
            return ()
    known = {_key(it) for it in _gaps(before, None, tables, engine, typed=True)}
    return [it for it in found if _key(it) not in known]


def _gaps(
    side: SchemaSide,
    among: Collection[str] | None,
    tables: Collection[str],
    engine: Engine,
    *,
    typed: bool,
) -> Iterator[Difference]:
    migrations = side.counted(among)
    state = replay(migrations, engine=engine)
    there = _only(schema_of_effects(side.told.effects).schema, tables)
    state = replace(state, schema=_only(state.schema, tables))
    options = options_of(migrations)
    versions = {it.path: it.version for it in migrations}
    blame = Blame(versions, None, _unsure(state, migrations), options.may_lack, options.may_have)
    for one in compare_schemas(state, there, side.told.holding, blame, engine):
        wanted = one.kind in _KINDS and (typed or one.status is not ObjectStatus.DIFFERENT)
        if wanted and not one.unsure and not one.allowed:
            yield one


def _unsure(state: SchemaState, migrations: Sequence[ReadMigration]) -> tuple[UnknownPart, ...]:
    refused = (UnknownPart(it.path, it.line, it.what, "") for it in state.conflicts)
    broken = (
        UnknownPart(it.path, problem.line, "the rest of the file", problem.what)
        for it in migrations
        for problem in it.parsed.problems
    )
    return (*state.opaque, *refused, *broken)


def _only(schema: Schema, tables: Collection[str]) -> Schema:
    kept = {key: it for key, it in schema.tables.items() if plain(it.name) in tables}
    return Schema(tables=kept)


def _by_name(schema: Schema) -> dict[str, object]:
    return {plain(it.name): it for it in schema.tables.values()}


def _key(one: Difference) -> Key:
    return one.status, one.kind, one.table, one.name
