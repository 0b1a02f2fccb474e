"""Rehearsing on MySQL: a copy in an empty database that the user names. No server comes along."""

import gzip
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.recovery.dump_loading import load_script
from analyzer.engines.mysql.recovery.dump_writing import OPTIONS, PROGRAMS
from analyzer.engines.mysql.recovery.programs import demand_tool
from analyzer.engines.mysql.recovery.server_checks import demand_empty as demand_nothing_in
from analyzer.engines.mysql.words import identifier
from analyzer.engines.shared.client_runs import running
from analyzer.errors import DatabaseError, EnvironmentToolError, RefusedError, RowsError
from analyzer.frameworks.registry import METADATA
from analyzer.model.core.progress import Silent
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.rehearsal import Copied
from analyzer.sources.files.private_files import open_private


def scratch_server(folder: Path) -> NoReturn:
    """There is none of ours.

    Raises:
        EnvironmentToolError: always.
    """
    del folder
    raise EnvironmentToolError(
        "migdoctor has no embedded MySQL server",
        why="a trial needs a database that may be changed freely",
        fix="name an empty one, on the server or another: --scratch-url mysql2://user@host/scratch",
    )


def can_come_along() -> bool:
    """No package brings one."""
    return False


def is_installed() -> bool:
    """No server comes along."""
    return False


def server_title(gateway: MysqlGateway) -> str:
    """The engine and the server's version, in words."""
    with gateway.reading() as session:
        (said,) = session.column("SELECT version() AS it")
    title = "MariaDB" if "MariaDB" in str(said) else "MySQL"
    return f"{title} {str(said).partition('-')[0]}"


def demand_empty(scratch: MysqlGateway) -> None:
    """Make sure that nothing can be overwritten.

    Raises:
        DatabaseError: the scratch database holds something already.
    """
    try:
        with scratch.session() as session:
            demand_nothing_in(session)
    except RefusedError as error:
        raise DatabaseError(
            "the scratch database is not empty",
            why=error.args[0],
            fix="make an empty one with CREATE DATABASE and name it: --scratch-url URL",
        ) from None


_CONTENTS = """
SELECT concat_ws(' ', if(table_type = 'VIEW', 'VIEW', 'TABLE'), table_name) AS word,
  if(table_type = 'VIEW', 'VIEW', 'TABLE') AS kind, table_name AS name
FROM information_schema.tables WHERE table_schema = DATABASE()
UNION ALL SELECT concat_ws(' ', routine_type, routine_name), routine_type, routine_name
FROM information_schema.routines WHERE routine_schema = DATABASE()
UNION ALL SELECT concat_ws(' ', 'EVENT', event_name), 'EVENT', event_name
FROM information_schema.events WHERE event_schema = DATABASE()
"""


def contents(scratch: MysqlGateway) -> Mapping[str, str]:
    """By a key of its own, the statement that drops each object."""
    found = {"": "SET foreign_key_checks = 0"}
    with scratch.session() as session:
        for row in session.rows(_CONTENTS):
            name = identifier(str(row["name"]))
            found[str(row["word"])] = f"DROP {row['kind']} IF EXISTS {name}"
    return found


def copy_live(
    source: MysqlGateway,
    table: TableName,
    scratch: MysqlGateway,
    folder: Path,
    *,
    with_data: bool,
) -> Copied:
    """Copy a live database; it is only read, in the dump's own transaction.

    Raises:
        DatabaseError, EnvironmentToolError: it cannot be dumped, or the copy not be loaded.
    """
    dumper = demand_tool(source, "mariadb-dump", 0)
    with source.session() as session:
        kept = [it for it in (table.name, METADATA) if _is_there(session, it)]
    parts = [([*PROGRAMS], [])] if with_data else [([*PROGRAMS, "--no-data"], []), (_ROWS, kept)]
    for number, (options, tables) in enumerate(parts):
        script = folder / f"copy{number}.sql"
        words = (*source.call.flags, *OPTIONS, *options, source.address.database, *tables)
        command = [*source.prefix, dumper.program, *words]
        with (
            open_private(script) as file,
            running(source, command, stdout=subprocess.PIPE) as run,
        ):
            for block in run.blocks():
                file.write(block)
        load_script(scratch, script, Silent(), owners=False)
    theirs, ours = server_title(source), server_title(scratch)
    told = f"the scratch server is {ours}, the database's own is {theirs}"
    return Copied((), (f"{told}: what differs was not rehearsed",) if theirs != ours else ())


_ROWS = ["--no-create-info", "--skip-triggers"]


def _is_there(session: MysqlSession, name: str) -> bool:
    from analyzer.engines.mysql.access.version_table import columns_of

    return columns_of(session, TableName(name)) is not None


def copy_dump(dump: Path, scratch: MysqlGateway, folder: Path) -> Copied:
    """Load a dump: SQL, gzip or not.

    Raises:
        RowsError: the file cannot be read.
        DatabaseError, EnvironmentToolError: it cannot be loaded.
    """
    del folder
    try:
        load_script(scratch, dump, Silent(), owners=False)
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise RowsError(f"cannot read {dump}", why=str(error), fix="check --dump") from None
    note = f"the copy comes from {dump}, and is as old as that; the scratch server is"
    return Copied((), (f"{note} {server_title(scratch)}",))


def fence(url: str) -> None:
    """There is none: no variable makes every client of this engine read only."""
