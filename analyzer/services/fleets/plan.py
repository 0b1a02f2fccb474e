"""What is to be changed in a fleet: a plan for each group, and a script for each tenant."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, zip_longest

from analyzer.engines.registry import open_gateway
from analyzer.model.core.fleet import FleetKind, FleetMember
from analyzer.model.core.messages import Notes
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.notes.note import MadeNotes
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import DatabaseHome, FilePlan, Provenance, RowPlan
from analyzer.model.plans.repair_journal import TableLocation
from analyzer.model.plans.repair_result import CLEAN, FOUND, RefusedRepair
from analyzer.model.words.wording import count
from analyzer.records import Struct, replace
from analyzer.services.dialogue import Dialogue
from analyzer.services.fleets.earlier import place_of
from analyzer.services.repair.journal_entry import TOOL, new_id
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.rows.rewrite import RowProposal, propose_after
from analyzer.services.repair.rows.row_scripts import notes_about
from analyzer.workflow.fleets.fleet_walk import FleetWalk, GroupWalk
from analyzer.workflow.repair.repairs import provenance

_SHOWN = 3  # names of a group's members


class GroupPlan(Struct, frozen=True):
    """The reviewed plan of a group, as it was made for its first member."""

    walk: GroupWalk
    proposal: RowProposal

    @property
    def kept(self) -> RowPlan:
        """The plan of the rows alone: files are changed once, not once per tenant."""
        return replace(self.proposal.plan, schema=FilePlan((), ()))

    def tenants(self) -> "Iterator[TenantPlan]":
        """What is to be done to each member."""
        return (TenantPlan(member, self) for member in self.walk.group.members)


class TenantPlan(Struct, frozen=True):
    """What is to be done to one tenant, by the plan of its group.

    ``home`` is the only database that its scripts run on; None where they take any, or where the
    plan of the group says it.
    """

    member: FleetMember
    group: GroupPlan
    home: DatabaseHome | None = None

    @property
    def plan(self) -> RowPlan:
        """The plan, for this tenant's table."""
        kept = self.group.kept
        return replace(kept, table=self.member.table, home=self.home or kept.home)

    def at_home(self, identity: TableLocation) -> "TenantPlan":
        """The same, for the database that it was made for and for no other."""
        there, name = identity, self._origin.environment
        return replace(self, home=DatabaseHome(name, there.name, there.oid, there.system))

    def scripts(self, repair: str, options: RewriteOptions) -> tuple[str, str]:
        """Write the SQL, and its way back.

        Args: repair: the name of this tenant's part.
        """
        plan, origin = self.plan, self._origin
        made, unmade = self._notes(plan, repair)

        def written(plan: RowPlan, action: str, notes: MadeNotes | None) -> str:
            audit = AuditNote(repair, action, TOOL) if options.audit else None
            return self.group.walk.done.engine.scripts.render_rewrite(
                plan, origin, lock_timeout=options.lock_timeout, audit=audit, notes=notes
            )

        return written(plan, "rewrite", made), written(plan.inverse(), "undo", unmade)

    def _notes(self, plan: RowPlan, repair: str) -> tuple[MadeNotes | None, MadeNotes | None]:
        """What keeps the tenant's own notes true, forth and back."""
        noted = self.member.noted
        if noted is None or not noted.latest:
            return None, None
        numbering = self.group.walk.done.inference.framework.numbering
        return notes_about(plan, noted.latest, numbering, repair)

    def text(self, options: RewriteOptions) -> str:
        """Write the SQL that is only proposed; the plan of ``undo`` is the way back already."""
        return self.scripts(new_id(self.now), options)[0]

    @property
    def now(self) -> datetime:
        """When the run began."""
        return self.group.walk.done.inference.request.now

    @property
    def _origin(self) -> Provenance:
        origin = provenance(self.group.walk.done)
        return replace(
            origin,
            environment=f"{origin.environment} ({self.member.name})",
            rows_from=f"{self.member.table}, with the same rows as {origin.rows_from}",
        )


class FleetPlan(Struct, frozen=True):
    """The plans of a fleet. ``refused`` are groups for which there is none."""

    walk: FleetWalk
    groups: tuple[GroupPlan, ...]
    refused: tuple[tuple[GroupWalk, RefusedRepair], ...]

    def tenants(self) -> Sequence[TenantPlan]:
        """All tenants that are to be changed; the first ones are of as many groups as there are."""
        by_group = (it.tenants() for it in self.groups)
        return [it for it in chain.from_iterable(zip_longest(*by_group)) if it is not None]

    @property
    def status(self) -> int:
        """The exit status of who only asked for it: whether there is a plan for all."""
        return FOUND if self.refused or self.walk.unread else CLEAN

    def scripts(self, options: RewriteOptions) -> Iterator[tuple[str, str]]:
        """The name of each tenant, and its SQL, which refuses another database than its own.

        Raises, when it is asked for: DatabaseError: a database cannot be asked which one it is.
        """
        known: dict[str, TableLocation] = {}
        for tenant in self.tenants():
            each = self.walk.fleet.kind is FleetKind.DATABASE
            place = tenant.member.name if each else ""
            if place not in known:
                known[place] = self._identity(tenant)
            yield tenant.member.name, tenant.at_home(known[place]).text(options)

    def _identity(self, tenant: TenantPlan) -> TableLocation:
        request = tenant.group.walk.done.inference.request
        gateway = open_gateway(request.database_url, request.exec_prefix)
        there = place_of(gateway, self.walk.fleet.kind, tenant.member.name)
        return there.engine.catalog.read_standing(there, tenant.member.table).identity

    def told(self) -> Iterator[tuple[str, tuple[str, ...], RowPlan, FollowUp | None]]:
        """Of each group its name, its members, its plan, and what edits hide."""
        for group in self.groups:
            walk, proposal = group.walk, group.proposal
            yield walk.name, walk.group.names, proposal.plan, proposal.hidden


def plan_fleet(walk: FleetWalk, options: RewriteOptions, dialogue: Dialogue) -> FleetPlan:
    """Plan each group, and tell what its plan would do.

    Raises:
        AnalyzerError: something cannot be read.
    """
    plans, refused = [], []
    for group in walk.groups:
        dialogue.tell(_headed(walk, group))
        planned = propose_after(group.done, options, dialogue)
        if isinstance(planned, RefusedRepair):
            dialogue.tell(Notes((f"{group.name} is left as it is: {planned.refusal.why}",)))
            refused.append((group, planned))
        elif planned.plan.steps:
            plans.append(GroupPlan(group, planned))
    dialogue.tell(Notes(tuple(_unread(walk))))
    return FleetPlan(walk, tuple(plans), tuple(refused))


def _headed(walk: FleetWalk, group: GroupWalk) -> str:
    names = group.group.names
    shown = ", ".join(names[:_SHOWN]) + ", ..." * (len(names) > _SHOWN)
    return f"\n{group.name}: {count(len(names), walk.fleet.kind.value)} ({shown})"


def _unread(walk: FleetWalk) -> Iterator[str]:
    for member in walk.unread:
        yield f"{member.name} is left as it is: {member.what}. {member.why}"
