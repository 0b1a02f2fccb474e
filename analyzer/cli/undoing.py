"""``undo``: find the repair, make sure that this is what it changed, and run its way back."""

from dataclasses import dataclass
from pathlib import Path

from analyzer.cli.consent import ask, demand_consent_is_possible
from analyzer.cli.console import say
from analyzer.cli.entry import Manner
from analyzer.cli.verdict import conclude
from analyzer.engines.postgresql.access.door import Door, open_door
from analyzer.engines.postgresql.access.privileges import Standing, demand_privileges, read_standing
from analyzer.engines.postgresql.scripts.sql_file import with_lock_timeout, without_commit
from analyzer.engines.postgresql.tools.sql_run import run_sql
from analyzer.errors import (
    AnalyzerError,
    DatabaseError,
    EnvironmentToolError,
    RepositoryError,
    UsageError,
)
from analyzer.model.plans.journal import DatabaseIdentity, FilePart, Repair, RepairKind, RepairState
from analyzer.model.plans.journal_document import read_row_steps
from analyzer.model.plans.outcome import BACK, Ending
from analyzer.operations.repair import file_repair, row_repair, whole_repair
from analyzer.operations.repair.journal import read_script
from analyzer.operations.repair.script_run import locked
from analyzer.report.repair.repair_text import render_way_back
from analyzer.sources.git.git import Repository, open_repository
from analyzer.sources.journal.identity import read_actor, read_identity
from analyzer.sources.journal.journal import journal_path, read_journal

_COMMAND = "undo"


@dataclass(frozen=True, slots=True)
class UndoWish:
    """The options of ``undo``."""

    repo: str | None
    database_url: str | None
    exec_prefix: tuple[str, ...]
    lock_timeout: str
    allow_dirty: bool
    manner: Manner


def find_repair(named: str | None) -> Repair:
    """Find the repair of that name, or the last one that may stand.

    Raises:
        UsageError: there is none.
    """
    repairs = read_journal()
    if named is not None:
        found = [repair for repair in repairs if repair.id == named]
        if found:
            return found[0]
        raise UsageError(
            f"there is no repair {named}",
            why=f"{journal_path()} does not name it",
            fix="see which there are: migdoctor undo --list",
        )
    standing = [repair for repair in repairs if not repair.state.is_gone]
    if not standing:
        raise UsageError(
            "there is nothing to undo",
            why=f"{journal_path()} names no repair that was carried out and not taken back",
            fix="see how each repair stands: migdoctor undo --list",
        )
    return standing[-1]


def list_repairs(wish: UndoWish) -> tuple[Repair, ...]:
    """Read the journal; where a rewrite is open, look first what came of it, if we may."""
    repairs = read_journal()
    for repair in repairs:
        if repair.state.is_open and repair.file_part is not None:
            say(f"note: repair {repair.id}, which changes rows and files, is open: it is running, "
                f"or was cut off; to take it back: migdoctor undo {repair.id}")  # fmt: skip
        elif repair.state.is_open and repair.database is not None:
            try:
                door = open_door(wish.exec_prefix, wish.database_url)
                _settled(door, repair, _demand_same(door, repair))
            except AnalyzerError as error:
                say(f"note: repair {repair.id} is open, and its database was not looked at: "
                    f"{error.what}")  # fmt: skip
    return read_journal()


def take_back(repair: Repair, wish: UndoWish) -> int:
    """Run the way back of a repair; return the exit status.

    Raises:
        AnalyzerError: it cannot be run; nothing was changed.
    """
    if repair.state.is_gone:
        why = "it was taken back already" if repair.state is RepairState.UNDONE else "it failed"
        raise UsageError(
            f"repair {repair.id} is not in force: there is nothing to take back",
            why=f"{why} ({repair.changed})",
            fix="see how each repair stands: migdoctor undo --list",
        )
    if not wish.manner.dry_run:
        demand_consent_is_possible(_COMMAND, yes=wish.manner.yes)
    if repair.kind is RepairKind.RENAME_BACK:
        status, what = _take_back_files(repair, wish), "files"
    elif repair.file_part is not None:
        status, what = _take_back_whole(repair, repair.file_part, wish), "rows and files"
    else:
        status, what = _take_back_rows(repair, wish), "rows"
    if not status and not wish.manner.dry_run:
        say(f"Taken back: the {what} are as before repair {repair.id}.")
    return status


