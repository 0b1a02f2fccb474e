"""Copying tables from one database into another: all or nothing, and verified before it commits.

Tables that refer to each other in a circle are loaded together. In one transaction their foreign
keys are taken off, triggers are silenced, the rows are copied, triggers and keys are put back
(which checks every row), and the content's checksum is compared with the source's.
"""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.engines.postgresql.catalog.database_state import checksum_query, from_clause
from analyzer.engines.postgresql.loading.disabled_triggers import suspended_rules
from analyzer.engines.postgresql.loading.kept_rows import LoadedRows, stored_columns_of
from analyzer.engines.postgresql.words import identifier
from analyzer.engines.sessions import Gateway, Route, Session
from analyzer.errors import DatabaseError
from analyzer.model.core.progress import Progress
from analyzer.model.recovery.recovery import Counted, TablePart
from analyzer.model.schema.database_state import ColumnState, TableState


def as_table(part: TablePart) -> TableState:
    """Name a part as a table, for queries that need no more of it."""
    columns = tuple(ColumnState(name, "", not_null=False, default=None) for name in part.columns)
    return TableState(part.schema, part.name, columns, part.partitioned, part.bytes)


def place_of(part: TablePart) -> str:
    """Name a part in SQL as TRUNCATE and FROM take it."""
    return from_clause(as_table(part))


def rows_query(part: TablePart) -> str:
    """Write the query for a part's rows, in the order of its columns."""
    return f"SELECT {', '.join(map(identifier, part.columns))} FROM {place_of(part)}"  # noqa: S608  quoted


def count_part(session: Session, part: TablePart) -> Counted:
    """Count a table's rows over the columns that are carried over."""
    found = session.ask(checksum_query(as_table(part), part.columns))
    return Counted(found["rows"], found["checksum"])


def holds_rows(session: Session, part: TablePart) -> bool:
    """Whether a table has any row."""
    return bool(session.ask(f"SELECT to_json(EXISTS (SELECT FROM {place_of(part)}))"))  # noqa: S608  quoted


def load_together(
    route: Route, parts: Sequence[TablePart], progress: Progress, kept: LoadedRows | None
) -> dict[str, Counted]:
    """Fill a group of tables in one transaction.

    Args:
        route: from where to where.
        parts: the tables.
        progress: who watches.
        kept: where the rows go first that are there; None where the tables are empty.

    Raises:
        DatabaseError: a row does not fit, or the content is not the same afterwards; nothing of
            the group was changed then.
    """
    with route.source.session() as source, route.target.session() as target:
        source.begin_snapshot()
        target.run("BEGIN")
        with suspended_rules(target, parts):
            for part in parts:
                if kept is not None:
                    kept.put(target, part)
                    target.run(f"TRUNCATE {place_of(part)}")
                _copy(source, target, part, progress)
        counted = {part.label: _compare(source, target, part) for part in parts}
        target.run("COMMIT")
    return counted


def put_back(
    target: Gateway, parts: Sequence[TablePart], kept: LoadedRows, loaded: Mapping[str, Counted]
) -> list[str]:
    """Give tables the rows back that `load_together` kept, all in one transaction.

    Tables of which nothing is kept are left alone. Rows that came or changed since the load are
    put aside too.

    Args:
        target: the database.
        parts: the tables.
        kept: where the rows are kept.
        loaded: what was loaded, by label.

    Returns:
        Where the rows are that were there until now, a table each; empty where they were only
        those that the load brought.

    Raises:
        DatabaseError: the rows do not go back as they were; nothing is changed then.
    """
    with target.session() as session, target.session() as reader:
        former = [part for part in parts if kept.holds(session, part)]
        if not former:
            return []
        session.run("BEGIN")
        with suspended_rules(session, former):
            aside = [
                _exchange(session, reader, part, kept, loaded.get(part.label)) for part in former
            ]
        session.run("COMMIT")
        kept.clear(session)
    return [place for place in aside if place is not None]


def _exchange(
    session: Session, reader: Session, part: TablePart, kept: LoadedRows, loaded: Counted | None
) -> str | None:
    """Replace a table's rows by the kept ones; COPY, unlike INSERT, knows no rewrite rules."""
    columns = stored_columns_of(session, part)
    aside = None
    if set(columns) != set(part.columns) or count_part(session, part) != loaded:
        aside = kept.put(session, part, "since")
    session.run(f"TRUNCATE {place_of(part)}")
    former = kept.table(part, columns)
    query = f"SELECT {', '.join(map(identifier, columns))} FROM {from_clause(former)}"  # noqa: S608  quoted
    with session.user_path():
        session.copy_in(_copied(part, columns), reader.copy_out(query))
    now = session.ask(checksum_query(as_table(part), columns))
    if now != reader.ask(checksum_query(former, columns)):
        raise DatabaseError(
            f"{part.label} does not get its former rows back as they were",
            why="a trigger, a rule or another type changes them on their way; nothing was changed",
            fix=f"they are all in {kept.place(part)}: copy them from there",
        )
    return aside


def empty_tables(target: Gateway, parts: Sequence[TablePart]) -> None:
    """Take all rows out of tables, in one transaction.

    Raises:
        DatabaseError: rows of another table refer to them.
    """
    if not parts:
        return
    with target.session() as session:
        session.run("BEGIN")
        with suspended_rules(session, parts):
            session.run(f"TRUNCATE {', '.join(map(place_of, parts))}")
        session.run("COMMIT")


def _copied(part: TablePart, columns: Sequence[str]) -> str:
    """Name the target of a COPY; a table may have no column at all."""
    listed = f" ({', '.join(map(identifier, columns))})" if columns else ""
    return f"{identifier(part.schema, part.name)}{listed}"


def _copy(source: Session, target: Session, part: TablePart, progress: Progress) -> None:
    try:
        blocks = _watched(source.copy_out(rows_query(part)), part, progress)
        with target.user_path():
            target.copy_in(_copied(part, part.columns), blocks)
    except DatabaseError as error:
        error.add_note(part.label)
        raise


def _watched(blocks: Iterator[bytes], part: TablePart, progress: Progress) -> Iterator[bytes]:
    """Tell how far the copy is; a table's size on disk stands for the bytes to come."""
    done = 0
    for block in blocks:
        yield block
        size = min(len(block), max(part.bytes - done, 0))
        done += size
        progress.advance(size, part.label)
    progress.advance(max(part.bytes - done, 0), part.label)


def _compare(source: Session, target: Session, part: TablePart) -> Counted:
    before, after = count_part(source, part), count_part(target, part)
    if before != after:
        raise DatabaseError(
            f"{part.label} is not the same after it was copied: {after.rows:,} rows of "
            f"{before.rows:,}, or other content",
            why="the new schema stores a value differently than the old one, so nothing of this "
            "table was kept",
            fix=f"compare the column types of {part.label} in both databases; then resume",
        )
    return after
