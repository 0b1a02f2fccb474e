"""How the client of MySQL runs behind a prefix, and what its complaints mean."""

import os
import re
import shlex
from collections.abc import Sequence

from analyzer.engines.mysql.access.address import ServerAddress
from analyzer.engines.mysql.access.failures import connection_failure, statement_failure
from analyzer.engines.sessions import Target
from analyzer.errors import AnalyzerError, ConnectionLostError, EnvironmentToolError
from analyzer.model.secrets.redaction import redact
from analyzer.model.secrets.secret import find_secrets
from analyzer.records import Struct

NOT_FOUND = (126, 127)  # what a shell, env and docker return for a program that is not there
_SETTING = re.compile(r"([A-Za-z_]\w*)=.*", re.DOTALL)
_ERROR = re.compile(r"ERROR (?P<code>\d+)(?: \(\w+\))?(?: at line \d+)?: (?P<said>.*)")
_QUIET = (
    "--batch",
    "--unbuffered",
    "--default-character-set=utf8mb4",
    "--connect-timeout=15",
    "--skip-reconnect",
    "--local-infile=0",  # or a server could ask for any file of this computer
)
CLIENTS = ("mariadb", "mysql")
"""The names of the client, in the order in which they are tried."""


class MysqlCall(Struct, frozen=True):
    """How the client runs: the prefix, and the address as it is called there."""

    prefix: tuple[str, ...]
    address: ServerAddress

    @property
    def words(self) -> str:
        """The prefix for messages, values of variables blanked."""
        shown = (_SETTING.sub(r"\1=***", part) for part in self.prefix)
        return redact(shlex.join(shown), find_secrets(self.prefix))

    def target(self) -> Target:
        """Say what an error may say of the database."""
        address = self.address
        return Target(f"`{self.words} {CLIENTS[0]}`", address.database, address.user)

    def command(self, program: str = CLIENTS[0], options: Sequence[str] = _QUIET) -> list[str]:
        """Write the argument list, without secrets; options come before the address."""
        return [*self.prefix, program, *options, *self.flags, self.address.database]

    @property
    def flags(self) -> tuple[str, ...]:
        """The options that name the server and the user."""
        return self.address.flags

    def environment(self) -> dict[str, str]:
        """Write the variables; the password goes this way."""
        secret = {"MYSQL_PWD": self.address.password} if self.address.password else {}
        return {**os.environ, **secret, "LC_ALL": "C.UTF-8"}

    def failure(self, status: int, said: str, *, asked: bool) -> AnalyzerError:
        """Explain why the client ended.

        Args: asked: whether it had answered before.
        """
        if status in NOT_FOUND and not asked:
            return EnvironmentToolError(
                f"`{self.words} {CLIENTS[0]}` does not run",
                why=f"a program was not found ({_last_line(said)})",
                fix="install the client there, correct --exec, or pass the rows with --rows FILE",
            )
        found = _ERROR.search(said)
        if found is None:
            return ConnectionLostError(
                _last_line(said) or f"the client exited with {status}",
                place=self.address.database,
            )
        explain = statement_failure if asked else connection_failure
        return explain(int(found["code"]), self.address.redact(found["said"]), self.target())


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else ""
