"""Taking the repair of a fleet back: every tenant that it changed, the last one first."""

from collections.abc import Iterator

from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError, DatabaseError, UsageError
from analyzer.model.core.fleet import FleetKind
from analyzer.model.plans.outcome import BACK, Ending, Outcome
from analyzer.model.plans.repair_journal import FleetPart, FleetRepair, Repair, fleet_repair
from analyzer.model.plans.repair_result import DeclinedRepair, FleetResult, TenantEnd
from analyzer.model.words.wording import count
from analyzer.operations.repair.fleet_repair import (
    TenantRepair,
    TenantTrial,
    carry_out_each,
    try_each,
)
from analyzer.services.dialogue import Dialogue
from analyzer.services.fleets.earlier import place_of, settle_tenants
from analyzer.services.fleets.told import Teller
from analyzer.services.repair.options import UndoOptions
from analyzer.services.repair.undo.undo_rows import way_back
from analyzer.sources.git.git import open_repository
from analyzer.sources.journal.identity import read_actor
from analyzer.sources.journal.journal_reading import read_journal

_COMMAND = "undo"


def take_back_fleet(
    whole: FleetRepair, options: UndoOptions, dialogue: Dialogue
) -> FleetResult | DeclinedRepair:
    """Run the ways back of all tenants. One that was changed since is told, and stays as it is.

    Raises:
        AnalyzerError: nothing of it is in force, or it is of another database; nothing was changed.
    """
    if not whole.standing:
        raise UsageError(
            f"repair {whole.id} is not in force: there is nothing to take back",
            why="all of its tenants were taken back already, or were never changed",
            fix="see the state of each repair: migdoctor undo --list",
        )
    if not options.dry_run:
        dialogue.demand_answer(_COMMAND)
    gateway = open_gateway(options.database_url, options.exec_prefix)
    who = read_actor(open_repository(options.repo or whole.standing[0].repository.path))
    _demand_same(gateway, whole.standing)
    settle_tenants(gateway, whole.standing, who, dialogue)
    now = fleet_repair(read_journal(), whole.id)
    standing = [it for it in reversed(now.standing) if not it.state.is_open]
    unknown = tuple(_unknown(it) for it in now.standing if it.state.is_open)
    if not standing:
        return FleetResult(_COMMAND, whole.id, unknown)
    steps = _steps(gateway, standing, options)
    if options.dry_run:
        trials = (TenantTrial(it.gateway, it.member, it.repair.id, it.text) for it in steps)
        tried = tuple(try_each(trials, account=who.account))
        return FleetResult("undo --dry-run", whole.id, (*unknown, *tried))
    if not dialogue.ask(_question(whole, standing)):
        return DeclinedRepair()
    teller = Teller(dialogue, len(standing))
    ends = []
    for end in carry_out_each(steps, course=BACK, who=who, say=dialogue.tell):
        teller.tell(end)
        ends.append(end)
    left = len(standing) - sum(end.is_done for end in ends)
    told = f"Undone: the rows are as before repair {whole.id}."
    return FleetResult(_COMMAND, whole.id, (*unknown, *ends), left, closing=told)


def _part(repair: Repair) -> FleetPart:
    if repair.fleet is None:
        raise TypeError(repair.id)
    return repair.fleet


def _steps(gateway: Gateway, repairs: list[Repair], options: UndoOptions) -> Iterator[TenantRepair]:
    for repair in repairs:
        part, database = _part(repair), repair.database
        text, _ = way_back(repair, gateway.engine, options)
        place = place_of(gateway, part.kind, database.name if database else "")
        yield TenantRepair(place, part.member, repair, text)


def _demand_same(gateway: Gateway, repairs: tuple[Repair, ...]) -> None:
    """Make sure that this is the database whose tenants were changed, or the server.

    Raises:
        DatabaseError: it is another one, or none of the tenants is there.
    """
    last: AnalyzerError | None = None
    for repair in repairs:
        there = repair.database
        if there is None:
            continue
        place = place_of(gateway, _part(repair).kind, there.name)
        try:
            found = gateway.engine.catalog.read_standing(place, there.table).identity
        except AnalyzerError as error:  # a tenant may be gone
            last = error
            continue
        if found.is_same(there):
            return
        raise DatabaseError(
            f"{found.name} at {found.server} is not the database of repair {repair.id}",
            why=f"that one was {there.name} at {there.server}, with another identifier",
            fix="name that database: --database-url URL",
        )
    if last is not None:
        raise last


def _unknown(repair: Repair) -> TenantEnd:
    return TenantEnd(
        _part(repair).member,
        Outcome(
            Ending.UNKNOWN,
            "the rows are neither those from before nor those from after this repair, or its "
            "session is still running",
            f"repair {repair.id} was cut off ({repair.changed}), and somebody else has changed the "
            "rows since",
            "run migdoctor diagnose: it shows the rows as they are now",
        ),
        repair,
    )


def _question(whole: FleetRepair, standing: list[Repair]) -> str:
    first = standing[0]
    part, database = _part(first), first.database
    where = f"database {database.name} at {database.server}" if database else ""
    if part.kind is FleetKind.DATABASE and database is not None:
        where = database.server
    number = count(len(standing), part.kind.value)
    return f"Take repair {whole.id} back in {number} of {where}?"
