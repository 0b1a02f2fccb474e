"""Carrying out the repair of a fleet: tenant by tenant, each as a repair of its own.

Each has its own transaction, under its own locks, between its own two journal entries. Whatever
cuts it off leaves one tenant open at most, and the others are either done or were never begun.
"""

from collections.abc import Callable, Iterable, Iterator

from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError
from analyzer.model.plans.outcome import Course, Ending, Outcome
from analyzer.model.plans.repair_journal import Actor, Repair
from analyzer.model.plans.repair_result import TenantEnd
from analyzer.operations.repair.row_repair import carry_out, rehearse_commit
from analyzer.records import Struct

_OUT_OF_REACH = 3  # tenants one after another: then it is the server


class TenantRepair(Struct, frozen=True):
    """One tenant's part: the way to its database, its journal entry, and the SQL that is run."""

    gateway: Gateway
    member: str
    repair: Repair
    text: str


class TenantTrial(Struct, frozen=True):
    """One tenant's part that is only tried; ``id`` names its session."""

    gateway: Gateway
    member: str
    id: str
    text: str


def carry_out_each(
    tenants: Iterable[TenantRepair], *, course: Course, who: Actor, say: Callable[[str], None]
) -> Iterator[TenantEnd]:
    """Carry out one tenant after another; what one is refused does not stop the others.

    It stops after a tenant whose connection was cut, and where no connection comes about any more.
    """
    missed = 0
    for tenant in tenants:
        try:
            repair, outcome = carry_out(
                tenant.gateway, tenant.repair, tenant.text, course=course, who=who, say=say
            )
        except AnalyzerError as error:
            missed += 1
            yield TenantEnd(tenant.member, stopped(error))
            if missed == _OUT_OF_REACH:
                return
            continue
        missed = 0
        yield TenantEnd(tenant.member, outcome, repair)
        if outcome.cut:
            return


def try_each(tenants: Iterable[TenantTrial], *, account: str) -> Iterator[TenantEnd]:
    """Do all but the last step of each.

    Args: account: who runs it, for the audit table.
    """
    for tenant in tenants:
        scripts = tenant.gateway.engine.scripts
        try:
            text = scripts.without_commit(tenant.text)
            run = scripts.run_sql(tenant.gateway, text, repair=tenant.id, account=account)
        except AnalyzerError as error:
            yield TenantEnd(tenant.member, stopped(error))
        else:
            yield TenantEnd(tenant.member, rehearse_commit(run))


def stopped(error: AnalyzerError) -> Outcome:
    """How it ended for a tenant that was not begun, or whose change came to nothing."""
    return Outcome(Ending.STOPPED, error.what, error.why, error.fix)
