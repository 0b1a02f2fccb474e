"""``migdoctor backup``."""

from pathlib import Path

import click

from analyzer.cli.checklist import conclude
from analyzer.cli.console import deliver, say
from analyzer.cli.database_options import (
    SCRATCH,
    build_gateway,
    build_scratch,
    database_options,
    version_table_of,
)
from analyzer.cli.progress import Watcher
from analyzer.errors import UsageError
from analyzer.model.recovery.backup import BackupWish, Content, Form

_FORMS = [form.value for form in Form]


@click.command("backup")
@database_options
@click.option("--data-only", is_flag=True, help="Rows only; the schema is kept beside them.")
@click.option("--schema-only", is_flag=True, help="Structure only.")
@click.option("--table", "tables", metavar="[SCHEMA.]NAME", multiple=True,
              help="Only this table's rows, repeatable; the schema is kept beside "
              "them.")  # fmt: skip
@click.option("--form", type=click.Choice(_FORMS), help="pg_dump's format; default: custom.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Dump in parallel, into a directory.")  # fmt: skip
@click.option("--compress", type=click.IntRange(0, 9), default=6, show_default=True,
              help="gzip's level; 0 for none.")  # fmt: skip
@click.option("--no-checksums", is_flag=True, help="Do not count and check the rows.")
@click.option("--verify", is_flag=True,
              help="Restore it into a scratch database and compare every table.")  # fmt: skip
@SCRATCH
@click.option("-o", "--output", metavar="FOLDER", help="The folder to make.")
def command(
    *,
    database_url: str | None,
    exec_prefix: str | None,
    version_table: str | None,
    data_only: bool,
    schema_only: bool,
    tables: tuple[str, ...],
    form: str | None,
    jobs: int,
    compress: int,
    no_checksums: bool,
    verify: bool,
    scratch_url: str | None,
    output: str | None,
) -> int:
    """Take a backup whose manifest says what it must contain, and prove it.

    One snapshot is shared by pg_dump and by the sessions that count the rows and check their
    content. The folder has its name only when it is whole. It is printed on standard output.
    """
    from analyzer.operations.backup.backup import back_up

    wish = BackupWish(
        content=_content(data_only=data_only, schema_only=schema_only, tables=tables),
        form=Form(form or ("directory" if jobs > 1 else "custom")),
        tables=tables,
        compress=compress,
        jobs=jobs,
        checksums=not no_checksums,
    )
    gateway, table = build_gateway(database_url, exec_prefix), version_table_of(version_table)
    folder = back_up(gateway, wish, Path(output) if output else None, Watcher(), table)
    say(_told(folder))
    deliver(f"{folder}\n")
    return _verify(folder, scratch_url, version_table) if verify else 0


def _content(*, data_only: bool, schema_only: bool, tables: tuple[str, ...]) -> Content:
    wanted = [kind for kind, given in ((Content.DATA_ONLY, data_only),
                                       (Content.SCHEMA_ONLY, schema_only),
                                       (Content.TABLES, bool(tables))) if given]  # fmt: skip
    if len(wanted) > 1:
        raise UsageError(
            "--data-only, --schema-only and --table were given together",
            why="a backup is of one of these",
            fix="leave all but one of them out",
        )
    return wanted[0] if wanted else Content.FULL


def _told(folder: Path) -> str:
    from analyzer.model.core.wording import count
    from analyzer.operations.backup.backup_folder import read_manifest

    manifest = read_manifest(folder)
    tables = manifest.state.tables
    rows = sum(table.rows or 0 for table in tables)
    counted = f", {rows:,} rows" if any(table.rows is not None for table in tables) else ""
    return (
        f"{folder}: {manifest.wish.content} backup of {manifest.state.identity.database}, "
        f"{count(len(tables), 'table')}{counted}, {manifest.bytes:,} bytes, "
        f"{manifest.seconds:.1f} s\nRestore it: migdoctor restore {folder} --into-new NAME"
    )


def _verify(folder: Path, scratch_url: str | None, version_table: str | None) -> int:
    from analyzer.operations.backup.scratch_restoration import restore_into_scratch

    restored = restore_into_scratch(
        folder, build_scratch(scratch_url), Watcher(), version_table_of(version_table)
    )
    return conclude(restored, "Restored into a scratch database")
