"""What is lost where a table is made anew to be altered: its rows are copied, not all of its parts.

That is how a framework alters a table of a database that cannot, or hardly.
"""

from analyzer.analysis.schema.schema_database import Database
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import PlainEffect
from analyzer.model.schema.schema import Constraint, ConstraintKind, Table
from analyzer.records import replace


def remade(effect: PlainEffect) -> str | None:
    """The table that has to be made anew for an effect; None where it need not."""
    match effect:
        case e.AddColumn(table, column, primary_key=key):
            given = column.default is not None or column.generated is not None
            return table if key or (not column.null and not given) else None
        case (
            e.RemoveColumn(by_sql=True)
            | e.RenameColumn(by_sql=True)
            | e.AddForeignKey(by_sql=True)
            | e.AddConstraint(by_sql=True)
        ):
            return None
        case (
            (e.RemoveColumn() | e.RenameColumn() | e.ChangeColumn())
            | (e.ChangeDefault() | e.ChangeNull())
            | (e.AddForeignKey() | e.RemoveForeignKey())
            | (e.AddConstraint() | e.RemoveConstraint())
        ):
            return effect.table
        case _:
            return None


def lose_parts(database: Database, effect: PlainEffect) -> None:
    """Take away what does not come along: triggers, and constraints that were given no name."""
    name = remade(effect)
    table = None if name is None else database.tables.get(name)
    if table is None:
        return
    kept = without_unnamed(table)
    if kept != table:
        database.put(kept)
    database.others -= {
        it
        for it in database.others
        if it.kind == "trigger" and it.name.startswith(f"{table.name}.")
    }


def follow_names(database: Database, effect: PlainEffect) -> None:
    """What was given no name is told by a table's and a column's: as they are called now."""
    match effect:
        case e.RenameTable(old, new) if new in database.tables:
            table = database.tables[new]
            named = {f"{old}_{it}check": f"{new}_{it}check" for it in _parts(table)}
        case e.RenameColumn(name, old, new, by_sql=True) if name in database.tables:
            table = database.tables[name]
            named = {f"{name}_{old}_check": f"{name}_{new}_check"}
        case _:
            return
    constraints = tuple(replace(it, name=named.get(it.name, it.name)) for it in table.constraints)
    if constraints != table.constraints:
        database.put(replace(table, constraints=constraints))


def _parts(table: Table) -> tuple[str, ...]:
    return ("", *(f"{column.name}_" for column in table.columns))


def may_keep(database: Database, effect: e.ChangeColumn) -> list[str]:
    """What an older framework leaves a column as it is, and a newer one takes away."""
    table = database.tables.get(effect.table)
    old = table.column(effect.column.name) if table is not None else None
    if old is None:
        return []
    usual = {"null": True}
    return [
        it
        for it in ("null", "default", "limit", "precision", "scale", "collation")
        if it not in effect.given and getattr(old, it) != usual.get(it)
    ]


def without_unnamed(table: Table) -> Table:
    """A table without the constraints that were given no name."""
    kept = tuple(it for it in table.constraints if _comes_along(table, it))
    return replace(table, constraints=kept)


def _comes_along(table: Table, constraint: Constraint) -> bool:
    if constraint.kind is not ConstraintKind.CHECK:
        return False
    return constraint.name not in {f"{table.name}_{it}check" for it in _parts(table)}
