"""The parts of a fleet's repair: for each tenant where it is, its journal entry, its scripts."""

from collections.abc import Iterable, Iterator, Sequence

from analyzer.engines.sessions import Gateway
from analyzer.errors import AnalyzerError
from analyzer.model.core.fleet import Fleet, FleetKind
from analyzer.model.plans.plan import FilePlan
from analyzer.model.plans.privileges import Standing
from analyzer.model.plans.repair_journal import FleetPart, Repair
from analyzer.model.plans.repair_result import TenantEnd
from analyzer.operations.repair.fleet_repair import TenantRepair, TenantTrial, stopped
from analyzer.operations.repair.journal_writing import store_script
from analyzer.records import replace
from analyzer.services.fleets.earlier import Begun, place_of
from analyzer.services.fleets.plan import TenantPlan
from analyzer.services.repair.options import RewriteOptions
from analyzer.services.repair.rows.execution import PlannedRewrite, rewrite_entry

_MOST_FAILURES = 3  # of one group, before any that went well


class TenantPlaces:
    """Which database each tenant is in, and what the role may do there; asked as seldom as may be.

    The scripts themselves make sure of their table once more, under its lock.
    """

    def __init__(self, gateway: Gateway, kind: FleetKind, *, audit: bool) -> None:
        self._gateway, self._kind, self._audit = gateway, kind, audit
        self._known: dict[str, Standing] = {}
        self._failures: dict[str, list[AnalyzerError]] = {}

    def demand_all(self, tenants: Iterable[TenantPlan]) -> Sequence[TenantEnd]:
        """Make sure that the plans can be carried out, before anything is.

        Returns: the tenants of which that cannot be, as a privilege is missing, or a table cannot
            be changed; the others can go on.

        Raises:
            AnalyzerError: it is so of all of them.
        """
        ends, last, well = [], None, False
        for tenant in tenants:
            try:
                self.standing(tenant)
                well = True
            except AnalyzerError as error:
                last = error
                ends.append(TenantEnd(tenant.member.name, stopped(error)))
        if last is not None and not well:
            raise last
        return ends

    def standing(self, tenant: TenantPlan) -> Standing:
        """What may be done to a tenant's table. A schema's database is asked once for each group.

        Raises:
            DatabaseError: a privilege is missing, or the table cannot be changed; what is so of
                some tenants of a group is taken to be so of the rest.
        """
        each = self._kind is FleetKind.DATABASE
        key = tenant.member.name if each else tenant.group.walk.name
        if key not in self._known:
            failures = self._failures.setdefault(key, [])
            if len(failures) == _MOST_FAILURES:
                raise failures[-1]
            try:
                self._known[key] = self._demanded(tenant)
            except AnalyzerError as error:
                failures.append(error)
                raise
        known = self._known[key]
        return replace(known, identity=replace(known.identity, table=tenant.member.table))

    def _demanded(self, tenant: TenantPlan) -> Standing:
        catalog = self._gateway.engine.catalog
        standing = catalog.read_standing(self.gateway(tenant), tenant.member.table)
        catalog.demand_privileges(standing, tenant.plan.steps, audit=self._audit)
        return standing

    def gateway(self, tenant: TenantPlan) -> Gateway:
        """The way to a tenant's database."""
        return place_of(self._gateway, self._kind, tenant.member.name)


class TenantParts:
    """Makes the parts, each when it is its tenant's turn."""

    def __init__(
        self,
        begun: Begun,
        fleet: Fleet,
        places: TenantPlaces,
        options: RewriteOptions,
        tenants: int,
    ) -> None:
        """Take what the parts are made of.

        Args: tenants: how many are still to be changed, or may be: what one run cannot read or
            change, the next one goes on with.
        """
        self.begun = begun
        self._fleet, self._places, self._options = fleet, places, options
        self._tenants = len(begun.done) + tenants
        self._first: dict[str, Repair] = {}  # by group

    def stored(self, tenants: Sequence[TenantPlan]) -> Iterator[TenantRepair]:
        """Keep each tenant's way back, then give it to be carried out.

        Raises:
            EnvironmentToolError: a script cannot be kept.
        """
        for repair, tenant in zip(self.begun.numbers(), tenants, strict=False):
            scripts = self._at_home(tenant).scripts(repair, self._options)
            entry = self._entry(tenant, repair, scripts)
            name, place = tenant.member.name, self._places.gateway(tenant)
            yield TenantRepair(place, name, entry, scripts[0])

    def trials(self, tenants: Sequence[TenantPlan]) -> Iterator[TenantTrial]:
        """Give each tenant's script to be tried."""
        for repair, tenant in zip(self.begun.numbers(), tenants, strict=False):
            text, _ = tenant.scripts(repair, self._options)
            yield TenantTrial(self._places.gateway(tenant), tenant.member.name, repair, text)

    def _at_home(self, tenant: TenantPlan) -> TenantPlan:
        """A tenant's own database is known by its name alone, which another one may have by now."""
        if self._fleet.kind is FleetKind.SCHEMA:
            return tenant
        return tenant.at_home(self._places.standing(tenant).identity)

    def _entry(self, tenant: TenantPlan, repair: str, scripts: tuple[str, str]) -> Repair:
        """The tenant's entry: that of its group's first, about another table."""
        part = FleetPart(
            self.begun.id, self._fleet.kind, self._fleet.pattern, tenant.member.name, self._tenants
        )
        standing, group = self._places.standing(tenant), tenant.group
        first = self._first.get(group.walk.name)
        if first is None:
            planned = PlannedRewrite(
                group.walk.done, tenant.plan, FilePlan((), ()), group.proposal.hidden
            )
            first = rewrite_entry(planned, standing, repair, scripts)
            self._first[group.walk.name] = first
            return replace(first, fleet=part)
        forth, back = scripts
        return replace(
            first,
            id=repair,
            script=store_script(repair, "rewrite.sql", forth),
            way_back=store_script(repair, "undo.sql", back),
            database=standing.identity,
            fleet=part,
        )
