"""The safety checklist before a recovery: each item is looked at, not asked for."""

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from analyzer.analysis.state_comparison import compare_states
from analyzer.analysis.state_pair import Comparison
from analyzer.errors import AnalyzerError, BackupError, EnvironmentToolError, RefusedError
from analyzer.model.backup import Content, Manifest
from analyzer.model.checklist import Checklist, Item, Outcome, failed, passed, unknown
from analyzer.model.database_state import DatabaseState
from analyzer.model.version_table import TableName
from analyzer.operations.backup_folder import SUFFIX, read_manifest
from analyzer.operations.new_database import maintenance, other_sessions
from analyzer.operations.progress import Progress, Silent
from analyzer.operations.restoration import open_backup
from analyzer.operations.scratch_restoration import restore_into_scratch
from analyzer.operations.snapshot import take_snapshot, write_snapshot
from analyzer.operations.tools import find_tool, newest_tool
from analyzer.sources import state_queries as q
from analyzer.sources.database_state import DEFAULT_VERSION_TABLE
from analyzer.sources.session import Gateway
from analyzer.sources.sql_words import identifier

_LOCAL = ("", "localhost", "127.0.0.1", "::1")
_ROOM = 1.2  # a copy of the database, and what the server needs to build its indexes
_MAX_AGE = 24  # hours
_TAKE_ONE = "migdoctor backup --verify"


@dataclass(frozen=True, slots=True)
class PreflightWish:
    """What to check, and with what.

    ``backup`` None takes the newest of ``place``. ``max_age`` is in hours. ``snapshot`` is the file
    to write. ``restoring`` False leaves the trial restore out, which is then unknown.
    """

    place: Path
    backup: Path | None
    max_age: float
    snapshot: Path
    scratch: Gateway | None
    rollback: Path | None
    restoring: bool = True
    version_table: TableName = DEFAULT_VERSION_TABLE


def check_safety(gateway: Gateway, wish: PreflightWish, progress: Progress) -> Checklist:
    """Go through the checklist.

    Raises:
        DatabaseError: the database itself cannot be reached; without it there is nothing to check.
    """
    state = take_snapshot(gateway, progress, wish.version_table)
    checks = _Checks(gateway.at(state.identity.database), wish, state, progress)
    return Checklist(
        title="Before a recovery",
        subject=state.identity.place,
        taken_at=state.taken_at,
        items=tuple(checks.all()),
    )


def check_means(gateway: Gateway, state: DatabaseState, place: Path) -> tuple[Item, ...]:
    """Check only what a recovery itself needs: room, tools, privileges.

    Args:
        gateway: the database.
        state: of it, without counts.
        place: where files will be written.
    """
    wish = PreflightWish(place, None, 0, place, None, None)
    checks = _Checks(gateway, wish, state, Silent())
    return tuple(checks.means())


def check_backup(gateway: Gateway, state: DatabaseState, folder: Path) -> tuple[Item, ...]:
    """Check whether a backup can be relied on: whole, complete, of this database, recent.

    Whether it restores is not tried.
    """
    wish = PreflightWish(folder.parent, folder, _MAX_AGE, folder, None, None, restoring=False)
    checks = _Checks(gateway, wish, state, Silent())
    return tuple(item for item in checks.backup() if item.outcome is not Outcome.UNKNOWN)


