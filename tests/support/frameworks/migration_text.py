"""Small migrations as text, and what the parser reads out of them."""

from textwrap import indent

from analyzer.analysis.schema.schema import replay
from analyzer.frameworks.integer_versions import read as version_of
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.model.effects.effect import Effect, Guarded, Parsed
from analyzer.model.findings.schema_state import ReadMigration, SchemaState
from analyzer.model.schema.schema import Schema
from analyzer.records import replace


def migration(body: str, version: str = "7.1", method: str = "up", before: str = "") -> bytes:
    """A migration whose method has this body; ``before`` stands above the method."""
    head = f"ActiveRecord::Migration[{version}]" if version else "ActiveRecord::Migration"
    above = [indent(before, "  ")] if before else []
    lines = [f"class Try < {head}", *above, f"  def {method}"]
    return "\n".join([*lines, indent(body, "    "), "  end", "end", ""]).encode()


def parse(body: str, version: str = "7.1", method: str = "up", before: str = "") -> Parsed:
    """What is read out of a migration with this body."""
    return parse_ruby(migration(body, version, method, before))


def effects(body: str, version: str = "7.1", method: str = "up", before: str = "") -> list[Effect]:
    """The effects of a migration with this body, without their lines."""
    return [unplaced(effect) for effect in parse(body, version, method, before).effects]


def unplaced(effect: Effect) -> Effect:
    """The effect with line 0."""
    if isinstance(effect, Guarded):
        return replace(effect, effect=replace(effect.effect, line=0), line=0)
    return replace(effect, line=0)


def kinds(found: list[Effect]) -> list[str]:
    """What kinds of effects these are; under a condition with a question mark."""
    return [
        f"{type(effect.effect).__name__}?" if isinstance(effect, Guarded) else type(effect).__name__
        for effect in found
    ]


def replayed(*bodies: str, version: str = "7.1") -> SchemaState:
    """The state after migrations with these bodies, numbered 1, 2 and so on."""
    return replay(
        ReadMigration(version_of(str(number)), f"db/migrate/{number}_try.rb", parse(body, version))
        for number, body in enumerate(bodies, start=1)
    )


def shown(schema: Schema, table: str) -> dict[str, str]:
    """A table's columns and their types."""
    return {column.name: column.type for column in schema.tables[table].columns}


def index_names(schema: Schema, table: str) -> list[str]:
    """The names of a table's indexes, sorted."""
    return sorted(index.name for index in schema.tables[table].indexes)
