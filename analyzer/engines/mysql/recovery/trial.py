"""A dump, restored beside its database for as long as it is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.mysql.recovery.databases import (
    create_database,
    drop_quietly,
    maintenance,
    temporary_name,
)
from analyzer.engines.mysql.recovery.dump_loading import load_files
from analyzer.engines.mysql.recovery.moments import HeldMoment
from analyzer.errors import DatabaseError, EnvironmentToolError
from analyzer.model.core.progress import Silent


@contextmanager
def restored(moment: HeldMoment, folder: Path) -> Iterator[MysqlSession]:
    """Restore a dump into a database of its own, which is dropped at the end.

    Raises:
        EnvironmentToolError: the role may not create one either.
    """
    gateway, name = moment.gateway, temporary_name(moment.state.identity.database, "counted")
    try:
        with maintenance(gateway, name) as session:
            create_database(session, name, moment.state.settings)
    except DatabaseError as error:
        raise EnvironmentToolError(
            "nothing proves what the dump holds",
            why="the role may neither keep others from writing for a moment (RELOAD), nor create a "
            f"database to restore the dump into: {error.what}",
            fix="GRANT RELOAD ON *.* TO the role, or leave the counts out: --no-checksums",
        ) from None
    try:
        load_files(gateway.at(name), folder, Silent(), owners=False)
        with gateway.at(name).session() as session:
            session.begin_snapshot()
            yield session
    finally:
        drop_quietly(gateway, name)
