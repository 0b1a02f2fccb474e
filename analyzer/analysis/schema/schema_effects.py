"""One effect on a schema, by its kind."""

from analyzer.analysis.schema.schema_columns import apply_to_columns
from analyzer.analysis.schema.schema_database import Database
from analyzer.analysis.schema.schema_keys import apply_to_keys
from analyzer.analysis.schema.schema_names import apply_to_names
from analyzer.analysis.schema.schema_tables import apply_to_tables
from analyzer.engines.registry import engine_in_hand
from analyzer.model.effects.effect import ColumnEffect, KeyEffect, NamedEffect, TableEffect

SchemaEffect = TableEffect | ColumnEffect | KeyEffect | NamedEffect


def apply_effect(database: Database, effect: SchemaEffect) -> None:
    """Apply an effect on a schema. Raises RefusedError where the database would refuse it."""
    if engine_in_hand().features.alters_in_place:
        _apply(database, effect)
        return
    from analyzer.analysis.schema.remade_tables import follow_names, lose_parts

    lose_parts(database, effect)
    _apply(database, effect)
    follow_names(database, effect)


def _apply(database: Database, effect: SchemaEffect) -> None:
    if isinstance(effect, TableEffect):
        apply_to_tables(database, effect)
    elif isinstance(effect, ColumnEffect):
        apply_to_columns(database, effect)
    elif isinstance(effect, KeyEffect):
        apply_to_keys(database, effect)
    else:
        apply_to_names(database, effect)
