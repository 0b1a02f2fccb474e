"""What every SQL file of ours has: the lines of the client, the wait for the lock, the end."""

import re

from analyzer.engines.shared.waits import is_time, milliseconds

__all__ = ["BEGIN", "COMMIT", "WHO", "client_lines", "for_driver", "is_time", "without_commit"]

BEGIN = "BEGIN IMMEDIATE;"
COMMIT = "COMMIT;"
WHO = "migdoctor_who"  # a temporary table, in which who runs a file says so, for the audit table
BY_HAND = "by hand, with sqlite3"  # who else does
_ROLLBACK = "ROLLBACK;"
_BAIL = ".bail on"
_WAIT = re.compile(r"^\.timeout (\d+)$", re.MULTILINE)


def client_lines(timeout: str) -> str:
    """The lines that are the client's own: it stops at the first error, and waits so long."""
    return f"{_BAIL}\n.timeout {milliseconds(timeout)}"


def with_lock_timeout(text: str, timeout: str) -> str:
    """Give a file another time to wait for the lock."""
    return _WAIT.sub(f".timeout {milliseconds(timeout)}", text, count=1)


def without_commit(text: str) -> str:
    """Make the file a dry run. The last COMMIT is ours.

    Raises:
        ValueError: there is none, so that the file could not be taken back.
    """
    before, commit, after = text.rpartition(f"\n{COMMIT}\n")
    if not commit:
        raise ValueError(text)
    return f"{before}\n{_ROLLBACK}\n{after}"


def for_driver(text: str) -> str:
    """Write the client's own lines, which stand above all else, as the driver knows them."""
    text = text.replace(f"{_BAIL}\n", "", 1)
    return _WAIT.sub(r"PRAGMA busy_timeout = \1;", text, count=1)
