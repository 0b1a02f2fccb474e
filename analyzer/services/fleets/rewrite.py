"""Rows of a whole fleet get the versions of their files: planned by group, done by tenant."""

from collections.abc import Iterable, Iterator, Sequence

from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import UsageError
from analyzer.model.core.fleet import Fleet, FleetKind
from analyzer.model.plans.outcome import FORTH
from analyzer.model.plans.repair_journal import Actor, Repair
from analyzer.model.plans.repair_result import DeclinedRepair, FleetResult, TenantEnd
from analyzer.model.schema.measure import Check
from analyzer.model.words.wording import count
from analyzer.operations.repair.fleet_repair import carry_out_each, try_each
from analyzer.records import Struct
from analyzer.services.dialogue import Dialogue
from analyzer.services.fleets.earlier import (
    Begun,
    find_begun,
    settle_tenants,
    unfinished_elsewhere,
)
from analyzer.services.fleets.parts import TenantParts, TenantPlaces
from analyzer.services.fleets.plan import FleetPlan, TenantPlan, plan_fleet
from analyzer.services.fleets.told import Teller
from analyzer.services.fleets.verify import check_fleet
from analyzer.services.repair.files.interrupted import demand_none_open, tell_open
from analyzer.services.repair.journal_entry import new_id
from analyzer.services.repair.options import LOCK_TIMEOUT, FleetOptions
from analyzer.services.repair.rows.execution import demand_database
from analyzer.sources.git.git import open_repository
from analyzer.sources.journal.identity import read_actor
from analyzer.sources.journal.journal_reading import read_journal
from analyzer.workflow.fleets.fleet_walk import walk_fleet
from analyzer.workflow.next_steps.typed_commands import typed
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.fleets import demand_fleet

_COMMAND = "rewrite --apply"


def propose(request: Request, options: FleetOptions, dialogue: Dialogue) -> FleetPlan:
    """Plan each group, and tell what would be changed; nothing is.

    Raises:
        AnalyzerError: something cannot be read, or an option is none for a fleet.
    """
    _demand_rows_alone(options)
    tell_open(request, dialogue)
    return plan_fleet(walk_fleet(request, demand_fleet(request)), options.rows, dialogue)


def apply(
    request: Request, options: FleetOptions, dialogue: Dialogue
) -> FleetResult | DeclinedRepair:
    """Plan each group, ask once, change tenant after tenant, and verify.

    What an earlier run began is settled first, and gone on with.

    Raises:
        AnalyzerError: it cannot be carried out; nothing was changed.
    """
    _demand_rows_alone(options)
    fleet = demand_fleet(request)
    demand_database(request, options.rows, dialogue)
    demand_none_open(request)
    gateway = open_gateway(request.database_url, request.exec_prefix)
    who = read_actor(open_repository(request.repo))
    settle_tenants(gateway, _of(fleet, read_journal()), who, dialogue)
    plan = plan_fleet(walk_fleet(request, fleet), options.rows, dialogue)
    run = _Run(request, fleet, options, plan, gateway, who)
    return run.end(dialogue)


def _of(fleet: Fleet, journal: Iterable[Repair]) -> Iterator[Repair]:
    for repair in journal:
        part = repair.fleet
        if part is not None and (part.kind, part.pattern) == (fleet.kind, fleet.pattern):
            yield repair


def _demand_rows_alone(options: FleetOptions) -> None:
    """Refuse what is about files: they are changed once, and not for each tenant."""
    given = {
        "--combined": options.rows.combined,
        "--follow-up": options.rows.follow_up is not None,
    }
    for option, is_given in given.items():
        if is_given:
            raise UsageError(
                f"{option} is not available for a fleet",
                why="it changes or writes files, which all tenants share, by the rows of one",
                fix=f"run it for one tenant: migdoctor rewrite {option} "
                "--version-table SCHEMA.NAME",
            )


