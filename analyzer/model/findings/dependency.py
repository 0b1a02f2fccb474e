"""The order that must hold between migrations, and where the versions break it.

Migrations are named by their paths, which are unique where versions may not be.
"""

from collections.abc import Mapping
from enum import StrEnum

from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.schema_state import ReadMigration, UnknownPart
from analyzer.records import Struct


class Tie(StrEnum):
    """Why one migration comes before another."""

    NEEDS = "needs"  # the later one fails without what the earlier one provides
    DESTROYS = "destroys"  # the later one takes away what the earlier one uses
    REUSES = "reuses"  # the later one makes anew what the earlier one took away
    DATA = "data"  # the later one works on rows that the earlier one wrote
    REPLACES = "replaces"  # the later one stands for the earlier one, where nothing ran


class Edge(Struct, frozen=True):
    """``before`` must run before ``after``, because of an object; ``line`` is in ``after``."""

    before: str
    after: str
    because: ObjectRef
    tie: Tie
    line: int


class Violation(Struct, frozen=True):
    """A migration needs something that is not there when its turn comes.

    ``provided_by`` creates it, but later; None where nobody does any more. ``removed_by`` took it
    away before; None where it never was there.
    """

    path: str
    line: int
    needs: ObjectRef
    provided_by: str | None
    removed_by: str | None = None


class Cycle(Struct, frozen=True):
    """Migrations that need each other's objects: no order is right. Each edge leads to the next."""

    edges: tuple[Edge, ...]


class MigrationLine(Struct, frozen=True):
    """A line of a migration."""

    path: str
    line: int


class Missing(Struct, frozen=True):
    """Something that is needed and that no migration creates; ``why`` that may be fine."""

    needs: ObjectRef
    users: tuple[MigrationLine, ...]
    why: str


class Skipped(Struct, frozen=True):
    """A change that its guard leaves out of a new database: ``provided_by`` comes later."""

    path: str
    line: int
    change: ObjectRef
    waits_for: ObjectRef
    provided_by: str


class DependencyGraph(Struct, frozen=True):
    """Migrations in the order of their versions, and what holds between them.

    Edges and violations are in the order of the migration that they lead to. A graph with
    ``opaque`` parts is incomplete: there may be more edges.
    """

    nodes: tuple[ReadMigration, ...]
    edges: tuple[Edge, ...] = ()
    violations: tuple[Violation, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    missing: tuple[Missing, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    opaque: tuple[UnknownPart, ...] = ()

    def by_path(self) -> Mapping[str, ReadMigration]:
        """Index the migrations by their paths."""
        return {node.path: node for node in self.nodes}


class Neighbourhood(Struct, frozen=True):
    """The part of a graph near some migrations.

    ``drags`` are the paths of all migrations that the centre cannot run without, however far they
    are, in the order in which they run. ``beyond`` counts the migrations that are left out.
    """

    graph: DependencyGraph
    centre: tuple[str, ...]
    drags: tuple[str, ...]
    beyond: int
