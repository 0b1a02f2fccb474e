"""Schemas for tests, written as the bodies of migrations or as SQL."""

from analyzer.analysis.schema.schema import replay, schema_of_effects
from analyzer.analysis.schema.schema_diff import compare_schemas
from analyzer.analysis.schema.schema_options import options_of
from analyzer.engines.postgresql.parser.sql import parse_sql
from analyzer.engines.registry import usual_engine
from analyzer.frameworks.integer_versions import read as version_of
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.model.findings.schema_diff import Blame, Difference, Holding
from analyzer.model.findings.schema_state import ReadMigration, SchemaState
from analyzer.model.schema.schema import Schema
from tests.support.histories.repositories import migration


def read(*bodies: str) -> tuple[ReadMigration, ...]:
    """Migrations 1, 2, 3 and so on with these bodies, in files of these names."""
    return tuple(
        ReadMigration(
            version_of(str(number)), f"db/migrate/{number}_m.rb", parse_ruby(_text(number, body))
        )
        for number, body in enumerate(bodies, 1)
    )


def _text(number: int, body: str) -> bytes:
    return migration(f"M{number}", *body.splitlines()).encode()


def state_of(*bodies: str) -> SchemaState:
    """What migrations with these bodies add up to."""
    return replay(read(*bodies))


def schema_by_sql(text: str) -> Schema:
    """What SQL statements build."""
    return schema_of_effects(parse_sql(text)).schema


def compare(
    files: tuple[ReadMigration, ...],
    there: Schema,
    *,
    ran: frozenset[int] | None = None,
    holding: Holding | None = None,
) -> list[Difference]:
    """Compare migrations with a schema, all parts that could not be read being known."""
    state, options = replay(files), options_of(files)
    versions = {migration.path: migration.version for migration in files}
    blame = Blame(versions, ran, state.opaque, options.may_lack, options.may_have)
    return [*compare_schemas(state, there, holding or Holding(), blame, usual_engine())]


def told(differences: list[Difference]) -> list[str]:
    """Differences in a line each: ``missing column songs.title``, ``different ...: null``."""
    return [_line(difference) for difference in differences]


def _line(it: Difference) -> str:
    table = f"{it.table}." if it.table is not None and it.kind != "table" else ""
    changes = f": {', '.join(change.what for change in it.changes)}" if it.changes else ""
    return f"{it.status.value} {it.kind} {table}{it.name}{changes}"
