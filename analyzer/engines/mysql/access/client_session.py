"""A session held open with a client of MySQL behind a prefix."""

import re
import secrets
from contextlib import suppress
from typing import Any

from analyzer.engines.mysql.access.client_call import CLIENTS, NOT_FOUND, MysqlCall
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.engines.shared.client_pipe import ClientPipe, PipeEndedError
from analyzer.engines.shared.silence import LONGER
from analyzer.errors import AnalyzerError, EnvironmentToolError, StatementError

_ESCAPED = re.compile(r"\\([0nt\\])")  # as the client writes values in batches
_MEANT = {"0": "\0", "n": "\n", "t": "\t", "\\": "\\"}


class MysqlClientSession(MysqlSession):
    """A session through ``PREFIX mariadb``, or ``mysql`` where there is no other."""

    def __init__(self, call: MysqlCall, longest: float | None = None) -> None:
        """Start the client, and wait until it answers.

        Args: longest: seconds of silence after which it is given up; None for never.
        """
        self._call, self._longest = call, longest
        self.target = call.target()
        self.place, self.way = self.target.database, f"through {call.words} {CLIENTS[0]}"
        self._mark = f"migdoctor-{secrets.token_hex(12)}"
        self._asked = False
        self._connect()

    def _connect(self) -> None:
        for program in CLIENTS:
            self._start(program)
            try:
                self.rows("SELECT 1 AS n")
                break
            except PipeEndedError:
                status, said = self._pipe.ended()
                self.close()
                if program == CLIENTS[-1] or status not in NOT_FOUND:
                    raise self._failure(status, said) from None
        self._asked = True

    def rows(self, query: str) -> list[dict[str, Any]]:
        """See `Session.rows`."""
        lines = self._told(query).split("\n")
        if not lines[0]:
            return []
        names = lines[0].split("\t")
        return [
            dict(zip(names, map(_value, line.split("\t")), strict=False)) for line in lines[1:-1]
        ]

    def run(self, statements: str) -> None:
        """See `Session.run`."""
        self._told(statements)

    def run_file(self, text: str) -> str:
        """See `Session.run_file`."""
        try:
            return _last(self._told(text))
        except StatementError as error:
            raise self._stopped(error, _last(self._pipe.left())) from None

    def close(self) -> None:
        """See `Session.close`."""
        with suppress(OSError):
            self._pipe.close()

    def _start(self, program: str) -> None:
        command = self._call.command(program)
        try:
            self._pipe = ClientPipe(command, self._call.environment(), self._longest)
        except OSError as error:
            raise EnvironmentToolError(
                f"`{self._call.words} {program}` does not start",
                why=f"{command[0]}: {error.strerror}",
                fix="correct --exec",
            ) from None

    def _told(self, statement: str) -> str:
        try:
            text = f"{statement}\n;\nSELECT 1 AS `{self._mark}`;\n"
            return self._pipe.tell(text, f"{self._mark}\n1\n")
        except PipeEndedError:
            if not self._asked:
                raise
            raise self._failure(*self._pipe.ended()) from None

    def _failure(self, status: int, said: str) -> AnalyzerError:
        """Explain why the client ended."""
        if self._pipe.late:
            return EnvironmentToolError(
                f"`{self._call.words} {CLIENTS[0]}` does not answer",
                why=f"nothing came for {self._pipe.patience:g} seconds",
                fix=f"try it by hand; correct --exec; {LONGER}",
            )
        return self._call.failure(status, said, asked=self._asked)


def _last(printed: str) -> str:
    """The last value that the client printed; empty where there is none."""
    lines = printed.splitlines()
    return _value(lines[-1]) or "" if lines else ""


def _value(text: str) -> str | None:
    """A value as the client writes it. A text NULL looks as none does."""
    return None if text == "NULL" else _ESCAPED.sub(lambda found: _MEANT[found[1]], text)
