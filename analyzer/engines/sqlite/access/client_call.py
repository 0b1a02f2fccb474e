"""How the sqlite3 client runs behind a prefix, and what its complaints mean."""

import os
import re
import shlex
from collections.abc import Sequence

from analyzer.engines.sessions import Target
from analyzer.engines.sqlite.access.address import FileAddress
from analyzer.engines.sqlite.access.failures import missing_file, statement_failure
from analyzer.errors import AnalyzerError, ConnectionLostError, EnvironmentToolError
from analyzer.model.secrets.redaction import redact
from analyzer.model.secrets.secret import find_secrets
from analyzer.records import Struct

_NOT_FOUND = (126, 127)  # what a shell, env and docker return for a program that is not there
_SETTING = re.compile(r"([A-Za-z_]\w*)=.*", re.DOTALL)
_ERROR = re.compile(
    r"(?:(?:Parse|Runtime) error|Error)(?: near line \d+)?: (?P<said>.*?)(?: \(\d+\))?$",
    re.MULTILINE,
)
_QUIET = ("-batch", "-init", os.devnull)  # whatever ~/.sqliterc says


class SqliteCall(Struct, frozen=True):
    """How the client runs: the prefix, and the file as it is called there."""

    prefix: tuple[str, ...]
    address: FileAddress

    @property
    def words(self) -> str:
        """The prefix for messages, values of variables blanked."""
        shown = (_SETTING.sub(r"\1=***", part) for part in self.prefix)
        return redact(shlex.join(shown), find_secrets(self.prefix))

    def target(self) -> Target:
        """Say what an error may say of the file."""
        return Target(f"`{self.words} sqlite3`", self.address.path, "")

    @staticmethod
    def options(*, writes: bool) -> tuple[str, ...]:
        """The client's options; one that only reads refuses to write, and makes no file."""
        return _QUIET if writes else (*_QUIET, "-readonly")

    def command(self, program: str = "sqlite3", options: Sequence[str] = _QUIET) -> list[str]:
        """Write the argument list; options come before the file."""
        path = self.address.path
        return [*self.prefix, program, *options, f"./{path}" if path.startswith("-") else path]

    @property
    def flags(self) -> tuple[str, ...]:
        """A file has neither server nor user."""
        return ()

    def environment(self) -> dict[str, str]:
        """Write the variables."""
        return {**os.environ, "LC_ALL": "C.UTF-8"}

    def failure(self, status: int, said: str, *, asked: bool) -> AnalyzerError:
        """Explain why the client ended.

        Args: asked: whether it had answered before.
        """
        if status in _NOT_FOUND and not asked:
            return EnvironmentToolError(
                f"`{self.words} sqlite3` does not run",
                why=f"a program was not found ({_last_line(said)})",
                fix="install sqlite3 there, correct --exec, or pass the rows with --rows FILE",
            )
        found = _ERROR.search(said)
        if found is None:
            return ConnectionLostError(
                _last_line(said) or f"sqlite3 exited with {status}", place=self.target().database
            )
        if "unable to open database" in found["said"] and not asked:
            return missing_file(self.address.path)
        return statement_failure(found["said"], "", self.target())


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else ""
