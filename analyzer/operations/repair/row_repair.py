"""Carrying out a rewrite, forth or back: intent on disk, one transaction, and the truth after."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import assert_never

from analyzer.engines.results import Cut, Ran, Refused, Run
from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError, DatabaseError
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.outcome import BACK, Course, Ending, Outcome, course_of
from analyzer.model.plans.plan import shape_of
from analyzer.model.plans.privileges import Standing
from analyzer.model.plans.repair_journal import Actor, Repair, RepairKind, RepairState, fingerprint
from analyzer.model.plans.repair_journal_document import read_row_steps
from analyzer.operations.repair.journal_writing import write_entry
from analyzer.sources.journal.journal_reading import read_journal

PATIENCE = 60.0  # seconds that a server may take to come back
_PAUSE = 0.25


def now() -> str:
    """The time for the journal: ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def carry_out(
    gateway: Gateway,
    repair: Repair,
    text: str,
    *,
    course: Course,
    who: Actor,
    say: Callable[[str], None],
) -> tuple[Repair, Outcome]:
    """Run a repair's script, forth or back, between two journal entries.

    If the connection is cut, the rows tell what happened: they are all old or all new.

    Raises:
        AnalyzerError: the journal cannot be written or no connection came about; nothing changed.
    """
    begun = write_entry(repair.standing(course.intent, at=now(), who=who))
    try:
        run = gateway.engine.scripts.run_sql(gateway, text, repair=repair.id, account=who.account)
    except AnalyzerError as error:
        write_entry(begun.standing(course.kept, at=now(), who=who, why=error.what))
        raise
    match run:
        case Ran(said):
            return write_entry(begun.standing(course.reached, at=now(), who=who)), Outcome(
                Ending.DONE, said
            )
        case Refused(what, why, fix):
            kept = write_entry(begun.standing(course.kept, at=now(), who=who, why=what))
            return kept, Outcome(Ending.STOPPED, what, why, fix)
        case Cut() as cut:
            return settle(gateway, begun, who=who, because=say_cut(cut, say))
        case _:
            assert_never(run)


def rehearse_commit(run: Run) -> Outcome:
    """Tell how a dry run ended: the file with ROLLBACK in the place of COMMIT."""
    match run:
        case Ran():
            return Outcome(Ending.DRY, "Dry run: it all works. Nothing was changed.")
        case Refused(what, why, fix):
            return Outcome(Ending.STOPPED, what, why, fix)
        case Cut(said):
            return Outcome(
                Ending.STOPPED,
                "the connection was cut during the dry run",
                f"{_first_line(said)}. Nothing was changed: there was no COMMIT",
                "run the same command again",
            )
        case _:
            assert_never(run)


def say_cut(cut: Cut, say: Callable[[str], None]) -> str:
    """Say that a run ended in the middle, and that the rows must tell; return what cut it off."""
    how = "The rows did not stay as they were" if cut.lost else "The connection was cut"
    say(f"{how}. Looking at the rows ...")
    return _first_line(cut.said)


def settle(
    gateway: Gateway, repair: Repair, *, who: Actor, because: str, patience: float = PATIENCE
) -> tuple[Repair, Outcome]:
    """Find out what came of an open repair: the rows are exactly the old ones or the new ones."""
    assert repair.database is not None  # noqa: S101  a rewrite has one
    course = course_of(repair.state)
    found = _look(gateway, repair, repair.database.table, patience)
    ends = (repair.before, repair.after)
    old, new = reversed(ends) if course is BACK else ends
    if found == new:
        why = f"{because}; the rows are exactly the new ones"
        done = write_entry(repair.standing(course.reached, at=now(), who=who, why=why))
        what = "Done in the end: the rows are exactly as planned."
        return done, Outcome(Ending.DONE, what, because, cut=True)
    if found == old:
        why = f"{because}; the rows are exactly the old ones"
        kept = write_entry(repair.standing(course.kept, at=now(), who=who, why=why))
        what = "the connection was cut before the COMMIT: the rows are exactly the old ones"
        return kept, Outcome(
            Ending.STOPPED,
            what,
            f"{because}. Nothing was changed.",
            "run the same command again",
            cut=True,
        )
    return repair, unknown(found, because)


def rows_of(gateway: Gateway, repair: Repair, patience: float) -> str | None:
    """Whose the rows are: DONE the new ones, FAILED the old ones, else their fingerprint.

    Returns: None where the server does not answer.
    """
    assert repair.database is not None  # noqa: S101  a rewrite has one
    found = _look(gateway, repair, repair.database.table, patience)
    return {repair.after: RepairState.DONE, repair.before: RepairState.FAILED}.get(found, found)


def unknown(found: str | None, because: str) -> Outcome:
    """Say that the rows do not tell what came of a repair; None: they could not be read."""
    if found is None:
        return Outcome(
            Ending.UNKNOWN,
            "the connection was cut, and the server does not answer: it is not known whether the "
            "rows were changed",
            because,
            "when the server is back, run `migdoctor undo --list`, which looks at the rows and "
            "says; they are either all old or all new",
            cut=True,
        )
    return Outcome(
        Ending.UNKNOWN,
        "the rows are neither those from before nor those from after this repair",
        f"{because}; somebody else has changed the rows since",
        "run migdoctor diagnose: it shows the rows as they are now",
    )


def _look(gateway: Gateway, repair: Repair, table: TableName, patience: float) -> str | None:
    """Wait until the repair's session is gone, then read the rows; None if neither can be done."""
    end = time.monotonic() + patience
    while True:
        try:
            if not gateway.engine.scripts.is_running(gateway, repair.id):
                shape = shape_of(read_row_steps(repair), repair.version_column)
                return fingerprint(gateway.engine.catalog.read_stored(gateway, table, shape))
        except AnalyzerError:
            pass  # the server restarts, perhaps
        if time.monotonic() > end:
            return None
        time.sleep(_PAUSE)


def settle_open(gateway: Gateway, standing: Standing, who: Actor) -> list[tuple[Repair, Outcome]]:
    """Settle what earlier runs left open on this database; what runs just now is left alone."""
    settled = []
    for repair in read_journal():
        if repair.kind is not RepairKind.REWRITE or not repair.state.is_open:
            continue
        if repair.file_part is not None:
            continue  # its files must follow the rows: see whole_repair
        if repair.database is None or not repair.database.is_same(standing.identity):
            continue
        if not gateway.engine.scripts.is_running(gateway, repair.id):
            because = f"an earlier run was cut off ({repair.changed})"
            settled.append(settle(gateway, repair, who=who, because=because, patience=0))
    return settled


def _first_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[0] if lines else "the server said nothing"


def demand_ran(run: Run) -> str:
    """Insist that a file ran to its end; return its last word.

    Raises:
        DatabaseError: it did not.
    """
    match run:
        case Ran(said):
            return said
        case Refused(what, why, fix):
            raise DatabaseError(what, why=why, fix=fix)
        case Cut(said, lost):
            raise DatabaseError(
                "the rows did not stay" if lost else "the connection was cut",
                why=said.strip(),
                fix="run the same command again",
            )
        case _:
            assert_never(run)
