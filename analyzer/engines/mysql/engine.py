"""MySQL and MariaDB, as the other floors meet it."""

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

_HERE = "analyzer.engines.mysql"
_TITLE = "MySQL"
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
_RECOVERY = (
    "!a recovery|restore a backup into a database beside: migdoctor restore FOLDER "
    "--into-new NAME; migrate it, and point the application at it"
)
_STATE = "recovery.database_state"
CATALOG = {
    "read_version_table": _TABLE,
    "read_live_database": _TABLE,
    "read_live_schema": "catalog.live_schema",
    "read_measure": "catalog.measure",
    "read_stored": "catalog.measure",
    "read_volume": "catalog.volume",
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
            "data_folder",
            "without_owners",
            "other_sessions",
            "try_claim",
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
        "recovery.databases",
    ),
    "database_name": _RECOVERY,
    "end_sessions": _RECOVERY,
    "rename_database": _RECOVERY,
}
LOADING = dict.fromkeys(
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
) | {"count_tables": "recovery.moments"}
_MOMENTS, _PROGRAMS, _CHECKS = "recovery.moments", "recovery.programs", "recovery.checks"
DUMPS = {
    "frozen_moment": _MOMENTS,
    "checksum_work": f"{_MOMENTS}:MysqlChecksums",
    "fitted": "recovery.dump_writing",
    "write_dump": "recovery.dump_writing",
    "dump_loader": "recovery.dump_loading:MysqlDumpLoader",
    "find_tool": _PROGRAMS,
    "newest_tool": _PROGRAMS,
    "demand_tool": _PROGRAMS,
    "checks": _CHECKS,
    "with_parts": _CHECKS,
    "demand_empty": _CHECKS,
    "demand_fitting": _CHECKS,
    "missing_extensions": _CHECKS,
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
FLEETS = dict.fromkeys(("hold_fleet", "member_address"), "fleets.databases")
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
    fleets=cast("Fleets", Room(_HERE, FLEETS, _TITLE)),
)
