"""SQLite, as the other floors meet it."""

from typing import TYPE_CHECKING, cast

from analyzer.engines.base import Engine, Examples, Features, Programs
from analyzer.engines.lazy import Room

if TYPE_CHECKING:
    from analyzer.engines.ports.access import Access
    from analyzer.engines.ports.catalog import CatalogueReader
    from analyzer.engines.ports.databases import Databases
    from analyzer.engines.ports.dumps import Dumps
    from analyzer.engines.ports.exports import Exports
    from analyzer.engines.ports.loading import Loading
    from analyzer.engines.ports.parser import Parser
    from analyzer.engines.ports.preconditions import EnginePreconditions
    from analyzer.engines.ports.scratch import Scratch
    from analyzer.engines.ports.scripts import Scripts
    from analyzer.engines.ports.types import Types

_HERE = "analyzer.engines.sqlite"
_TITLE = "SQLite"
_ADDRESS, _TABLE, _WORDS = "access.address", "access.version_table", "words"
ACCESS = {
    "open_gateway": "access.gateway",
    "load_driver": "access.gateway",
    "client_reads": _ADDRESS,
    "client_address": _ADDRESS,
    "public_address": _ADDRESS,
    "beyond_a_place": _ADDRESS,
    "has_password": _ADDRESS,
    "statement_command": _ADDRESS,
    "file_command": _ADDRESS,
    "is_address": _ADDRESS,
    "depends_on_root": _ADDRESS,
    "from_root": _ADDRESS,
    "naming_variable": _ADDRESS,
}
_RECOVERY = "!a recovery"
_STATE = "catalog.database_state"
CATALOG = {
    "read_version_table": _TABLE,
    "read_live_database": _TABLE,
    "read_live_schema": "catalog.live_schema",
    "read_measure": "catalog.measure",
    "read_stored": "catalog.measure",
    "read_volume": "catalog.measure",
    "read_standing": "catalog.measure",
    "read_noted": _TABLE,
    "demand_privileges": "catalog.measure",
    "is_same_database": "catalog.measure",
    "read_state": _STATE,
    "read_identity": _STATE,
    "read_tables": _STATE,
    "read_sequences": _STATE,
    "read_edges": _STATE,
    "read_foreign_owners": _STATE,
}
SCRIPTS = {
    "identifier": _WORDS,
    "literal": _WORDS,
    "shown_identifier": _WORDS,
    "shown_literal": _WORDS,
    "render_rewrite": "scripts.rewrite_sql",
    "render_recorded": "!a script for databases that are not here",
    "render_notes": "!keeping notes beside the version table",
    "with_patch": "scripts.sql_run",
    "is_time": "scripts.sql_file",
    "with_lock_timeout": "scripts.sql_file",
    "without_commit": "scripts.sql_file",
    "run_sql": "scripts.sql_run",
    "is_running": "scripts.sql_run",
    "set_sequence": _RECOVERY,
    "render_shell": _RECOVERY,
    "render_markdown": _RECOVERY,
}
PARSER = {"parse_sql": "parser", "canonical": "parser"}
TYPES = dict.fromkeys(
    (
        "spelled",
        "compared",
        "is_built_in",
        "extension_of",
        "functions_brought",
        "is_counter",
        "converts",
        "keeps_default",
        "comparable",
        "narrower",
        "coarser",
        "longest_name",
        "plain_extension",
        "is_everywhere",
        "is_system",
    ),
    "types.type_names",
)
_PROBES = "preconditions.probe_queries"
PRECONDITIONS = {
    "refusal": "preconditions.error_messages",
    "error": "preconditions.error_messages",
    "any_row": _PROBES,
    "any_null": _PROBES,
    "doubles": _PROBES,
    "pointing_nowhere": _PROBES,
    "breaking": _PROBES,
    "values": _PROBES,
    "quoted": _PROBES,
    "dropped_index": _PROBES,
    "rebuilt_index": _PROBES,
}
_FORMS = "dumps.forms"
EXPORTS = {
    "is_script": _FORMS,
    "read_dump": "dumps.dump_text",
    "packed": _FORMS,
    "packed_folder": _FORMS,
    "packed_archive": _FORMS,
    "text_command": _FORMS,
    "rows_command": _FORMS,
}
DATABASES = {
    **dict.fromkeys(
        (
            "maintenance",
            "database_oid",
            "database_name",
            "data_folder",
            "without_owners",
            "other_sessions",
            "rename_database",
            "create_database",
            "finish_database",
            "create_scratch",
            "create_roles",
            "drop_database",
            "drop_quietly",
            "temporary_name",
            "shortened",
        ),
        "recovery.files",
    ),
    **dict.fromkeys(
        (
            "end_sessions",
            "try_claim",
            "create_statements",
            "finish_statements",
            "recovery_name",
        ),
        _RECOVERY,
    ),
}
LOADING = {
    "count_tables": "recovery.counting",
    **dict.fromkeys(
        (
            "kept_rows",
            "as_table",
            "rows_query",
            "count_part",
            "holds_rows",
            "load_together",
            "put_back",
            "empty_tables",
            "find_misfits",
            "carry_sequences",
            "copy_large_objects",
            "refresh_views",
        ),
        _RECOVERY,
    ),
}
_COPIES = "recovery.copies"
DUMPS = {
    "frozen_moment": "recovery.held_moments",
    "checksum_work": "recovery.counting:Counting",
    "fitted": _COPIES,
    "write_dump": _COPIES,
    "dump_loader": f"{_COPIES}:FileLoader",
    "find_tool": _COPIES,
    "newest_tool": _COPIES,
    "demand_tool": _COPIES,
    "checks": "recovery.file_checks",
    "with_parts": _COPIES,
    "demand_empty": _COPIES,
    "demand_fitting": _COPIES,
    "missing_extensions": _COPIES,
}
SCRATCH = dict.fromkeys(
    (
        "scratch_server",
        "demand_empty",
        "copy_live",
        "copy_dump",
        "server_title",
        "can_come_along",
        "is_installed",
    ),
    "recovery.scratch",
)
ENGINE = Engine(
    name="sqlite",
    title=_TITLE,
    programs=Programs(dump="sqlite3", restore="sqlite3", client="sqlite3"),
    examples=Examples(
        server="sqlite3:db/production.sqlite3",
        end_session="(stop the application)",
        indexes_in_work="(SQLite makes indexes alone)",
        login_variable="",
        drop_database="rm {name}",
    ),
    features=Features(
        transactional_ddl=True,
        schemas=False,
        advisory_locks=False,
        rename_database=True,
        exported_snapshots=False,
        errors_end_transaction=False,
        recovery=False,
        comments=False,
    ),
    access=cast("Access", Room(_HERE, ACCESS, _TITLE)),
    catalog=cast("CatalogueReader", Room(_HERE, CATALOG, _TITLE)),
    scripts=cast("Scripts", Room(_HERE, SCRIPTS, _TITLE)),
    parser=cast("Parser", Room(_HERE, PARSER, _TITLE)),
    types=cast("Types", Room(_HERE, TYPES, _TITLE)),
    preconditions=cast("EnginePreconditions", Room(_HERE, PRECONDITIONS, _TITLE)),
    exports=cast("Exports", Room(_HERE, EXPORTS, _TITLE)),
    databases=cast("Databases", Room(_HERE, DATABASES, _TITLE)),
    loading=cast("Loading", Room(_HERE, LOADING, _TITLE)),
    dumps=cast("Dumps", Room(_HERE, DUMPS, _TITLE)),
    scratch=cast("Scratch", Room(_HERE, SCRATCH, _TITLE)),
    fleets=None,
)