class _Run(Struct, frozen=True):
    """One run of a fleet's rewrite."""

    request: Request
    fleet: Fleet
    options: FleetOptions
    plan: FleetPlan
    gateway: Gateway
    who: Actor

    def end(self, dialogue: Dialogue) -> FleetResult | DeclinedRepair:
        """Ask, carry out, verify."""
        tenants = self.plan.tenants()
        if not tenants:
            return self._result("", (), 0)
        places = TenantPlaces(self.gateway, self.fleet.kind, audit=self.options.rows.audit)
        hindered = tuple(places.demand_all(tenants))
        named = {it.member for it in hindered}
        tenants = [it for it in tenants if it.member.name not in named]
        wanted = [it.member.name for it in tenants]
        identity = places.standing(tenants[0]).identity
        begun = find_begun(self.fleet, identity, wanted, new_id(self.request.now))
        chosen = self._chosen(tenants, begun)
        left = len(tenants) + len(hindered) + len(self.plan.walk.unread)
        parts = TenantParts(begun, self.fleet, places, self.options.rows, left)
        if self.options.rows.dry_run:
            ends = tuple(try_each(parts.trials(chosen), account=self.who.account))
            ends = (*hindered, *ends)
            return self._result(begun.id, ends, 0, command="rewrite --dry-run")
        for note in () if begun.repairs else unfinished_elsewhere(self.fleet, identity):
            dialogue.tell(note)
        self._tell(begun, chosen, len(tenants), dialogue)
        if chosen and not dialogue.ask(self._question(chosen)):
            return DeclinedRepair()
        return self._carried_out(parts, chosen, len(tenants), hindered, dialogue)

    def _chosen(self, tenants: Sequence[TenantPlan], begun: Begun) -> Sequence[TenantPlan]:
        if self.options.canary is None:
            return tenants
        return tenants[: max(0, self.options.canary - len(begun.done))]

    def _tell(
        self, begun: Begun, chosen: Sequence[TenantPlan], tenants: int, dialogue: Dialogue
    ) -> None:
        kind = self.fleet.kind.value
        if begun.repairs:
            done = f"{count(len(begun.done), kind)} done"
            dialogue.tell(f"\nThis continues repair {begun.id}: {done} done before.")
        only = f", {len(chosen)} of them now" if len(chosen) < tenants else ""
        dialogue.tell(
            f"\n{count(tenants, kind)} to change{only}, each in a transaction of its own.\n"
            f"Way back, for all of them: migdoctor undo {begun.id}"
        )

    def _question(self, chosen: Sequence[TenantPlan]) -> str:
        where = self.gateway.server if self.fleet.kind is FleetKind.DATABASE else self.gateway.place
        return (
            f"Change the version tables of {count(len(chosen), self.fleet.kind.value)} of {where}?"
        )

    def _carried_out(
        self,
        parts: TenantParts,
        chosen: Sequence[TenantPlan],
        tenants: int,
        hindered: Sequence[TenantEnd],
        dialogue: Dialogue,
    ) -> FleetResult:
        teller = Teller(dialogue, len(chosen))
        steps = parts.stored(chosen)
        ends = []
        for end in carry_out_each(steps, course=FORTH, who=self.who, say=dialogue.tell):
            teller.tell(end)
            ends.append(end)
        done = [one for one, end in zip(chosen, ends, strict=False) if end.is_done]
        checks = check_fleet(self.request, self.fleet, done) if done else ()
        left = tenants + len(hindered) - len(done)
        if self.options.canary is not None:  # the others are for later, and so is what hinders them
            for it in hindered:
                dialogue.tell(f"{it.member}: {it.outcome.what}")
            hindered = ()
        every = (*ends, *hindered)
        return self._result(parts.begun.id, every, left, checks=checks)

    def _result(
        self,
        whole: str,
        ends: tuple[TenantEnd, ...],
        left: int,
        *,
        command: str = _COMMAND,
        checks: tuple[Check, ...] = (),
    ) -> FleetResult:
        refused = [
            f"{group.name} ({count(len(group.group.names), self.fleet.kind.value)})"
            for group, _ in self.plan.refused
        ]
        refused += [member.name for member in self.plan.walk.unread]
        return FleetResult(
            command,
            whole,
            ends,
            left,
            tuple(refused),
            checks,
            self._command() if left else "",
            canary=self.options.canary is not None,
        )

    def _command(self) -> str:
        """The command that goes on, with the options that change what is done to a tenant."""
        rows = self.options.rows
        more = ["--audit"] if rows.audit else []
        if rows.lock_timeout != LOCK_TIMEOUT:
            more += ["--lock-timeout", rows.lock_timeout]
        return typed(self.request, "rewrite", "--apply", *more)
