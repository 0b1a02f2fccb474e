"""PostgreSQL, as the other floors meet it."""

from typing import TYPE_CHECKING, cast

from analyzer.engines.base import Engine, Examples, Features, Programs
from analyzer.engines.lazy import Room

if TYPE_CHECKING:
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

_HERE = "analyzer.engines.postgresql"
_ADDRESS = "access.connection"
ACCESS = {
    "open_gateway": "access.gateway",
    "load_driver": "access.driver",
    "client_reads": f"{_ADDRESS}:libpq_reads",
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
CATALOG = {
    "read_version_table": "access.version_table_reading",
    "read_live_database": "access.version_table_reading",
    "read_live_schema": "catalog.live_schema",
    "read_measure": "catalog.measure",
    "read_stored": "catalog.measure",
    "read_volume": "catalog.dump_rate:measure",
    "read_standing": "access.privileges",
    "read_noted": "access.version_table_reading",
    "demand_privileges": "access.privileges",
    "is_same_database": "access.privileges",
    "read_state": "catalog.database_state",
    "read_identity": "catalog.database_state",
    "read_tables": "catalog.database_state",
    "read_sequences": "catalog.database_state",
    "read_edges": "catalog.load_queries",
    "read_foreign_owners": "catalog.load_queries",
}
SCRIPTS = {
    "identifier": "words",
    "literal": "words",
    "shown_identifier": "scripts.sql_words:quoted",
    "shown_literal": "scripts.sql_words:literal",
    "render_rewrite": "scripts.rewrite_sql",
    "render_recorded": "scripts.recorded_sql",
    "render_notes": "notes.note_script",
    "with_patch": "scripts.sql_patch",
    "is_time": "scripts.sql_file",
    "with_lock_timeout": "scripts.sql_file",
    "without_commit": "scripts.sql_file",
    "run_sql": "tools.sql_run",
    "is_running": "tools.sql_run",
    "set_sequence": "scripts.sequence_sql",
    "render_shell": "scripts.runbook",
    "render_markdown": "scripts.runbook",
}
PARSER = {
    "parse_sql": "parser.sql",
    "canonical": "parser.sql_canonical",
}
_NAMES, _CONVERSIONS = "types.type_names", "types.conversions"
TYPES = {
    "spelled": _NAMES,
    "compared": _NAMES,
    "with_options": _NAMES,
    "is_built_in": _NAMES,
    "extension_of": _NAMES,
    "functions_brought": _NAMES,
    "is_counter": _NAMES,
    "converts": _CONVERSIONS,
    "keeps_default": _CONVERSIONS,
    "comparable": _CONVERSIONS,
    "narrower": _CONVERSIONS,
    "coarser": _CONVERSIONS,
    "longest_name": _NAMES,
    "plain_extension": _NAMES,
    "is_everywhere": _NAMES,
    "is_system": _NAMES,
}
_PROBES = "preconditions.probe_queries"
PRECONDITIONS = {
    "refusal": "preconditions.error_messages",
    "error": "preconditions.error_messages",
    "constraint": _PROBES,
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
_FORMS = "dumps.dump_forms"
EXPORTS = {
    "is_script": _FORMS,
    "read_dump": "dumps.sql_dump",
    "packed": _FORMS,
    "packed_folder": _FORMS,
    "packed_archive": _FORMS,
    "text_command": _FORMS,
    "rows_command": _FORMS,
}
DATABASES = dict.fromkeys(
    (
        "maintenance",
        "database_oid",
        "database_name",
        "data_folder",
        "without_owners",
        "other_sessions",
        "end_sessions",
        "try_claim",
        "rename_database",
        "create_database",
        "finish_database",
        "create_statements",
        "finish_statements",
        "create_scratch",
        "create_roles",
        "drop_database",
        "drop_quietly",
        "temporary_name",
        "recovery_name",
        "shortened",
    ),
    "loading.new_database",
)
LOADING = {
    "kept_rows": "loading.kept_rows:LoadedRows",
    "as_table": "loading.table_loading",
    "rows_query": "loading.table_loading",
    "count_part": "loading.table_loading",
    "holds_rows": "loading.table_loading",
    "load_together": "loading.table_loading",
    "put_back": "loading.table_loading",
    "empty_tables": "loading.table_loading",
    "find_misfits": "loading.row_fit",
    "carry_sequences": "loading.sequence_carrying",
    "copy_large_objects": "loading.large_objects",
    "refresh_views": "loading.large_objects",
    "count_tables": "tools.checksums",
}
DUMPS = {
    "frozen_moment": "access.exported_snapshot",
    "checksum_work": "tools.checksums:ChecksumWork",
    "fitted": "tools.dump_writing",
    "write_dump": "tools.dump_writing",
    "dump_loader": "tools.dump_loading:DumpLoader",
    "find_tool": "tools.client_programs",
    "newest_tool": "tools.client_programs",
    "demand_tool": "tools.client_programs",
    "checks": "tools.dump_checks",
    "with_parts": "tools.database_settings",
    "demand_empty": "tools.restore_checks",
    "demand_fitting": "tools.restore_checks",
    "missing_extensions": "tools.restore_checks",
}
SCRATCH = {
    "scratch_server": "scratch.scratch_postgres",
    "demand_empty": "scratch.database_copy",
    "copy_live": "scratch.database_copy",
    "copy_dump": "scratch.database_copy",
    "server_title": "scratch.database_copy",
    "can_come_along": "scratch.scratch_postgres",
    "is_installed": "scratch.scratch_postgres",
}
FLEETS = {"hold_fleet": "fleets.reading", "member_address": "fleets.reading"}
ENGINE = Engine(
    name="postgresql",
    title="PostgreSQL",
    programs=Programs(dump="pg_dump", restore="pg_restore", client="psql"),
    examples=Examples(
        server="postgresql://user@host/postgres",
        end_session="SELECT pg_terminate_backend(process)",
        indexes_in_work="pg_stat_progress_create_index",
        login_variable="PGPASSWORD",
    ),
    features=Features(
        transactional_ddl=True,
        schemas=True,
        advisory_locks=True,
        rename_database=True,
        exported_snapshots=True,
        errors_end_transaction=True,
    ),
    access=cast("Access", Room(_HERE, ACCESS)),
    catalog=cast("CatalogueReader", Room(_HERE, CATALOG)),
    scripts=cast("Scripts", Room(_HERE, SCRIPTS)),
    parser=cast("Parser", Room(_HERE, PARSER)),
    types=cast("Types", Room(_HERE, TYPES)),
    preconditions=cast("EnginePreconditions", Room(_HERE, PRECONDITIONS)),
    exports=cast("Exports", Room(_HERE, EXPORTS)),
    databases=cast("Databases", Room(_HERE, DATABASES)),
    loading=cast("Loading", Room(_HERE, LOADING)),
    dumps=cast("Dumps", Room(_HERE, DUMPS)),
    scratch=cast("Scratch", Room(_HERE, SCRATCH)),
    fleets=cast("Fleets", Room(_HERE, FLEETS)),
)
