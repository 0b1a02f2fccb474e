"""Loading a backup's dump into a database that is empty.

Archives are turned into SQL by pg_restore and run by psql, which stops at the first error; the
COMMIT is the last line that it reads, so whatever cuts the stream off leaves nothing behind. What
reaches psql has passed `dump_guard`: a dump is data, whoever wrote it.
"""

import gzip
import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path

from analyzer.engines.ports.dumps import Tool
from analyzer.engines.postgresql.access.pinned_settings import PIN
from analyzer.engines.postgresql.tools.client_programs import (
    demand_psql,
    demand_tool,
    find_tool,
)
from analyzer.engines.postgresql.tools.dump_guard import (
    guarded,
    knows_restrict,
    lines_of,
    restricted,
)
from analyzer.engines.sessions import Gateway, gathered
from analyzer.engines.shared.client_runs import running
from analyzer.model.core.progress import Progress
from analyzer.model.recovery.backup import DUMP, SCHEMA, Content, Form
from analyzer.model.recovery.manifest import Manifest

_BLOCK = 1 << 20
_HEAD = 64  # lines in which pg_restore sets its session up
_TOO_NEW = (b"SET transaction_timeout = 0;\n",)  # 17 writes it, and older servers refuse it


class DumpLoader:
    """Runs one backup's statements in one database."""

    def __init__(
        self, target: Gateway, folder: Path, manifest: Manifest, major: int, *, owners: bool
    ) -> None:
        self.target, self.folder, self.manifest, self.major = target, folder, manifest, major
        self.wish = manifest.wish
        self.owners = [] if owners else ["--no-owner", "--no-privileges"]

    def load(self, progress: Progress) -> None:
        """Load all of it."""
        if self.wish.jobs > 1 and self._load_in_parallel():
            return
        for part in self._parts():
            self._run(part, progress)

    def _parts(self) -> Iterator[Iterator[bytes]]:
        """Give the scripts to run one after the other, each a transaction."""
        if self.wish.content in (Content.DATA_ONLY, Content.TABLES):
            schema = self.folder / SCHEMA
            yield self._archive(schema, "--section=pre-data")
            yield self._dump()
            yield self._archive(schema, "--section=post-data")
        else:
            yield self._dump()

    def _dump(self) -> Iterator[bytes]:
        if self.wish.form is not Form.PLAIN:
            path = self.folder / (DUMP if self.wish.form is Form.DIRECTORY else f"{DUMP}.pgdump")
            return self._archive(path)
        return self._plain()

    def _plain(self) -> Iterator[bytes]:
        """Give the text itself; large objects come in transactions of their own."""
        whole = self.manifest.state.large_objects.count == 0
        yield b"BEGIN;\n" if whole else b""
        packed = self.folder / f"{DUMP}.sql.gz"
        plain = self.folder / f"{DUMP}.sql"
        with gzip.open(packed) if packed.exists() else plain.open("rb") as file:
            lines = iter(file.readline, b"")
            yield from gathered(self._without_what_is_too_new(lines), _BLOCK)
        yield b"\nCOMMIT;\n" if whole else b"\n"

    def _archive(self, path: Path, *options: str) -> Iterator[bytes]:
        """Let pg_restore turn an archive into SQL, in one transaction."""
        gateway, tool = self._converter(path)
        options = ("--file=-", "--single-transaction", *self.owners, *options)
        through = bool(gateway.prefix)
        command = [*gateway.prefix, tool.program, *options, *([] if through else [str(path)])]
        feed = _blocks(path) if through else None
        with running(gateway, command, feed=feed, stdout=subprocess.PIPE) as run:
            yield from self._filtered(run.blocks())

    def _converter(self, path: Path) -> tuple[Gateway, Tool]:
        """Choose who converts: this computer's pg_restore, else the other side's."""
        here = self.target.without_prefix()
        tool = find_tool(here, "pg_restore", self.manifest.tool_major)
        if tool is None and self.target.prefix and path.is_file():
            return self.target, demand_tool(self.target, "pg_restore", self.manifest.tool_major)
        return here, tool or demand_tool(here, "pg_restore", self.manifest.tool_major)

    def _filtered(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Take from the head what the server is too old for."""
        head = b""
        for block in blocks:
            head += block
            if head.count(b"\n") >= _HEAD or len(head) > _BLOCK:
                break
        yield b"".join(self._without_what_is_too_new(iter(head.splitlines(keepends=True))))
        yield from blocks

    def _without_what_is_too_new(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        for number, line in enumerate(lines):
            if number >= _HEAD:
                yield line
                yield from lines
                return
            if not (self.major < 17 and line in _TOO_NEW):  # noqa: PLR2004  see _TOO_NEW
                yield line

    def _run(self, script: Iterator[bytes], progress: Progress) -> None:
        tool = demand_psql(self.target, 0)
        known = knows_restrict(tool.version)
        lines = guarded(lines_of(script), self._place, alone=not known)
        pinned = itertools.chain([f"{PIN};\n".encode()], lines)
        feed = gathered(restricted(pinned, known=known), _BLOCK)
        command = self.target.call.command(tool.program)
        with running(self.target, command, feed=_counted(feed, progress)):
            pass

    @property
    def _place(self) -> str:
        return f"the dump in {self.folder}"

    def _load_in_parallel(self) -> bool:
        """Let pg_restore load with several connections; False where it cannot."""
        tool = find_tool(self.target, "pg_restore", self.manifest.tool_major)
        if self.target.prefix or tool is None or tool.major >= 17 > self.major:  # noqa: PLR2004  see _TOO_NEW
            return False
        options = ["--exit-on-error", f"--jobs={self.wish.jobs}", *self.owners]
        schema = self.folder / SCHEMA
        dump = self.folder / DUMP
        apart = self.wish.content in (Content.DATA_ONLY, Content.TABLES)
        for path in (schema, dump) if apart else (dump,):
            self._look_through(path)
        if apart:
            self._restore_with(tool, [*options, "--section=pre-data"], schema)
            self._restore_with(tool, options, dump)
            self._restore_with(tool, [*options, "--section=post-data"], schema)
        else:
            self._restore_with(tool, options, dump)
        return True

    def _look_through(self, path: Path) -> None:
        """Look at all that pg_restore will say to the server: there it says it unseen."""
        for _ in guarded(lines_of(self._archive(path)), self._place):
            pass

    def _restore_with(self, tool: Tool, options: list[str], path: Path) -> None:
        command = [*self.target.call.command(tool.program, options), str(path)]
        with running(self.target, command):
            pass


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _counted(script: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    for block in script:
        yield block
        progress.advance(len(block))
