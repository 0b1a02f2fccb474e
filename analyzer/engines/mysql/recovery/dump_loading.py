"""Loading a backup's dump into a database that is empty, by the client, which runs SQL alone.

``--binary-mode`` keeps it from its own commands (``system``, ``source``). DDL commits on MySQL:
what was loaded before a failure stays, and a database that was made for it is dropped again.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.recovery.dump_writing import SCHEMA_FILE
from analyzer.engines.mysql.recovery.programs import demand_tool
from analyzer.engines.sessions import gathered
from analyzer.engines.shared.client_runs import running
from analyzer.errors import RefusedError
from analyzer.model.core.progress import Progress
from analyzer.model.recovery.backup import DUMP
from analyzer.model.recovery.manifest import Manifest

OPTIONS = (
    "--batch",
    "--binary-mode",
    "--default-character-set=utf8mb4",
    "--connect-timeout=15",
    "--skip-reconnect",
    "--local-infile=0",
)
_BLOCK = 1 << 20
_ROLE = rb"DEFINER ?= ?`[^`\n]*`@`[^`\n]*`"
_DEFINER = re.compile(rb"/\*!\d+ " + _ROLE + rb"(?: SQL SECURITY \w+)? ?\*/|" + _ROLE)
_DEFINES = re.compile(rb"/\*!\d+ |CREATE |\*/")
_BEYOND = re.compile(rb"\s*(?:/\*![\d ]*)?(USE|(?:CREATE|DROP|ALTER)\s+DATABASE)\b", re.IGNORECASE)


class MysqlDumpLoader:
    """Runs one backup's statements in one database."""

    def __init__(
        self, target: MysqlGateway, folder: Path, manifest: Manifest, major: int, *, owners: bool
    ) -> None:
        del manifest, major
        self.target, self.folder, self.owners = target, folder, owners

    def load(self, progress: Progress) -> None:
        """Load all of it."""
        load_files(self.target, self.folder, progress, owners=self.owners)


def load_files(target: MysqlGateway, folder: Path, progress: Progress, *, owners: bool) -> None:
    """Load the structure beside a dump, if there is one, and the dump.

    Raises:
        RefusedError: it holds a statement that reaches beyond the database.
        EnvironmentToolError: the client fails; what it said is the why.
    """
    for name in (SCHEMA_FILE, f"{DUMP}.sql", f"{DUMP}.sql.gz"):
        path = folder / name
        if path.is_file():
            load_script(target, path, progress, owners=owners)


def load_script(target: MysqlGateway, path: Path, progress: Progress, *, owners: bool) -> None:
    """Run one script, packed or not. Raises as `load_files`."""
    client = demand_tool(target, "mariadb", 0)
    command = target.call.command(client.program, OPTIONS)
    feed = gathered(_lines(path, owners=owners), _BLOCK)
    with running(target, command, feed=_counted(feed, progress)):
        pass


def _lines(path: Path, *, owners: bool) -> Iterator[bytes]:
    with gzip.open(path) if _is_packed(path) else path.open("rb") as file:
        for number, line in enumerate(iter(file.readline, b""), 1):
            beyond = _BEYOND.match(line)
            if beyond is not None:
                raise _refused(path, number, beyond[1].decode())
            yield line if owners or not _DEFINES.match(line) else _DEFINER.sub(b"", line)


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _counted(script: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    for block in script:
        yield block
        progress.advance(len(block))


def _refused(path: Path, number: int, word: str) -> RefusedError:
    return RefusedError(
        f"{path} holds {' '.join(word.split()).upper()} in line {number}",
        why="it reaches beyond the database, as no dump of one database does; it was not loaded",
        fix="dump the one database, without --databases: mariadb-dump NAME",
    )
