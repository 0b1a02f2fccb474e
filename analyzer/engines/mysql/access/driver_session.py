"""A session with MySQL through PyMySQL."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pymysql
from pymysql.cursors import DictCursor

from analyzer.engines.mysql.access.address import ServerAddress
from analyzer.engines.mysql.access.failures import connection_failure, statement_failure
from analyzer.engines.mysql.access.session import MysqlSession
from analyzer.errors import AnalyzerError, StatementError

_PATIENCE = 15  # seconds for a connection
_LONGEST = 300  # seconds for an answer


class MysqlDriverSession(MysqlSession):
    """A session held by the driver."""

    def __init__(self, address: ServerAddress, label: str) -> None:
        """Connect.

        Raises:
            DatabaseError: unreachable or refused.
        """
        self.target = address.target()
        self.place, self.way = f"{address.database} at {address.server}", f"at {address.server}"
        try:
            self._connection = pymysql.connect(
                host=address.host,
                port=address.port,
                unix_socket=address.socket,
                user=address.user,
                password=address.password or "",
                database=address.database,
                charset="utf8mb4",
                autocommit=None,  # pinned: the driver cannot write it without its converters
                connect_timeout=_PATIENCE,
                read_timeout=_LONGEST,
                program_name=label,
                conv={},
                cursorclass=DictCursor,
            )
        except (pymysql.Error, OSError, RuntimeError) as error:
            code, said = _told(error)
            raise connection_failure(code, address.redact(said), self.target) from None

    def rows(self, query: str) -> list[dict[str, Any]]:
        """See `Session.rows`."""
        with self._explained(), self._connection.cursor() as cursor:
            cursor.execute(query)
            return [dict(row) for row in cursor.fetchall()]

    def run(self, statements: str) -> None:
        """See `Session.run`."""
        with self._explained(), self._connection.cursor() as cursor:
            cursor.execute(statements)

    def run_file(self, text: str) -> str:
        """See `Session.run_file`."""
        from analyzer.engines.mysql.scripts.sql_file import STOP, statements

        said = ""
        try:
            for statement in statements(text):
                found = self.rows(statement)
                said = _text(next(iter(found[0].values()))) if found else said
        except StatementError as error:
            stop = None
            with suppress(AnalyzerError):
                (stop,) = self.column(f"SELECT {STOP} AS said")
            raise self._stopped(error, _text(stop)) from None
        return said

    def close(self) -> None:
        """See `Session.close`."""
        with suppress(pymysql.Error, OSError):
            self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (pymysql.Error, OSError) as error:
            code, said = _told(error)
            raise statement_failure(code, said, self.target) from None


def _text(value: object) -> str:
    """A value as text; what a variable holds is bytes for the driver."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def _told(error: BaseException) -> tuple[int, str]:
    """The number of an error and what it says."""
    code, said = (*error.args, "", "")[:2]
    return (code, str(said)) if isinstance(code, int) else (0, str(error))
