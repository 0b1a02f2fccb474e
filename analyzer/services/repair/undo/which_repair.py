"""Which repair is meant: one journal serves all repositories and databases of an account."""

from collections.abc import Sequence
from pathlib import Path

from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.plans.repair_journal import (
    FleetRepair,
    Repair,
    fleet_repair,
)
from analyzer.model.words.wording import enumerated
from analyzer.services.repair.options import UndoOptions
from analyzer.services.repair.undo.last_there import last_there
from analyzer.sources.git.git import open_repository
from analyzer.sources.journal.journal_reading import is_of, journal_path, read_journal

_WAY_BACK = ".undo.sql"  # how the steps of a repair by script call it
_SHOWN = 4  # repairs of other places in an error
_LIST = "see the state of each repair: migdoctor undo --list"


def find_repair(named: str | None, options: UndoOptions) -> Repair | FleetRepair:
    """Find the repair of that name, or the last one here that may stand; of a fleet the whole.

    Without a name it is one of the repository around the current folder, and of the database that
    was typed, if one was.

    Raises:
        UsageError: there is none.
    """
    repairs = read_journal()
    if named is not None:
        return _named(named, repairs)
    standing = [repair for repair in repairs if not repair.state.is_gone]
    if not standing:
        raise UsageError(
            "there is nothing to undo",
            why=f"{journal_path()} names no repair that was carried out and not taken back",
            fix=f"{_of_scripts()}; {_LIST}",
        )
    ours = _of_this_checkout(standing, options.repo)
    last = last_there(ours, options) if options.is_typed else ours[-1]
    return last if last.fleet is None else fleet_repair(repairs, last.fleet.id)


def changes_rows(repair: Repair | FleetRepair) -> bool:
    """Whether a database has to be named for it to be taken back."""
    return isinstance(repair, FleetRepair) or repair.database is not None


def _named(name: str, repairs: Sequence[Repair]) -> Repair | FleetRepair:
    found = [repair for repair in repairs if repair.id == name]
    if found:
        return found[0]
    whole = fleet_repair(repairs, name)
    if whole.repairs:
        return whole
    raise UsageError(
        f"there is no repair {name}",
        why=f"{journal_path()} does not name it",
        fix="see which there are: migdoctor undo --list",
    )


def _of_this_checkout(standing: Sequence[Repair], repo: str | None) -> list[Repair]:
    """Those that were run in the repository that is named, or around the current folder.

    Who stands in none means the only one in which something was repaired.

    Raises:
        UsageError: there are others only, or several and no current one.
    """
    try:
        path = open_repository(repo).path
    except AnalyzerError:
        paths = {repair.repository.path for repair in standing}
        if repo is not None or len(paths) > 1:
            one = f"to take one of them back, name it: migdoctor undo {standing[-1].id}"
            raise _elsewhere(standing, "the current folder is in no repository", one) from None
        return [*standing]
    here = [repair for repair in standing if is_of(repair, path)]
    if not here:
        why = f"no repair that stands was made in {path}"
        raise _elsewhere(standing, why, _of_scripts())
    return here


def _of_scripts() -> str:
    """How a script is taken back that somebody ran: the journal knows of none."""
    found = sorted(str(path) for path in Path().glob(f"*{_WAY_BACK}"))[:_SHOWN]
    if found:
        return f"what a script changed is taken back by its own: {enumerated(found)} here"
    return (
        "what a script changed is taken back by its own, which migdoctor rewrite --undo -o FILE "
        "wrote before it ran"
    )


def _elsewhere(standing: Sequence[Repair], why: str, way: str) -> UsageError:
    """There is nothing here; what was repaired elsewhere is listed, the newest first.

    Args: way: what may have been meant.
    """
    newest = [*reversed(standing)][:_SHOWN]
    told = "; ".join(f"{it.id}, {it.kind}, in {it.repository.path}" for it in newest)
    more = f"; and {len(standing) - _SHOWN} more" if standing[_SHOWN:] else ""
    return UsageError(
        "there is nothing to undo here",
        why=f"{why}; elsewhere: {told}{more}",
        fix=f"{way}; {_LIST}",
    )