class _Checks:
    """The items, in the order of the guide."""

    def __init__(
        self, gateway: Gateway, wish: PreflightWish, state: DatabaseState, progress: Progress
    ) -> None:
        self.gateway, self.wish, self.state, self.progress = gateway, wish, state, progress

    def all(self) -> Iterator[Item]:
        yield from self.backup()
        yield _guarded("state-documented", self._documented)
        yield _guarded("application-stopped", self._stopped)
        yield from self.means()
        yield _guarded("rollback-plan", self._rollback)

    def means(self) -> Iterator[Item]:
        yield _guarded("disk-space", self._disk)
        yield _guarded("pg-dump", self._tool)
        yield _guarded("privileges", self._privileges)

    # the backup

    def backup(self) -> Iterator[Item]:
        try:
            folder = self.wish.backup or _newest(self.wish.place, self.state)
            manifest = open_backup(folder, self.progress) if folder else None
        except (BackupError, RefusedError) as error:
            yield failed("backup", error.args[0], why=error.why, fix=_TAKE_ONE)
            return
        if folder is None or manifest is None:
            yield failed(
                "backup",
                f"no backup of {self.state.identity.database} in {self.wish.place}",
                why="without one, nothing brings the rows back if the recovery fails",
                fix=_TAKE_ONE,
            )
            return
        yield passed("backup", f"{folder}: {manifest.bytes:,} bytes, every file as it was written")
        yield self._complete(manifest)
        yield self._origin(manifest)
        yield self._recent(manifest)
        yield _guarded("backup-restores", lambda: self._restorable(folder, manifest))

    def _complete(self, manifest: Manifest) -> Item:
        if manifest.wish.content is Content.FULL:
            return passed("backup-complete", "it holds structure and rows of every table")
        return failed(
            "backup-complete",
            f"it is a backup of {manifest.wish.content.value} only",
            why="what it leaves out is not saved",
            fix=_TAKE_ONE,
        )

    def _origin(self, manifest: Manifest) -> Item:
        was, now = manifest.state.identity, self.state.identity
        same_place = was.system == now.system or None in (was.system, now.system)
        if same_place and (was.oid == now.oid or was.database == now.database):
            return passed("backup-origin", f"it is of this database, {now.database}")
        return failed(
            "backup-origin",
            f"it is of {was.database} on another server" if not same_place
            else f"it is of {was.database}, not of {now.database}",
            why="restored here it would replace these rows by others",
            fix=_TAKE_ONE,
        )  # fmt: skip

    def _recent(self, manifest: Manifest) -> Item:
        hours = (datetime.now(UTC) - datetime.fromisoformat(manifest.state.taken_at)
                 ).total_seconds() / 3600  # fmt: skip
        versions, now = manifest.state.versions, self.state.versions
        if hours > self.wish.max_age:
            return failed(
                "backup-recent",
                f"it is {hours:.1f} hours old",
                why=f"what was written since is not in it (--max-age is {self.wish.max_age:g})",
                fix=_TAKE_ONE,
            )
        if versions != now:
            return failed(
                "backup-recent",
                "migrations ran since it was taken",
                why="it holds another schema than the database has now",
                fix=_TAKE_ONE,
            )
        return passed("backup-recent", f"it is {hours * 60:.0f} minutes old, with the versions "
                      "of today")  # fmt: skip

    def _restorable(self, folder: Path, manifest: Manifest) -> Item:
        if not self.wish.restoring:
            return unknown(
                "backup-restores",
                "whether it restores was not tried",
                why="--no-restore was given",
                fix="leave --no-restore out",
            )
        try:
            restored = restore_into_scratch(
                folder, self.wish.scratch, self.progress, self.wish.version_table
            )
        except EnvironmentToolError as error:
            return unknown("backup-restores", "whether it restores could not be tried: "
                           f"{error.args[0]}", why=error.why, fix=error.fix)  # fmt: skip
        return self._compared(manifest, restored.state)

    def _compared(self, manifest: Manifest, state: DatabaseState) -> Item:
        data = manifest.wish.content is not Content.SCHEMA_ONLY
        how = Comparison(owners=False, data=data, mended=False, validated=False)
        items = compare_states(manifest.state, state, how)
        broken = [item for item in items if item.outcome is Outcome.FAIL]
        if broken:
            return failed("backup-restores", f"restored, it is not the same: {broken[0].what}",
                          why=broken[0].why, fix=_TAKE_ONE)  # fmt: skip
        return passed("backup-restores", "restored into a scratch database and compared: all "
                      f"{len(manifest.state.tables)} tables are equal")  # fmt: skip

    # everything else

    def _documented(self) -> Item:
        write_snapshot(self.state, self.wish.snapshot)
        rows = sum(table.rows or 0 for table in self.state.tables)
        versions = "no version table" if self.state.versions is None else (
            f"{len(self.state.versions)} versions")  # fmt: skip
        return passed("state-documented", f"{self.wish.snapshot}: {versions}, "
                      f"{len(self.state.tables)} tables, {rows:,} rows")  # fmt: skip

    def _stopped(self) -> Item:
        database = self.state.identity.database
        with maintenance(self.gateway, database) as session:
            others = other_sessions(session, database)
        if not others:
            return passed("application-stopped", "nobody else is connected")
        return failed(
            "application-stopped",
            f"{len(others)} other session{'s' * (len(others) > 1)}: "
            + "; ".join(map(str, others[:5])),
            why="what they write during the recovery is lost, and a rename is refused",
            fix="docker compose stop archive, or what stops your application; "
            "--stop-command runs it",
        )

    def _disk(self) -> Item:
        needed = int(self.state.bytes * _ROOM)
        here = _free_here(self.wish.place)
        there = self._free_there()
        if here < self.state.bytes:
            return failed(
                "disk-space",
                f"{_size(here)} free in {self.wish.place}, the database has "
                f"{_size(self.state.bytes)}",
                why="a backup may not fit",
                fix="make room, or write the backup elsewhere: migdoctor backup -o FOLDER",
            )
        if there is None:
            return unknown(
                "disk-space",
                f"how much room the server's disk has; {_size(needed)} are needed",
                why="the server is not on this machine, or its folder cannot be asked",
                fix="df -h in the server's data folder (psql -c 'SHOW data_directory')",
            )
        if there < needed:
            return failed(
                "disk-space",
                f"{_size(there)} free on the server, {_size(needed)} are needed",
                why="the new database stands beside the old one until the end",
                fix="make room on the server's disk",
            )
        return passed("disk-space", f"{_size(there)} free on the server, {_size(here)} here; "
                      f"{_size(needed)} needed")  # fmt: skip

    def _free_there(self) -> int | None:
        with self.gateway.session() as session:
            place = session.ask("SELECT to_json(current_setting('data_directory', true))")
        if not place:
            return None
        if self.gateway.prefix:
            return _free_through(self.gateway, place)
        host = self.gateway.address.target().server.rpartition(":")[0]
        local = host in _LOCAL or "socket" in self.gateway.address.target().server
        if not local or not Path(place).exists():
            return None
        return _free_here(Path(place))

    def _tool(self) -> Item:
        major = self.state.identity.major
        tool = find_tool(self.gateway, "pg_dump", major)
        if tool is not None:
            return passed("pg-dump", f"pg_dump {tool.version} for server {major}")
        newest = newest_tool(self.gateway, "pg_dump")
        return failed(
            "pg-dump",
            f"pg_dump {newest.version} is older than the server, {major}" if newest
            else "there is no pg_dump",
            why="pg_dump refuses a server that is newer than itself",
            fix=f"apt-get install postgresql-client-{major}, or --exec 'docker compose exec -T db'",
        )  # fmt: skip

    def _privileges(self) -> Item:
        database = self.state.identity.database
        with self.gateway.session() as session:
            (may,) = session.rows(
                "SELECT rolsuper OR rolcreatedb AS creates, rolsuper OR pg_has_role(d.datdba, "
                "'USAGE') AS owns, rolname::text AS name FROM pg_roles, pg_database d "
                "WHERE rolname = current_user AND d.datname = current_database()"
            )
            shut = session.ask(q.UNREADABLE)
        if shut:
            return failed(
                "privileges",
                f"{may['name']} may not read {len(shut)} of the tables: {', '.join(shut[:5])}",
                why="the server refuses them, or row level security hides some of their rows, so "
                "a backup or a copy would lack rows",
                fix="connect as the owner of the tables or as a superuser; for row level "
                f"security: ALTER ROLE {identifier(may['name'])} BYPASSRLS",
            )
        if may["creates"] and may["owns"]:
            return passed("privileges", f"{may['name']} may create and rename databases")
        lacking = "CREATEDB" if not may["creates"] else f"ownership of {database}"
        return failed(
            "privileges",
            f"{may['name']} lacks {lacking}",
            why="a recovery creates a database and renames the old one",
            fix=f"ALTER ROLE {identifier(may['name'])} CREATEDB" if not may["creates"]
            else "connect as the owner of the database",
        )  # fmt: skip

    def _rollback(self) -> Item:
        path, database = self.wish.rollback, self.state.identity.database
        write = "migdoctor recover full --migrate-command '...' --runbook FOLDER writes one"
        if path is None:
            return failed("rollback-plan", "no rollback plan was named", why="in the worst "
                          "minute nobody should have to think of the way back",
                          fix=f"{write}; pass it with --rollback FILE")  # fmt: skip
        text = path.read_text("utf-8", "replace") if path.is_file() else ""
        if database not in text:
            return failed(
                "rollback-plan",
                f"{path} does not name {database}" if text.strip() else f"{path} is not there or "
                "empty",
                why="a plan for another database is no plan",
                fix=write,
            )  # fmt: skip
        return passed("rollback-plan", f"{path} names {database}")