# Rows


def _take_back_rows(repair: Repair, wish: UndoWish) -> int:
    door = open_door(wish.exec_prefix, wish.database_url)
    standing = _demand_same(door, repair)
    repair = _settled(door, repair, standing)
    if repair.state is not RepairState.DONE:
        return 0 if repair.state is RepairState.UNDONE else 1
    demand_privileges(standing, read_row_steps(repair), audit=False)
    who = read_actor(open_repository(wish.repo or repair.repository.path))
    text, dry_text = _way_back(repair, wish)
    _announce(repair)
    if wish.manner.dry_run:
        run = run_sql(door, dry_text, repair=repair.id, account=who.account)
        outcome = row_repair.rehearse_commit(run)
        return conclude("undo --dry-run", outcome, (), repair, wish.manner)  # fmt: skip
    database = standing.identity
    where = f"{database.table} in database {database.name} at {database.server}"
    if not ask(f"Take repair {repair.id} back in {where}?", yes=wish.manner.yes):
        return 1
    repair, outcome = row_repair.carry_out(door, repair, text, course=BACK, who=who, say=say)
    return conclude(_COMMAND, outcome, (), repair, wish.manner)


def _way_back(repair: Repair, wish: UndoWish) -> tuple[str, str]:
    """Read the kept SQL, and the same for a dry run."""
    text = with_lock_timeout(read_script(repair.way_back), wish.lock_timeout)
    try:
        return text, without_commit(text)
    except ValueError:
        raise EnvironmentToolError(
            f"{repair.way_back.path} is no way back of migdoctor's",
            why="it is not one transaction that ends with COMMIT: somebody edited it and the "
            "journal; nothing was changed",
            fix="read it, and run it by hand if it is what you mean",
        ) from None


def _demand_same(door: Door, repair: Repair) -> Standing:
    """Make sure that this is the database that the repair changed."""
    if repair.database is None:
        raise TypeError(repair.id)
    standing = read_standing(door, repair.database.table)
    if not standing.identity.is_same(repair.database):
        raise DatabaseError(
            f"{_named(standing.identity)} is not the database that repair {repair.id} changed",
            why=f"that one was {_named(repair.database)}, with another identifier",
            fix="name that database: --database-url URL",
        )
    return standing


def _named(database: DatabaseIdentity) -> str:
    return f"database {database.name} at {database.server}"


def _settled(door: Door, repair: Repair, standing: Standing) -> Repair:
    """Find out first what came of a repair that was cut off."""
    if not repair.state.is_open:
        return repair
    who = repair.who
    for earlier, outcome in row_repair.settle_open(door, standing, who):
        if earlier.id == repair.id:
            say(f"note: repair {repair.id} was cut off: {outcome.what}")
            if not earlier.state.is_open:
                return earlier
    raise DatabaseError(
        f"repair {repair.id} is open: it is running, or the rows were changed since",
        why="its session is still there, or the rows are neither those of before nor of after",
        fix="wait until it has ended; then run migdoctor diagnose, which says how the rows stand",
    )


# Rows and files


