"""Where an engine keeps its answers, if it is laid out as most are, and what it has none for."""

from collections.abc import Mapping
from typing import Any

from analyzer.engines.lazy import Room

_ADDRESS, _TABLE, _WORDS = "access.address", "access.version_table", "words"
_ACCESS = {
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
_CATALOG = {
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
    "read_state": _RECOVERY,
    "read_identity": _RECOVERY,
    "read_tables": _RECOVERY,
    "read_sequences": _RECOVERY,
    "read_edges": _RECOVERY,
    "read_foreign_owners": _RECOVERY,
}
_SCRIPTS = {
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
_PARSER = {"parse_sql": "parser", "canonical": "parser"}
_TYPES = dict.fromkeys(
    (
        "spelled",
        "compared",
        "with_options",
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
_PRECONDITIONS = {
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
_FORMS = "dumps.forms"
_EXPORTS = {
    "is_script": _FORMS,
    "read_dump": "dumps.dump_text",
    "packed": _FORMS,
    "packed_folder": _FORMS,
    "packed_archive": _FORMS,
    "text_command": _FORMS,
    "rows_command": _FORMS,
}
_DATABASES = dict.fromkeys(
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
    _RECOVERY,
)
_LOADING = dict.fromkeys(
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
        "count_tables",
    ),
    _RECOVERY,
)
DUMP_QUESTIONS = (
    "frozen_moment",
    "checksum_work",
    "fitted",
    "write_dump",
    "dump_loader",
    "find_tool",
    "newest_tool",
    "demand_tool",
    "checks",
    "with_parts",
    "demand_empty",
    "demand_fitting",
    "missing_extensions",
)
_DUMPS = dict.fromkeys(DUMP_QUESTIONS, "!a backup")
_PARTS: Mapping[str, Mapping[str, str]] = {
    "access": _ACCESS,
    "catalog": _CATALOG,
    "scripts": _SCRIPTS,
    "parser": _PARSER,
    "types": _TYPES,
    "preconditions": _PRECONDITIONS,
    "exports": _EXPORTS,
    "databases": _DATABASES,
    "loading": _LOADING,
    "dumps": _DUMPS,
}


def usual_parts(
    package: str, title: str, changed: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The parts of an engine that has no recovery, no fleets and nothing to rehearse in so far.

    Args:
        package: what its modules' names begin with.
        title: its name in refusals.
        changed: by part, the places of the answers that it keeps elsewhere.
    """
    parts = {
        part: Room(package, {**places, **changed.get(part, {})}, title)
        for part, places in _PARTS.items()
    }
    return {**parts, "scratch": None, "fleets": None}
