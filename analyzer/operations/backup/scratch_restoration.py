"""Is a backup restorable? It is restored into a scratch database, which is gone afterwards."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.analysis.recovery.state_comparison import compare_states
from analyzer.analysis.recovery.state_pair import Comparison
from analyzer.engines.registry import open_gateway
from analyzer.engines.sessions import Gateway
from analyzer.errors import EnvironmentToolError
from analyzer.model.core.progress import Progress
from analyzer.model.core.version_table import DEFAULT_VERSION_TABLE, TableName
from analyzer.model.recovery.backup import Content
from analyzer.model.recovery.checklist import CheckOutcome, Item
from analyzer.model.recovery.manifest import Manifest
from analyzer.operations.backup.restoration import (
    Restoration,
    Restored,
    demand_engine,
    engine_of,
    open_backup,
)

# feature not supported, undefined object (a collation), a library that is not there
_LACKING = re.compile(r"\b(0A000|42704|58P01)\b")


def restore_into_scratch(
    folder: Path,
    scratch: Gateway | None,
    progress: Progress,
    version_table: TableName = DEFAULT_VERSION_TABLE,
) -> Restored:
    """Restore a backup where nobody is hurt, and read back what came of it.

    Args:
        folder: the backup.
        scratch: a server on which a database may be created for the trial; None for an embedded
            server that is started and removed again.
        progress: who watches.
        version_table: whose rows are the applied versions.

    Raises:
        RefusedError: the backup is not what its manifest says.
        EnvironmentToolError: the trial cannot be made there; the why says what is lacking.
    """
    manifest = open_backup(folder, progress)
    if scratch is not None:
        demand_engine(manifest, scratch)
    with _server(scratch, manifest) as server, _database(server, manifest) as target:
        try:
            return Restoration(folder, manifest, progress, version_table).fill(target)
        except EnvironmentToolError as error:
            if scratch is None and _LACKING.search(error.args[0]):
                raise _unsuitable(error, server) from None
            raise


def find_difference(restored: Restored) -> Item | None:
    """Find the first thing that came back otherwise than the manifest says; owners may differ.

    What stood wrong in the database itself when the backup was taken is no fault of the backup.
    """
    manifest = restored.manifest
    data = manifest.wish.content is not Content.SCHEMA_ONLY
    how = Comparison(owners=False, data=data, mended=False, validated=False)
    items = compare_states(manifest.state, restored.state, how, restored.gateway.engine)
    return next((item for item in items if item.outcome is CheckOutcome.FAIL), None)


def _unsuitable(error: EnvironmentToolError, server: Gateway) -> EnvironmentToolError:
    return EnvironmentToolError(
        f"the embedded server cannot hold this database: {error.args[0]}",
        why="it was built without something that the database uses (XML, a collation, a library)",
        fix=f"name a server that has it: --scratch-url {server.engine.examples.server}; a database "
        "is created there and dropped again",
    )


@contextmanager
def _server(scratch: Gateway | None, manifest: Manifest) -> Iterator[Gateway]:
    if scratch is not None:
        yield scratch
        return
    with (
        tempfile.TemporaryDirectory(prefix="migdoctor-") as folder,
        engine_of(manifest).demand_scratch().scratch_server(Path(folder)) as server,
    ):
        yield open_gateway(server.url())


@contextmanager
def _database(server: Gateway, manifest: Manifest) -> Iterator[Gateway]:
    name = server.engine.databases.temporary_name(manifest.state.identity.database, "scratch")
    with server.engine.databases.maintenance(server, name) as session:
        lacking = session.engine.dumps.missing_extensions(session, manifest)
        if lacking:
            raise EnvironmentToolError(
                f"the scratch server lacks {', '.join(lacking)}",
                why="the backup uses them, so it cannot be restored there",
                fix=f"name a server that has them: --scratch-url {server.engine.examples.server}; "
                "a database is created there and dropped again",
            )
        session.engine.databases.create_roles(session, manifest.state.roles)
        session.engine.databases.create_scratch(session, name, manifest.state.settings.encoding)
    try:
        yield server.at(name)
    finally:
        server.engine.databases.drop_quietly(server, name)
