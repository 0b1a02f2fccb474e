"""MySQL and MariaDB, as the other floors meet it."""

from analyzer.engines.base import Engine, Examples, Features, Programs
from analyzer.engines.shared.usual_parts import usual_parts

_HERE = "analyzer.engines.mysql"
_TITLE = "MySQL"
_CHANGED = {"catalog": {"read_volume": "catalog.volume"}}
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
    **usual_parts(_HERE, _TITLE, _CHANGED),
)