def _guarded(name: str, check: Callable[[], Item]) -> Item:
    """Turn a check that failed to look into an unknown item: the others go on."""
    try:
        return check()
    except AnalyzerError as error:
        return unknown(name, f"could not be checked: {error.args[0]}", why=error.why,
                       fix=error.fix)  # fmt: skip


def _newest(place: Path, state: DatabaseState) -> Path | None:
    """Find the newest backup of a database, whole or not, by its manifest."""
    found = []
    for folder in place.glob(f"*{SUFFIX}"):
        try:
            manifest = read_manifest(folder)
        except (BackupError, RefusedError):
            continue
        if manifest.state.identity.database == state.identity.database:
            found.append((manifest.state.taken_at, folder))
    return max(found)[1] if found else None


def _free_here(place: Path) -> int:
    about = os.statvfs(place)
    return about.f_bavail * about.f_frsize


def _free_through(gateway: Gateway, place: str) -> int | None:
    done = subprocess.run(
        [*gateway.prefix, "df", "-Pk", place],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, timeout=60,
        env=gateway.call.environment(),
    )  # fmt: skip
    lines = done.stdout.splitlines()
    words = lines[-1].split() if len(lines) > 1 else []
    return int(words[3]) * 1024 if len(words) > 3 and words[3].isdigit() else None  # noqa: PLR2004  df's fourth


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1024:  # noqa: PLR2004  the step of the units
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"
