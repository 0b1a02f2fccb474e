"""SQLite, as the other floors meet it."""

from analyzer.engines.base import Engine, Examples, Features, Programs
from analyzer.engines.usual_parts import STATE_QUESTIONS, usual_parts

_HERE = "analyzer.engines.sqlite"
_TITLE = "SQLite"
_STATE, _FILES, _COPIES = "catalog.database_state", "recovery.database_files", "recovery.copies"
_CHANGED = {
    "scripts": {"render_notes": "notes.note_script"},
    "catalog": {
        **dict.fromkeys(STATE_QUESTIONS, _STATE),
    },
    "databases": {
        "maintenance": _FILES,
        "database_oid": _FILES,
        "database_name": _FILES,
        "data_folder": _FILES,
        "without_owners": _FILES,
        "other_sessions": _FILES,
        "rename_database": _FILES,
        "create_database": _FILES,
        "finish_database": _FILES,
        "create_scratch": _FILES,
        "create_roles": _FILES,
        "drop_database": _FILES,
        "drop_quietly": _FILES,
        "temporary_name": _FILES,
        "shortened": _FILES,
    },
    "loading": {"count_tables": "recovery.counting"},
    "dumps": {
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
    },
}
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
        types_of_things=False,
        operator_classes=False,
        longest_name=None,
        recovery=False,
        drop_cascades=False,
        comments=False,
        alters_in_place=False,
        drop_spares_rows=False,
        index_ends_with_column=False,
        named_foreign_keys=False,
        late_validation=False,
    ),
    **usual_parts(_HERE, _TITLE, _CHANGED, scratch="recovery.scratch", fleets="fleets.file_fleet"),
)
