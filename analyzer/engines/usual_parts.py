"""Where an engine keeps its answers, if it is laid out as most are, and what it has none for."""

from collections.abc import Mapping
from typing import Any

from analyzer.engines.lazy import Room

_ADDRESS, _TABLE, _WORDS = "access.address", "access.version_table", "words"
# Questions of which an engine answers all in one place.
ADDRESS_QUESTIONS = (
    "client_reads",
    "client_address",
    "public_address",
    "beyond_a_place",
    "has_password",
    "statement_command",
    "file_command",
    "is_address",
    "depends_on_root",
    "from_root",
    "naming_variable",
)
STATE_QUESTIONS = (
    "read_state",
    "read_identity",
    "read_tables",
    "read_sequences",
    "read_edges",
    "read_foreign_owners",
)
_RECOVERY = "!a recovery"
_ACCESS = {
    "open_gateway": "access.gateway",
    "load_driver": "access.gateway",
    **dict.fromkeys(ADDRESS_QUESTIONS, _ADDRESS),
}
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
    **dict.fromkeys(STATE_QUESTIONS, _RECOVERY),
}
_SCRIPTS = {
    "identifier": _WORDS,
    "literal": _WORDS,
    "shown_identifier": _WORDS,
    "shown_literal": _WORDS,
    "render_rewrite": "scripts.rewrite_sql",
    "render_recorded": "!a script for databases that are not here",
    "render_notes": "!keeping notes beside the version table",
    "anchor_notes": "!saying how many notes there are, apart from them",
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
DATABASE_QUESTIONS = (
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
)
LOADING_QUESTIONS = (
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
SCRATCH_QUESTIONS = (
    "scratch_server",
    "demand_empty",
    "contents",
    "copy_live",
    "copy_dump",
    "fence",
    "server_title",
    "can_come_along",
    "is_installed",
)
FLEET_QUESTIONS = ("hold_fleet", "member_address")
_PARTS: Mapping[str, Mapping[str, str]] = {
    "access": _ACCESS,
    "catalog": _CATALOG,
    "scripts": _SCRIPTS,
    "parser": _PARSER,
    "types": _TYPES,
    "preconditions": _PRECONDITIONS,
    "exports": _EXPORTS,
    "databases": dict.fromkeys(DATABASE_QUESTIONS, _RECOVERY),
    "loading": dict.fromkeys(LOADING_QUESTIONS, _RECOVERY),
    "dumps": dict.fromkeys(DUMP_QUESTIONS, "!a backup"),
}


def usual_parts(
    package: str,
    title: str,
    changed: Mapping[str, Mapping[str, str]],
    *,
    scratch: str | None = None,
    fleets: str | None = None,
) -> dict[str, Any]:
    """The parts of an engine that has no recovery so far, but for what it keeps elsewhere.

    Args:
        package: what its modules' names begin with.
        title: its name in refusals.
        changed: by part, the places of the answers that it keeps elsewhere.
        scratch: the module that makes what to rehearse in; None where there is none.
        fleets: the module that reads fleets; None where there are none.
    """
    parts = {
        part: Room(package, {**places, **changed.get(part, {})}, title)
        for part, places in _PARTS.items()
    }
    more = {"scratch": (SCRATCH_QUESTIONS, scratch), "fleets": (FLEET_QUESTIONS, fleets)}
    return {
        **parts,
        **{
            part: Room(package, {**dict.fromkeys(names, place), **changed.get(part, {})}, title)
            if place is not None
            else None
            for part, (names, place) in more.items()
        },
    }
