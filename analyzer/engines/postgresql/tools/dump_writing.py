"""Running pg_dump: what of a database's moment goes into which file, and how."""

from collections.abc import Sequence
from pathlib import Path

from analyzer.engines.ports.dumps import DumpTask, Moment
from analyzer.engines.postgresql.catalog import state_queries as q
from analyzer.engines.postgresql.tools.dump_watch import DumpWatch, watched
from analyzer.engines.postgresql.words import identifier
from analyzer.engines.shared.client_runs import running
from analyzer.model.core.progress import Progress
from analyzer.model.recovery.backup import DUMP, SCHEMA, BackupWish, Content, Form
from analyzer.model.schema.database_state import TableState
from analyzer.sources.files.private_files import open_private


def fitted(wish: BackupWish) -> BackupWish:
    """The wish as it is: pg_dump writes all forms."""
    return wish


def write_dump(dump: DumpTask, folder: Path, progress: Progress) -> None:
    """Write the dump, and where it holds rows only, the structure beside it.

    Raises:
        EnvironmentToolError: pg_dump fails.
    """
    moment, wish = dump.moment, dump.wish
    watch = DumpWatch(dump.tables, moment.partitions, progress)
    with watched(moment.gateway, moment.state.identity.major, watch):
        _run(dump, _options(moment, wish, dump.tables), folder / _file_name(wish), watch)
    watch.finish()
    if wish.content in (Content.DATA_ONLY, Content.TABLES):
        schema = BackupWish(Content.SCHEMA_ONLY)
        _run(dump, _options(moment, schema, ()), folder / SCHEMA, None)


def _options(moment: Moment, wish: BackupWish, tables: Sequence[TableState]) -> list[str]:
    """Write pg_dump's options, but those that say where it writes."""
    options = ["--no-password", f"--snapshot={moment.snapshot}", f"--format={wish.form.value}"]
    options += [f"--compress={wish.compress}"]
    options += [f"--jobs={wish.jobs}"] if wish.form is Form.DIRECTORY else []
    if wish.content is Content.TABLES:
        options += ["--data-only"]
        if moment.state.settings.encoding not in ("UTF8", "SQL_ASCII"):
            options += ["--encoding=UTF8"]  # or the patterns would be read in the database's own
        options += [f"--table={pattern}" for table in tables for pattern in _parts(moment, table)]
    elif wish.content is not Content.FULL:
        options += [f"--{wish.content.value}"]
    return [*options, f"--exclude-schema={q.OWN_SCHEMA}", "--verbose"]


def _parts(moment: Moment, table: TableState) -> list[str]:
    """Name a table and its partitions as patterns that match nothing else."""
    parts = moment.partitions.get(table.label, ((table.schema, table.name),))
    return [identifier(schema, name) for schema, name in parts]


def _run(dump: DumpTask, options: list[str], path: Path, watch: DumpWatch | None) -> None:
    """Run pg_dump; behind a prefix it cannot write here, so its output streams through."""
    gateway, on_line = dump.moment.gateway, watch.hear if watch else None
    if not gateway.prefix:
        command = gateway.call.command(dump.tool.program, [*options, f"--file={path}"])
        with running(gateway, command, on_line=on_line):
            pass
        return
    command = gateway.call.command(dump.tool.program, options)
    with open_private(path) as file, running(gateway, command, stdout=file, on_line=on_line):
        pass


def _file_name(wish: BackupWish) -> str:
    """Name the dump within its folder, by its form."""
    if wish.form is Form.PLAIN:
        return f"{DUMP}.sql.gz" if wish.compress else f"{DUMP}.sql"
    return DUMP if wish.form is Form.DIRECTORY else f"{DUMP}.pgdump"
