"""The ports of a database engine: what the other floors ask of one, whichever it is.

An engine is a frozen bundle of small parts. What it cannot do is absent (None), or a feature that
it does not have; who needs it asks for the feature, never for a name.
"""

from typing import TYPE_CHECKING

from analyzer.errors import EnvironmentToolError, UsageError
from analyzer.records import Struct

if TYPE_CHECKING:  # a hundred questions, which only type checkers need to know
    from analyzer.engines.ports.access import Access
    from analyzer.engines.ports.catalog import CatalogueReader
    from analyzer.engines.ports.databases import Databases
    from analyzer.engines.ports.dumps import Dumps
    from analyzer.engines.ports.exports import Exports
    from analyzer.engines.ports.fleets import Fleets
    from analyzer.engines.ports.loading import Loading
    from analyzer.engines.ports.parser import Parser
    from analyzer.engines.ports.preconditions import EnginePreconditions
    from analyzer.engines.ports.scratch import Scratch
    from analyzer.engines.ports.scripts import Scripts
    from analyzer.engines.ports.types import Types


class Features(Struct, frozen=True):
    """What an engine can do, for whoever would else ask for its name.

    ``transactional_ddl``: what changes the schema is taken back with its transaction;
    ``errors_end_transaction``: after an error nothing more is done in it, though it be caught;
    ``row_changes``: we can change its version tables, and take that back;
    ``recovery``: we can rebuild its databases, with their rows;
    ``drop_cascades``: CASCADE drops what refers to a table, rather than to mean nothing;
    ``index_names_shared``: no two tables have indexes of one name;
    ``comments``: tables and columns keep a comment;
    ``alters_in_place``: a table is altered where it is, rather than made anew with its rows;
    ``drop_spares_rows``: as a table is dropped, no foreign key acts on the rows of another;
    ``index_ends_with_column``: an index over several columns goes with each of them;
    ``named_foreign_keys``: a foreign key keeps the name that it was given;
    ``late_validation``: a key can be added before the rows are looked at;
    ``table_case``, ``column_case``: names of tables, and of columns and indexes, that differ
    only in case are two, on a usual server;
    ``index_lengths``: an index may be over the beginning of a column's values;
    ``index_order``: what an index descends by is kept, whatever the server's release;
    ``notes_anchored``: how many notes of what ran there are is kept outside of them as they are
    written, and not afterwards;
    ``types_of_things``: it has types for addresses, UUIDs and spans of time;
    ``operator_classes``: an index says by which operators its values are compared;
    ``longest_name``: the bytes that a name of a table or an index may have, None for any number;
    ``index_kinds``: the kinds of index that are one and the same, as all are made as the usual one.
    """

    transactional_ddl: bool
    schemas: bool
    advisory_locks: bool
    rename_database: bool
    exported_snapshots: bool
    errors_end_transaction: bool
    row_changes: bool = True
    recovery: bool = True
    drop_cascades: bool = True
    index_names_shared: bool = True
    comments: bool = True
    alters_in_place: bool = True
    drop_spares_rows: bool = True
    index_ends_with_column: bool = True
    named_foreign_keys: bool = True
    late_validation: bool = True
    table_case: bool = True
    column_case: bool = True
    index_lengths: bool = False
    index_order: bool = True
    notes_anchored: bool = True
    types_of_things: bool = True
    operator_classes: bool = True
    longest_name: int | None = 63
    index_kinds: frozenset[str] = frozenset({"btree"})


_LACKS = {
    "transactional_ddl": "a change of its schema is not taken back with a transaction",
    "schemas": "its databases have no schemas",
    "advisory_locks": "its sessions have no locks of a name of their own",
    "rename_database": "its databases cannot be renamed",
    "exported_snapshots": "its sessions cannot share a snapshot",
    "errors_end_transaction": "a transaction goes on after an error",
    "row_changes": "migdoctor cannot change its version tables yet",
    "drop_cascades": "CASCADE means nothing there",
    "comments": "nothing of it has a comment",
    "alters_in_place": "a table is rebuilt to be altered",
    "drop_spares_rows": "a table's rows are deleted before it is dropped, and foreign keys act",
    "index_ends_with_column": "an index goes on without a column that is dropped",
    "named_foreign_keys": "a foreign key has no name that stays",
    "late_validation": "a key is checked as it is added",
    "table_case": "names of tables that differ only in case are one",
    "column_case": "names of columns that differ only in case are one",
    "index_order": "it does not say by what an index descends",
    "index_names_shared": "each table has its own names of indexes",
    "notes_anchored": "a table is given its comment in a transaction of its own",
    "types_of_things": "it has no types of their own for addresses, UUIDs and spans of time",
    "operator_classes": "an index does not say by which operators its values are compared",
    "recovery": "migdoctor cannot rebuild a database yet",
}
"""Why something cannot be done without a feature."""
_BESIDE = (
    "restore a backup into a database beside it: migdoctor restore FOLDER --into-new NAME; migrate "
    "that one, look at it, and point the application at it"
)
_BY_HAND = {"rename_database": _BESIDE, "recovery": _BESIDE}
"""How it is done by hand, where there is a way."""


class Programs(Struct, frozen=True):
    """The names of an engine's client programs."""

    dump: str
    restore: str
    client: str


class Examples(Struct, frozen=True):
    """What messages show: the address of a server, how a session is ended, who makes an index.

    ``login_variable`` is the one in which the engine's own client looks for a password.
    """

    server: str
    end_session: str
    indexes_in_work: str
    login_variable: str
    drop_database: str = "DROP DATABASE {name}"


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
    types: "Types"
    preconditions: "EnginePreconditions"
    exports: "Exports"
    databases: "Databases"
    loading: "Loading"
    dumps: "Dumps"
    scratch: "Scratch | None"
    fleets: "Fleets | None" = None

    def demand(self, feature: str, task: str) -> None:
        """Make sure of a feature, by its name among `Features`.

        Args: task: what needs it, in words.

        Raises:
            EnvironmentToolError: the engine does not have it.
        """
        if not getattr(self.features, feature):
            raise EnvironmentToolError(
                f"{task} is not possible on {self.title}",
                why=_LACKS[feature],
                fix=_BY_HAND.get(
                    feature, "carry it out by hand, and on a copy of the database first"
                ),
            )

    def why_without(self, feature: str) -> str | None:
        """Why something that needs a feature cannot be done; None where the engine has it."""
        return None if getattr(self.features, feature) else f"on {self.title} {_LACKS[feature]}"

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
