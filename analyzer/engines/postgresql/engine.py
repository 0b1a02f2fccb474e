"""PostgreSQL, as the other floors meet it."""

from analyzer.engines.base import Engine, Examples, Features, Programs
from analyzer.engines.usual_parts import (
    ADDRESS_QUESTIONS,
    DATABASE_QUESTIONS,
    LOADING_QUESTIONS,
    STATE_QUESTIONS,
    usual_parts,
)

_HERE, _TITLE = "analyzer.engines.postgresql", "PostgreSQL"
_ADDRESS, _PRIVILEGES, _ROWS = (
    "access.connection",
    "access.privileges",
    "access.version_table_reading",
)
_DUMPS, _PROGRAMS, _CHECKS = "tools.dump_writing", "tools.client_programs", "tools.restore_checks"
_RUN, _RUNBOOK, _CONVERSIONS = "tools.sql_run", "scripts.runbook", "types.conversions"
_FORMS, _LARGE = "dumps.dump_forms", "loading.large_objects"
_CHANGED = {
    "access": {
        "load_driver": "access.driver",
        **dict.fromkeys(ADDRESS_QUESTIONS, _ADDRESS),
        "client_reads": f"{_ADDRESS}:libpq_reads",
    },
    "catalog": {
        "read_version_table": _ROWS,
        "read_live_database": _ROWS,
        "read_noted": _ROWS,
        "read_volume": "catalog.dump_rate:measure",
        "read_standing": _PRIVILEGES,
        "demand_privileges": _PRIVILEGES,
        "is_same_database": _PRIVILEGES,
        **dict.fromkeys(STATE_QUESTIONS, "catalog.database_state"),
        "read_edges": "catalog.load_queries",
        "read_foreign_owners": "catalog.load_queries",
    },
    "scripts": {
        "shown_identifier": "scripts.sql_words:quoted",
        "shown_literal": "scripts.sql_words:literal",
        "render_recorded": "scripts.recorded_sql",
        "render_notes": "notes.note_script",
        "with_patch": "scripts.sql_patch",
        "run_sql": _RUN,
        "is_running": _RUN,
        "set_sequence": "scripts.sequence_sql",
        "render_shell": _RUNBOOK,
        "render_markdown": _RUNBOOK,
    },
    "parser": {"parse_sql": "parser.sql", "canonical": "parser.sql_canonical"},
    "types": dict.fromkeys(
        ("converts", "keeps_default", "comparable", "narrower", "coarser"), _CONVERSIONS
    ),
    "exports": {
        "is_script": _FORMS,
        "read_dump": "dumps.sql_dump",
        "packed": _FORMS,
        "packed_folder": _FORMS,
        "packed_archive": _FORMS,
        "text_command": _FORMS,
        "rows_command": _FORMS,
    },
    "databases": dict.fromkeys(DATABASE_QUESTIONS, "loading.new_database"),
    "loading": {
        **dict.fromkeys(LOADING_QUESTIONS, "loading.table_loading"),
        "kept_rows": "loading.kept_rows:LoadedRows",
        "find_misfits": "loading.row_fit",
        "carry_sequences": "loading.sequence_carrying",
        "copy_large_objects": _LARGE,
        "refresh_views": _LARGE,
        "count_tables": "tools.checksums",
    },
    "dumps": {
        "frozen_moment": "access.exported_snapshot",
        "checksum_work": "tools.checksums:ChecksumWork",
        "fitted": _DUMPS,
        "write_dump": _DUMPS,
        "dump_loader": "tools.dump_loading:DumpLoader",
        "find_tool": _PROGRAMS,
        "newest_tool": _PROGRAMS,
        "demand_tool": _PROGRAMS,
        "checks": "tools.dump_checks",
        "with_parts": "tools.database_settings",
        "demand_empty": _CHECKS,
        "demand_fitting": _CHECKS,
        "missing_extensions": _CHECKS,
    },
    "scratch": {
        **dict.fromkeys(
            ("scratch_server", "can_come_along", "is_installed"), "scratch.scratch_postgres"
        ),
        "contents": "scratch.contents",
    },
}
ENGINE = Engine(
    name="postgresql",
    title=_TITLE,
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
    **usual_parts(
        _HERE, _TITLE, _CHANGED, scratch="scratch.database_copy", fleets="fleets.reading"
    ),
)
