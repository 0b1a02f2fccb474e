"""A backup of a file: a copy of it, made by SQLite's own backup, and brought back the same way."""

import sqlite3
from contextlib import closing
from pathlib import Path

from analyzer.engines.ports.dumps import DumpTask, Tool
from analyzer.engines.sessions import Gateway, Session
from analyzer.engines.sqlite.access.driver_session import FileSession
from analyzer.engines.sqlite.access.gateway import CATALOGUE
from analyzer.engines.sqlite.recovery.held_moments import held
from analyzer.engines.sqlite.recovery.local_file import demand_file, saved
from analyzer.errors import BackupError, RefusedError, UsageError
from analyzer.model.core.progress import Progress
from analyzer.model.recovery.backup import DUMP, BackupWish, Content, Form
from analyzer.model.recovery.manifest import Manifest
from analyzer.records import replace

_FILE = f"{DUMP}.sqlite3"
_OWN = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT 1"


def fitted(wish: BackupWish) -> BackupWish:
    """The wish, if it is for the whole file: nothing else can be copied of it.

    Raises:
        UsageError: it is for something else.
    """
    given = {
        "--table": wish.content is Content.TABLES,
        "--schema-only or --data-only": wish.content in (Content.SCHEMA_ONLY, Content.DATA_ONLY),
        "--form": wish.form is not Form.CUSTOM,
        "--jobs": wish.jobs > 1,
    }
    for option, is_given in given.items():
        if is_given:
            raise UsageError(
                f"{option} does not go with an SQLite file",
                why="it is copied whole, page by page, as SQLite's own backup does it",
                fix="leave the option out; parts of it come from: sqlite3 DATABASE '.dump TABLE'",
            )
    return replace(wish, compress=0)


def write_dump(dump: DumpTask, folder: Path, progress: Progress) -> None:
    """Copy the file as it is in the moment that is held, and look whether the copy is whole.

    Raises:
        BackupError: it is damaged.
    """
    file = folder / _FILE
    session = held(dump.moment.snapshot)
    session.copy_to(file, _telling(progress, dump.moment.state.bytes))
    with closing(sqlite3.connect(file)) as copy:
        said = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        raise BackupError(
            f"{dump.moment.gateway.place} is damaged: {'; '.join(map(str, said))}",
            why="SQLite finds pages that cannot be, in the file itself or on the disk under it",
            fix=saved(dump.moment.gateway),
        )


class FileLoader:
    """Brings one backup back into one file, all of it or nothing."""

    def __init__(
        self, target: Gateway, folder: Path, manifest: Manifest, major: int, *, owners: bool
    ) -> None:
        del major, owners
        self.target, self.folder, self.manifest = target, folder, manifest

    def load(self, progress: Progress) -> None:
        """Take over all that the backup holds."""
        with self.target.session() as session:
            if not isinstance(session, FileSession):
                raise TypeError(session)
            session.copy_from(self.folder / _FILE, _telling(progress, self.manifest.bytes))


class _Telling:
    """Tells progress in bytes, of what is told in pages that are left."""

    def __init__(self, progress: Progress, size: int) -> None:
        self._progress, self._size, self._told = progress, size, 0

    def __call__(self, left: int, pages: int) -> None:
        done = self._size * (pages - left) // (pages or 1)
        self._progress.advance(done - self._told)
        self._told = done


def _telling(progress: Progress, size: int) -> _Telling:
    return _Telling(progress, size)


def copy_file(source: Gateway, target: Path) -> None:
    """Copy a file, though it is in use, to where none is yet."""
    demand_file(source)
    with source.reading(CATALOGUE) as session:
        if not isinstance(session, FileSession):
            raise TypeError(session)
        session.copy_to(target, lambda _left, _pages: None)


def find_tool(gateway: Gateway, name: str, at_least: int) -> Tool | None:
    """Name the library: no program is needed."""
    del gateway, at_least
    return Tool(name, sqlite3.sqlite_version, int(sqlite3.sqlite_version.partition(".")[0]))


def newest_tool(gateway: Gateway, name: str) -> Tool | None:
    """See `find_tool`."""
    return find_tool(gateway, name, 0)


def demand_tool(gateway: Gateway, name: str, at_least: int) -> Tool:
    """See `find_tool`."""
    del gateway, at_least
    return Tool(name, sqlite3.sqlite_version, int(sqlite3.sqlite_version.partition(".")[0]))


def demand_empty(session: Session) -> None:
    """Make sure that nothing is in a file.

    Raises:
        RefusedError: something is.
    """
    found = [str(row["name"]) for row in session.rows(_OWN)]
    if found:
        raise RefusedError(
            f"{session.place} is not empty: it holds {found[0]}",
            why="a restore never writes over a database",
            fix="restore into a new file: migdoctor restore BACKUP --into-new FILE; then stop the "
            "application, keep the old file under another name, and move the new one there",
        )


def demand_fitting(session: Session, manifest: Manifest, *, owners: bool) -> None:
    """Any SQLite can hold any file."""
    del session, manifest, owners


def missing_extensions(session: Session, manifest: Manifest) -> list[str]:
    """There are none in a file."""
    del session, manifest
    return []


def with_parts(state: dict[str, object]) -> dict[str, object]:
    """What a state says, as it is: there was no other form."""
    return state