def _take_back_whole(repair: Repair, part: FilePart, wish: UndoWish) -> int:
    door = open_door(wish.exec_prefix, wish.database_url)
    standing = _demand_same(door, repair)
    demand_privileges(standing, read_row_steps(repair), audit=False)
    repository, root = _work_tree_of(repair, wish)
    with locked(root) as lock:
        who = read_actor(repository)
        place = whole_repair.Place(door, root, lock, who, say, wish.allow_dirty)
        if repair.state.is_open:
            repair = _settled_whole(place, repair)
            if repair.state is not RepairState.DONE:
                return 0 if repair.state.is_gone else 1
        _demand_unedited(root, part.paths, part.after, repair, wish)
        text, dry_text = _way_back(repair, wish)
        _announce(repair)
        if wish.manner.dry_run:
            return _rehearse_whole(place, part, dry_text, repair, wish)
        database = standing.identity
        where = f"{database.table} in database {database.name} at {database.server}, and in {root}"
        if not ask(f"Take repair {repair.id} back in {where}?", yes=wish.manner.yes):
            return 1
        repair, outcome = whole_repair.take_back(place, repair, text)
    return conclude(_COMMAND, outcome, (), repair, wish.manner)


def _settled_whole(place: whole_repair.Place, repair: Repair) -> Repair:
    """Find out first what came of a repair that was cut off."""
    if row_repair.is_running(place.door, repair.id):
        raise DatabaseError(
            f"repair {repair.id} is running",
            why="its session is still there",
            fix="wait until it has ended, then run the same command again",
        )
    because = f"an earlier run was cut off ({repair.changed})"
    settled, outcome = whole_repair.settle(place, repair, because=because, patience=0)
    say(f"note: repair {repair.id} was cut off: {outcome.what}")
    if settled.state.is_open:
        raise DatabaseError(outcome.what, why=outcome.why, fix=outcome.fix)
    return settled


def _rehearse_whole(
    place: whole_repair.Place, part: FilePart, text: str, repair: Repair, wish: UndoWish
) -> int:
    run = run_sql(place.door, text, repair=repair.id, account=place.who.account)
    outcome = row_repair.rehearse_commit(run)
    if outcome.ending is Ending.DRY:
        outcome = file_repair.try_script(place.root, place.lock, part.way_back, edited=place.edited)
    return conclude("undo --dry-run", outcome, (), repair, wish.manner)


# Files


def _work_tree_of(repair: Repair, wish: UndoWish) -> tuple[Repository, Path]:
    """The working tree that a repair changed files of.

    Raises:
        RepositoryError: this is another one.
    """
    repository = open_repository(wish.repo or repair.repository.path)
    here = read_identity(repository, ())
    if here.root != repair.repository.root or repository.work_tree is None:
        raise RepositoryError(
            f"{here.path} is not the repository that repair {repair.id} changed",
            why=f"that one was {repair.repository.path}",
            fix="name it: --repo PATH",
        )
    return repository, repository.work_tree


def _take_back_files(repair: Repair, wish: UndoWish) -> int:
    repository, root = _work_tree_of(repair, wish)
    _demand_unedited(root, repair.files, repair.after, repair, wish)
    _announce(repair)
    with locked(root) as lock:
        if wish.manner.dry_run:
            outcome = file_repair.try_script(root, lock, repair.way_back, edited=wish.allow_dirty)
            return conclude("undo --dry-run", outcome, (), repair, wish.manner)  # fmt: skip
        if not ask(f"Take repair {repair.id} back in {root}?", yes=wish.manner.yes):
            return 1
        who = read_actor(repository)
        repair, outcome = file_repair.carry_out(
            root, lock, repair, course=BACK, who=who, edited=wish.allow_dirty
        )
    return conclude(_COMMAND, outcome, (), repair, wish.manner)


def _demand_unedited(
    root: Path, paths: tuple[str, ...], after: str | None, repair: Repair, wish: UndoWish
) -> None:
    if repair.state.is_open or wish.allow_dirty:
        return
    if file_repair.files_print(root, paths) != after:
        raise RepositoryError(
            f"the files are not as repair {repair.id} left them",
            why="one of them was edited, moved or added since",
            fix="see what changed with git status, then pass --allow-dirty if the names may go "
            "back all the same; the script still checks every name",
        )


def _announce(repair: Repair) -> None:
    say(f"{render_way_back(repair)}\nScript:   {repair.way_back.path}\n"
        f"Way back: migdoctor {repair.kind} --apply")  # fmt: skip
