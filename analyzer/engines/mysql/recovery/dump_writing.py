"""Running mariadb-dump: what of a database's moment goes into which file, and how."""

import gzip
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from analyzer.engines.mysql.recovery.database_state import read_structure
from analyzer.engines.mysql.recovery.moments import HeldMoment, held
from analyzer.engines.ports.dumps import DumpTask
from analyzer.engines.shared.client_runs import Run, running
from analyzer.errors import BackupError, UsageError
from analyzer.model.core.progress import Progress
from analyzer.model.recovery.backup import DUMP, BackupWish, Content, Form
from analyzer.records import replace
from analyzer.sources.files.private_files import open_private

SCHEMA_FILE = "schema.sql.gz"  # what a backup of data alone is restored into
OPTIONS = (
    "--single-transaction",
    "--skip-lock-tables",
    "--no-tablespaces",
    "--hex-blob",
    "--default-character-set=utf8mb4",
    "--skip-dump-date",
    "--verbose",
)
PROGRAMS = ("--routines", "--events", "--triggers")
_OF_CONTENT = {
    Content.FULL: PROGRAMS,
    Content.SCHEMA_ONLY: (*PROGRAMS, "--no-data"),
    Content.DATA_ONLY: ("--no-create-info", "--skip-triggers"),
    Content.TABLES: ("--triggers",),
}
_BEGUN = "Retrieving table structure"  # the first that it says in its transaction
_BEAT = 0.05  # seconds


def fitted(wish: BackupWish) -> BackupWish:
    """The wish as it is carried out: one file of SQL.

    Raises:
        UsageError: it asks for what these programs cannot write.
    """
    if wish.form is Form.DIRECTORY:
        raise UsageError(
            "a dump in directory form, or with --jobs, is not possible on MySQL",
            why="mariadb-dump writes one file, in one transaction",
            fix="leave --jobs and --form out",
        )
    return replace(wish, form=Form.PLAIN)


def write_dump(dump: DumpTask, folder: Path, progress: Progress) -> None:
    """Write the dump, and where it holds rows only, the structure beside it.

    Raises:
        EnvironmentToolError: the program fails.
        BackupError: the structure changed meanwhile, which no transaction keeps out.
    """
    moment, wish = held(dump.moment.snapshot), dump.wish
    tables = [it.name for it in dump.tables] if wish.content is Content.TABLES else []
    with moment.beginning() as go_on:
        words = (*_OF_CONTENT[wish.content], moment.gateway.address.database, *tables)
        _run(dump, words, folder / _file_name(wish), go_on)
    if wish.checksums and not moment.together:
        progress.say("The role may not lock the tables for a moment: the dump itself is counted")
        moment.dumped = folder
    if wish.content is Content.DATA_ONLY:
        words = (*_OF_CONTENT[Content.SCHEMA_ONLY], moment.gateway.address.database)
        _run(dump, words, folder / SCHEMA_FILE)
    progress.advance(sum(it.bytes for it in dump.tables))
    _demand_as_it_was(moment)


def _run(
    dump: DumpTask, words: Sequence[str], path: Path, go_on: Callable[[], None] = lambda: None
) -> None:
    """Run the program; call ``go_on`` as soon as its transaction has begun."""
    gateway, begun = dump.moment.gateway, threading.Event()

    def hear(line: str) -> None:
        if _BEGUN in line:
            begun.set()

    command = [*gateway.prefix, dump.tool.program, *gateway.call.flags, *OPTIONS, *words]
    with (
        open_private(path) as plain,
        _packed(plain, path, dump.wish.compress) as file,
        running(gateway, command, stdout=subprocess.PIPE, on_line=hear) as run,
    ):
        _wait(run, begun)
        go_on()
        for block in run.blocks():
            file.write(block)


@contextmanager
def _packed(file: BinaryIO, path: Path, level: int) -> Iterator[BinaryIO]:
    """The file itself, or what packs into it, by the file's name."""
    if path.suffix != ".gz":
        yield file
        return
    with gzip.GzipFile("", "wb", level, file, 0) as packed:
        yield cast("BinaryIO", packed)


def _wait(run: Run, begun: threading.Event) -> None:
    while run.goes_on and not begun.wait(_BEAT):
        pass


def _file_name(wish: BackupWish) -> str:
    return f"{DUMP}.sql.gz" if wish.compress else f"{DUMP}.sql"


def _demand_as_it_was(moment: HeldMoment) -> None:
    with moment.gateway.session() as session:
        now = read_structure(session)
    if now == moment.state.structure:
        return
    was = {(it.kind, it.name): it.definition for it in moment.state.structure}
    changed = [
        f"{it.kind} {it.name}" for it in now if was.pop((it.kind, it.name), "") != it.definition
    ]
    changed += [f"{kind} {name}" for kind, name in was]
    raise BackupError(
        f"the structure changed while it was dumped: {', '.join(dict.fromkeys(changed))}",
        why="DDL is part of no transaction on MySQL: the dump may hold a table as it was, and "
        "another as it became",
        fix="take it while no migration runs: stop deployments, then run migdoctor backup again",
    )
