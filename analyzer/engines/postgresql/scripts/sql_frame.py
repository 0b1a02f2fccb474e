"""What every SQL file of ours shares: its beginning, the migration lock, its guards and its end."""

from typing import TYPE_CHECKING, LiteralString

from analyzer.engines.postgresql.scripts import rewrite_sql_text as sql_text
from analyzer.engines.postgresql.scripts.sql_words import written
from analyzer.model.core.table_row import joint, key_columns
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.model.plans.plan import RowPlan
from analyzer.model.words.text import visible

if TYPE_CHECKING:  # psycopg takes 150 ms to import: only what writes SQL pays for it
    from psycopg import sql


def begin(lock_timeout: str) -> str:
    """Open the transaction, and pin the path; nothing goes on after an error."""
    from psycopg import sql  # see above

    return composed(sql_text.BEGIN, lock_timeout=sql.Literal(lock_timeout))


def migration_lock(lock: MigrationLock) -> str:
    """Take the framework's own migration lock, or stop."""
    return (
        f"\n-- {lock.owned} migration lock, so that no deploy can begin a migration meanwhile.\n"
        f"{''.join(map(_taken, lock.each))}"
    )


def _taken(lock: MigrationLock) -> str:
    from psycopg import sql  # see above

    held = f"a migration is running: {lock.owned} migration lock is held by "
    constant = sql.SQL(" + {}").format(lock.constant) if lock.constant else sql.SQL("")
    before = sql.SQL("{} || ").format(lock.before.encode()) if lock.before else sql.SQL("")
    return block(
        sql_text.ADVISORY_LOCK,
        before=before,
        salt=sql.Literal(lock.salt),
        constant=constant,
        bits=sql.SQL(" & 4294967295" if lock.before else ""),
        held=sql.Literal(held),
    )


def block(template: LiteralString, **parts: "sql.Composable") -> str:
    """An anonymous block; what stands in it is quoted."""
    return anonymous(composed(template, **parts))


def guard(table: TableName) -> str:
    """Refuse what stands between us and the rows: rules, views, foreign tables and the like."""
    from psycopg import sql  # see above

    return block(sql_text.GUARD, table=sql.Literal(visible(str(table))), **_finding(table))


def constraints() -> str:
    """Let deferred constraints and their triggers have their say before the last check."""
    told = "-- What waits for the end of the transaction is to happen before the last check."
    return f"\n{told}\n{anonymous(sql_text.CONSTRAINTS)}"


def look_again(lock_timeout: str, check: str) -> str:
    """Look once more after the COMMIT, then print what ``migdoctor.result`` was set to."""
    from psycopg import sql  # see above

    opened = composed(sql_text.LOOK_AGAIN, lock_timeout=sql.Literal(lock_timeout))
    return "\n".join([opened, check, sql_text.AGREED + sql_text.ANSWER])


def commit() -> str:
    """Write the COMMIT where ``migdoctor.result`` was set before."""
    return sql_text.COMMIT.partition("\n")[2]


def place(table: TableName) -> "dict[str, sql.Composable]":
    """The parts of a block that names the table."""
    return {"table": quoted(table), **_finding(table)}


def _finding(table: TableName) -> "dict[str, sql.Composable]":
    """The parts of a block that looks for the table; the user's path finds it without a schema."""
    from psycopg import sql  # see above

    named = sql.Literal(quoted(table).as_string(None))
    if table.schema is not None:
        return {"named": named, "path": sql.SQL(""), "pin": sql.SQL("")}
    path, pin = sql.SQL(sql_text.USE_PATH + " "), sql.SQL(" " + sql_text.USE_PIN)
    return {"named": named, "path": path, "pin": pin}


def anonymous(body: str) -> str:
    """Make a body an anonymous block, in dollar quotes that it cannot end."""
    tag = "$migdoctor$"
    while tag in body:
        tag = f"{tag[:-1]}_$"
    return f"DO {tag}\n{body}\n{tag};"


def column_of(name: str) -> "sql.Composable":
    """A column's name, quoted where it need be."""
    from psycopg import sql  # see above

    return sql.SQL("version") if name == "version" else sql.Identifier(name)


def version_of(plan: RowPlan) -> "sql.Composable":
    """The column that holds the version, or the text that several columns make up together."""
    from psycopg import sql  # see above

    first, *others = map(column_of, key_columns(plan.version_column))
    if not others:
        return first
    texts: list[sql.Composable]
    texts = [sql.SQL("{}::pg_catalog.text").format(it) for it in (first, *others)]
    dots = joint(plan.version_column) == "."
    glue = sql.SQL("'.'") if dots else sql.SQL("'::'")
    between = sql.SQL(" OPERATOR(pg_catalog.||) ")
    texts = [part for text in texts for part in (glue, text)][1:]
    return sql.SQL("({})").format(between.join(texts))


def row_text(plan: RowPlan) -> "sql.Composable":
    """An expression that gives all of a row in one text, as `TableRow.text` does."""
    from psycopg import sql  # see above

    columns = [version_of(plan), *map(sql.Identifier, plan.shape.columns)]
    texts = [sql.SQL("{}::pg_catalog.text").format(column) for column in columns]
    if len(texts) == 1:
        return texts[0]
    listed = sql.SQL(", ").join(texts)
    return sql.SQL("pg_catalog.json_build_array({})::pg_catalog.text").format(listed)


def quoted(table: TableName) -> "sql.Identifier":
    """A table's name, quoted."""
    from psycopg import sql  # see above

    return sql.Identifier(*filter(None, (table.schema, table.name)))


def composed(template: LiteralString, **parts: "sql.Composable") -> str:
    """Fill a template in, with escapes for what a reader would not see."""
    from psycopg import sql  # see above

    return written(sql.SQL(template).format(**parts))
