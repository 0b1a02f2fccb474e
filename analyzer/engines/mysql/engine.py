"""MySQL and MariaDB, as the other floors meet it."""

from analyzer.engines.base import Engine, Examples, Features, Programs
from analyzer.engines.usual_parts import DATABASE_QUESTIONS, STATE_QUESTIONS, usual_parts

_HERE = "analyzer.engines.mysql"
_TITLE = "MySQL"
_STATE, _DATABASES, _MOMENTS = "recovery.database_state", "recovery.databases", "recovery.moments"
_DUMPS, _PROGRAMS, _CHECKS = "recovery.dump_writing", "recovery.programs", "recovery.server_checks"
_CHANGED = {
    "scripts": dict.fromkeys(("render_notes", "anchor_notes"), "notes.note_script"),
    "catalog": {
        "read_volume": "catalog.volume",
        **dict.fromkeys(STATE_QUESTIONS, _STATE),
    },
    "databases": {
        **dict.fromkeys(DATABASE_QUESTIONS, _DATABASES),
        **dict.fromkeys(("database_name", "end_sessions", "rename_database"), "!a recovery"),
    },
    "loading": {"count_tables": _MOMENTS},
    "dumps": {
        "frozen_moment": _MOMENTS,
        "checksum_work": f"{_MOMENTS}:MysqlChecksums",
        "fitted": _DUMPS,
        "write_dump": _DUMPS,
        "dump_loader": "recovery.dump_loading:MysqlDumpLoader",
        "find_tool": _PROGRAMS,
        "newest_tool": _PROGRAMS,
        "demand_tool": _PROGRAMS,
        "checks": _CHECKS,
        "with_parts": _CHECKS,
        "demand_empty": _CHECKS,
        "demand_fitting": _CHECKS,
        "missing_extensions": _CHECKS,
    },
}
ENGINE = Engine(
    name="mysql",
    title=_TITLE,
    programs=Programs(dump="mariadb-dump", restore="mariadb", client="mariadb"),
    examples=Examples(
        server="mysql2://user@host/database",
        end_session="KILL process",
        indexes_in_work="information_schema.processlist",
        login_variable="MYSQL_PWD",
    ),
    features=Features(
        transactional_ddl=False,
        schemas=False,
        advisory_locks=True,
        rename_database=False,
        exported_snapshots=False,
        errors_end_transaction=False,
        types_of_things=False,
        operator_classes=False,
        longest_name=64,
        recovery=False,
        notes_anchored=False,
        drop_cascades=False,
        late_validation=False,
        index_names_shared=False,
        column_case=False,
        index_lengths=True,
        index_order=False,  # before MySQL 8.0 and MariaDB 10.8, and with Rails 6.1 on any MariaDB
        index_kinds=frozenset({"btree", "hash"}),  # InnoDB's are always trees
    ),
    **usual_parts(
        _HERE, _TITLE, _CHANGED, scratch="recovery.scratch", fleets="fleets.database_fleet"
    ),
)
