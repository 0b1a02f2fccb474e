"""What earlier runs did to a fleet: settled where it was cut off, and gone on with."""

import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import count

from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError
from analyzer.model.core.fleet import Fleet, FleetKind
from analyzer.model.plans.repair_journal import (
    Actor,
    FleetPart,
    FleetRepair,
    Repair,
    RepairState,
    TableLocation,
    fleet_repair,
)
from analyzer.operations.repair.journal_writing import has_scripts
from analyzer.operations.repair.row_repair import settle_open
from analyzer.services.dialogue import Dialogue
from analyzer.sources.journal.journal_reading import read_journal

_PATIENCE = 10.0  # seconds for a session whose client is gone
_PAUSE = 0.1


def place_of(gateway: Gateway, kind: FleetKind, database: str) -> Gateway:
    """The way to the database of a tenant."""
    return gateway.at(database) if kind is FleetKind.DATABASE else gateway


def settle_tenants(
    gateway: Gateway, repairs: Iterable[Repair], who: Actor, dialogue: Dialogue
) -> None:
    """Find out what came of tenants whose repair was cut off; one that cannot tell stays open.

    Args: repairs: of the journal; those that are open and of fleets count.
    """
    open_ = [(it, it.fleet) for it in repairs if it.state.is_open and it.fleet is not None]
    databases = {
        it.database.name: (it, place_of(gateway, part.kind, it.database.name))
        for it, part in open_
        if it.database is not None
    }
    for repair, place in databases.values():
        with suppress(AnalyzerError):  # it is out of reach; what it is needed for says so
            _await_end(place, [it for it, _ in open_])
            _settle(place, repair, who, dialogue)


def _settle(gateway: Gateway, repair: Repair, who: Actor, dialogue: Dialogue) -> None:
    if repair.database is None:
        return
    standing = gateway.engine.catalog.read_standing(gateway, repair.database.table)
    for earlier, outcome in settle_open(gateway, standing, who):
        dialogue.tell(f"note: repair {earlier.id} was cut off: {outcome.what}")


def _await_end(gateway: Gateway, repairs: Collection[Repair]) -> None:
    """Give a session whose client is gone the time to end."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if not any(gateway.engine.scripts.is_running(gateway, it.id) for it in repairs):
            return
        time.sleep(_PAUSE)


class Begun(FleetRepair, frozen=True):
    """The repair of a fleet that goes on: its parts so far, none where it is a new one."""

    @property
    def done(self) -> frozenset[str]:
        """The tenants that have been changed."""
        done = (it.fleet for it in self.repairs if it.state is RepairState.DONE)
        return frozenset(part.member for part in done if part is not None)

    def numbers(self) -> Iterator[str]:
        """Names for further parts; a run that was killed may have left scripts under one."""
        names = (f"{self.id}.{number:05}" for number in count(len(self.repairs) + 1))
        return (name for name in names if not has_scripts(name))


def find_begun(fleet: Fleet, identity: TableLocation, wanted: Collection[str], new: str) -> Begun:
    """The last repair of this fleet, if it was cut off; else a new one.

    It goes on as long as it has not changed all tenants that it was about, none of them was taken
    back, and none that it changed is to be changed again.

    Args:
        identity: the database, or one of them.
        wanted: the tenants that are to be changed now.
        new: the name for a new one.
    """
    of_fleet = [it for it in read_journal() if _is_of(it, fleet, identity)]
    parts = [it.fleet for it in of_fleet if it.fleet is not None]
    if not parts:
        return Begun(new, ())
    last: FleetPart = parts[-1]
    begun = Begun(last.id, fleet_repair(of_fleet, last.id).repairs)
    undone = any(it.state in (RepairState.UNDONE, RepairState.UNDOING) for it in begun.repairs)
    if undone or len(begun.done) >= last.tenants or begun.done.intersection(wanted):
        return Begun(new, ())
    return begun


def unfinished_elsewhere(fleet: Fleet, identity: TableLocation) -> Iterator[str]:
    """Say which repairs of the same pattern have not been finished in another database.

    The configuration may have been changed since; then nobody goes on with them unasked.
    """
    latest: dict[tuple[str, str], list[Repair]] = {}
    for it in read_journal():
        part = it.fleet
        if part is not None and (part.kind, part.pattern) == (fleet.kind, fleet.pattern):
            there = it.database
            if there is not None and not _is_of(it, fleet, identity):
                latest.setdefault((part.id, there.server), []).append(it)
    for (whole, _), repairs in latest.items():
        last, there = repairs[-1].fleet, repairs[-1].database
        done = sum(it.state is RepairState.DONE for it in repairs)
        undone = any(it.state in (RepairState.UNDONE, RepairState.UNDOING) for it in repairs)
        if last is not None and there is not None and not undone and done < last.tenants:
            name = f"database {there.name} at {there.server}"
            where = there.server if fleet.kind is FleetKind.DATABASE else name
            yield (
                f"note: repair {whole} of the same pattern is not finished: it changed {done} of "
                f"{last.tenants} in {where}, which is not the database that is changed now."
            )


def _is_of(repair: Repair, fleet: Fleet, identity: TableLocation) -> bool:
    part, there = repair.fleet, repair.database
    if part is None or there is None or (part.kind, part.pattern) != (fleet.kind, fleet.pattern):
        return False
    if fleet.kind is FleetKind.DATABASE:
        return (there.system, there.server) == (identity.system, identity.server)
    return there.is_same(identity)
