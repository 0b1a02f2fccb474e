"""Rows that a recovery of tables put aside: in a schema of migdoctor's own, under its number.

Every recovery has tables of its own there: what one keeps, no other one takes for its own or drops.
"""

from analyzer.engines.postgresql.catalog.database_state import from_clause
from analyzer.engines.postgresql.catalog.state_queries import OWN_SCHEMA
from analyzer.engines.postgresql.words import identifier, literal
from analyzer.engines.sessions import Session
from analyzer.errors import DatabaseError
from analyzer.model.recovery.recovery import TablePart, kept_name
from analyzer.model.schema.database_state import ColumnState, TableState
from analyzer.records import Struct


class LoadedRows(Struct, frozen=True):
    """What one recovery keeps: ``before`` its load, and ``since`` the load where it went back."""

    recovery: str

    def place(self, part: TablePart, kind: str = "before") -> str:
        """Name the table that keeps a table's rows, in SQL."""
        return identifier(OWN_SCHEMA, kept_name(self.recovery, part, kind))

    def table(self, part: TablePart, columns: tuple[str, ...], kind: str = "before") -> TableState:
        """Describe that table."""
        states = tuple(ColumnState(name, "", not_null=False, default=None) for name in columns)
        return TableState(OWN_SCHEMA, kept_name(self.recovery, part, kind), states, False, 0)  # noqa: FBT003  not partitioned

    def holds(self, session: Session, part: TablePart) -> bool:
        """Whether the rows that a table had before are kept."""
        name = literal(self.place(part))
        return bool(session.ask(f"SELECT to_json(to_regclass({name}) IS NOT NULL)"))

    def put(self, session: Session, part: TablePart, kind: str = "before") -> str:
        """Copy a table's rows into one of ours, in the session's transaction; return its name."""
        place = self.place(part, kind)
        columns = ", ".join(map(identifier, stored_columns_of(session, part)))
        rows = from_clause(TableState(part.schema, part.name, (), part.partitioned, 0))
        session.run(f"CREATE SCHEMA IF NOT EXISTS {OWN_SCHEMA}")
        _demand_own(session)
        session.run(f"CREATE TABLE {place} AS SELECT {columns} FROM {rows}")  # noqa: S608  quoted
        session.run(f"COMMENT ON TABLE {place} IS {literal(part.label)}")
        return place

    def clear(self, session: Session, kind: str = "before") -> None:
        """Drop this recovery's tables of one kind, and the schema where it is empty then."""
        tables = session.rows(
            "SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n "  # noqa: S608  quoted
            f"ON n.oid = c.relnamespace WHERE n.nspname = {literal(OWN_SCHEMA)} "
            f"AND c.relkind = 'r' AND starts_with(c.relname, {literal(f'{kind}_{self.recovery}_')})"
        )
        for row in tables:
            session.run(f"DROP TABLE {identifier(OWN_SCHEMA, row['name'])}")
        _drop_if_empty(session)


def stored_columns_of(session: Session, part: TablePart) -> tuple[str, ...]:
    """List the columns of a table, as it is now, that hold something of their own."""
    place = literal(identifier(part.schema, part.name))
    rows = session.rows(
        "SELECT attname::text AS name FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped "  # noqa: S608  quoted
        f"AND attgenerated = '' AND attrelid = {place}::regclass ORDER BY attnum"
    )
    return tuple(row["name"] for row in rows)


def _demand_own(session: Session) -> None:
    """Make sure that nobody else may reach into the schema where the rows are kept."""
    owner = session.ask(
        "SELECT to_json((SELECT r.rolname FROM pg_namespace n JOIN pg_roles r "  # noqa: S608  quoted
        f"ON r.oid = n.nspowner WHERE n.nspname = {literal(OWN_SCHEMA)} "
        "AND NOT r.rolsuper AND r.rolname <> current_user))"
    )
    if owner is not None:
        raise DatabaseError(
            f"the schema {OWN_SCHEMA} belongs to {owner}",
            why="the rows that are put aside would be in that role's hands",
            fix=f"rename it: ALTER SCHEMA {OWN_SCHEMA} RENAME TO ...; then resume",
        )


def _drop_if_empty(session: Session) -> None:
    schema = literal(OWN_SCHEMA)
    left = session.ask(
        "SELECT to_json((SELECT count(*) FROM pg_namespace n JOIN pg_class c "  # noqa: S608  quoted
        f"ON c.relnamespace = n.oid WHERE n.nspname = {schema}))"
    )
    if not left:
        session.run(f"DROP SCHEMA IF EXISTS {OWN_SCHEMA}")
