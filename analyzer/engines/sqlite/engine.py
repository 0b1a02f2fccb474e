"""SQLite, as the other floors meet it."""

from analyzer.engines.base import Engine, Examples, Features, Programs
from analyzer.engines.shared.usual_parts import DUMP_QUESTIONS, usual_parts

_HERE = "analyzer.engines.sqlite"
_TITLE = "SQLite"
_BACKUP = (
    "!a backup by migdoctor|take one with the client, which copies a file that is in use whole: "
    "sqlite3 DATABASE '.backup COPY'; stop the application, and copy it back, to restore it"
)
_CHANGED = {"dumps": dict.fromkeys(DUMP_QUESTIONS, _BACKUP)}
ENGINE = Engine(
    name="sqlite",
    title=_TITLE,
    programs=Programs(dump="sqlite3", restore="sqlite3", client="sqlite3"),
    examples=Examples(
        server="sqlite3:db/production.sqlite3",
        end_session="(stop the application)",
        indexes_in_work="(SQLite makes indexes alone)",
        login_variable="",
    ),
    features=Features(
        transactional_ddl=True,
        schemas=False,
        advisory_locks=False,
        rename_database=False,
        exported_snapshots=False,
        errors_end_transaction=False,
        recovery=False,
    ),
    **usual_parts(_HERE, _TITLE, _CHANGED),
)
