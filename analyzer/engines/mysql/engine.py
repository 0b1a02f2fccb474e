"""MySQL and MariaDB, as the other floors meet it."""

from analyzer.engines.base import Engine, Examples, Features, Programs
from analyzer.engines.lazy import Room
from analyzer.engines.shared.usual_parts import usual_parts

_HERE = "analyzer.engines.mysql"
_TITLE = "MySQL"
_STATE, _DATABASES, _MOMENTS = "recovery.database_state", "recovery.databases", "recovery.moments"
_DUMPS, _PROGRAMS, _CHECKS = "recovery.dump_writing", "recovery.programs", "recovery.checks"
_CHANGED = {
    "catalog": {
        "read_volume": "catalog.volume",
        "read_state": _STATE,
        "read_identity": _STATE,
        "read_tables": _STATE,
        "read_sequences": _STATE,
        "read_edges": _STATE,
        "read_foreign_owners": _STATE,
    },
    "databases": {
        "maintenance": _DATABASES,
        "database_oid": _DATABASES,
        "data_folder": _DATABASES,
        "without_owners": _DATABASES,
        "other_sessions": _DATABASES,
        "try_claim": _DATABASES,
        "create_database": _DATABASES,
        "finish_database": _DATABASES,
        "create_statements": _DATABASES,
        "finish_statements": _DATABASES,
        "create_scratch": _DATABASES,
        "create_roles": _DATABASES,
        "drop_database": _DATABASES,
        "drop_quietly": _DATABASES,
        "temporary_name": _DATABASES,
        "recovery_name": _DATABASES,
        "shortened": _DATABASES,
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
_SCRATCH = dict.fromkeys(
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
_FLEETS = dict.fromkeys(("hold_fleet", "member_address"), "fleets.databases")
_PARTS = {
    **usual_parts(_HERE, _TITLE, _CHANGED),
    "scratch": Room(_HERE, _SCRATCH, _TITLE),
    "fleets": Room(_HERE, _FLEETS, _TITLE),
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
        recovery=False,
        drop_cascades=False,
        index_names_shared=False,
        column_case=False,
        index_lengths=True,
        index_order=False,  # before MySQL 8.0 and MariaDB 10.8, and with Rails 6.1 on any MariaDB
        index_kinds=frozenset({"btree", "hash"}),  # InnoDB's are always trees
    ),
    **_PARTS,
)
