"""The ports of a database engine: what the other floors ask of one, whichever it is.

An engine is a frozen bundle of small parts. What it cannot do is absent (None), or a feature that
it does not have; who needs it asks for the feature, never for a name.
"""

from typing import TYPE_CHECKING

from analyzer.errors import EnvironmentToolError, UsageError
from analyzer.records import Struct

if TYPE_CHECKING:  # a hundred questions, which only type checkers need to know
    from analyzer.engines.fleets import Fleets
    from analyzer.engines.ports import Access, CatalogueReader, Parser, Scratch, Scripts
    from analyzer.engines.recovery_ports import Databases, Dumps, Loading


class Features(Struct, frozen=True):
    """What an engine can do, for whoever would else ask for its name."""

    transactional_ddl: bool
    schemas: bool
    advisory_locks: bool
    rename_database: bool
    exported_snapshots: bool


class Programs(Struct, frozen=True):
    """The names of an engine's client programs."""

    dump: str
    restore: str
    client: str


class Examples(Struct, frozen=True):
    """What messages show: the address of a server, and how a session is ended."""

    server: str
    end_session: str


class Engine(Struct, frozen=True):
    """An engine: its name for options and its title for sentences, and its parts.

    ``scratch`` is None where there is no server or file to rehearse in, ``fleets`` where there are
    no fleets.
    """

    name: str
    title: str
    features: Features
    programs: Programs
    examples: Examples
    access: "Access"
    catalog: "CatalogueReader"
    scripts: "Scripts"
    parser: "Parser"
    databases: "Databases"
    loading: "Loading"
    dumps: "Dumps"
    scratch: "Scratch | None"
    fleets: "Fleets | None" = None

    def demand_scratch(self) -> "Scratch":
        """Where to rehearse.

        Raises:
            EnvironmentToolError: this engine has no such place.
        """
        if self.scratch is not None:
            return self.scratch
        raise EnvironmentToolError(
            f"nothing can be rehearsed on {self.title}",
            why="there is no server or file of its kind to do it in",
            fix="carry the repair out on a copy of your own, and look at it there",
        )

    def demand_fleets(self) -> "Fleets":
        """How fleets are read.

        Raises:
            UsageError: this engine has none.
        """
        if self.fleets is not None:
            return self.fleets
        raise UsageError(
            f"migdoctor knows no fleets on {self.title}",
            why="--each-schema and --each-database take what one server holds many of",
            fix="name each database as an environment of its own: --environment NAME=PLACE",
        )
