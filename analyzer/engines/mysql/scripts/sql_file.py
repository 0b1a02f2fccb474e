"""What every SQL file of ours has: its settings, the wait for locks, its end, and its statements.

Nothing goes on unless ``@migdoctor_go`` is 1, which only the file's head makes it: a client that
ignores errors, or that connects anew in the middle, changes nothing.
"""

import re
from collections.abc import Iterator

from analyzer.engines.shared.waits import is_time, milliseconds

__all__ = ["BEGIN", "END", "GO", "head_lines", "is_time", "statements", "with_lock_timeout"]

GO = "@migdoctor_go"
STOP = "@migdoctor_stop"
WHO = "@migdoctor_who"  # who runs a file says so in it, for the audit table
LOCK = "@migdoctor_lock"
BEGIN = "START TRANSACTION;"
_COMMIT = f"SET @migdoctor_end = IF({GO} = 1, 'COMMIT', 'DO 0');"
_NO_COMMIT = "SET @migdoctor_end = 'DO 0';"
END = f"""\
{_COMMIT}
PREPARE migdoctor_end FROM @migdoctor_end;
EXECUTE migdoctor_end;
ROLLBACK;"""
MADE = "SET @migdoctor_made = "
_AUDIT = f"{MADE}'CREATE TABLE "
_TRIED = f"{MADE}'CREATE TEMPORARY TABLE "
_WAIT = re.compile(
    r"^SET SESSION innodb_lock_wait_timeout = \d+, lock_wait_timeout = \d+;$", re.MULTILINE
)
_TOKEN = re.compile(
    r"'(?:[^']|'')*'|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/|(?P<end>;)|[^'`;/-]+|.", re.DOTALL
)


def _wait(timeout: str) -> str:
    """The line of the locks; MySQL counts whole seconds."""
    seconds = -(-milliseconds(timeout) // 1000)
    return f"SET SESSION innodb_lock_wait_timeout = {seconds}, lock_wait_timeout = {seconds};"


def head_lines(timeout: str) -> Iterator[str]:
    """The settings that make texts compare, and errors errors."""
    yield "SET NAMES utf8mb4;"
    yield "SET SESSION sql_mode = 'STRICT_ALL_TABLES', sql_safe_updates = 0, completion_type = 0,"
    yield "  group_concat_max_len = 1073741824, sql_select_limit = 18446744073709551615;"
    yield "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
    yield _wait(timeout)
    yield f"SET {STOP} = NULL, {LOCK} = NULL, {GO} = 1;"


def with_lock_timeout(text: str, timeout: str) -> str:
    """Give a file another time to wait for the locks."""
    return _WAIT.sub(_wait(timeout), text, count=1)


def without_commit(text: str) -> str:
    """Make a file a dry run: the audit table is a temporary one, and nothing is committed.

    Raises:
        ValueError: it does not end as files of ours do, so that it could not be taken back.
    """
    before, commit, after = text.rpartition(f"\n{_COMMIT}\n")
    if not commit:
        raise ValueError(text)
    tried = before.replace(f"\n{_AUDIT}", f"\n{_TRIED}", 1)
    return f"{tried}\n{_NO_COMMIT}\n{after}"


def statements(text: str) -> Iterator[str]:
    """Cut a text of ours into its statements, as the client does; comments alone are none."""
    waiting, holds = "", False
    for token in _TOKEN.finditer(text):
        if token["end"] is None:
            waiting += token[0]
            holds = holds or not (token[0].startswith(("--", "/*")) or token[0].isspace())
            continue
        if holds:
            yield waiting
        waiting, holds = "", False
    if holds:
        yield waiting
