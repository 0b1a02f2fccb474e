"""What every SQL file of ours has: the lines of the client, the wait for the lock, the end."""

import re

BEGIN = "BEGIN IMMEDIATE;"
COMMIT = "COMMIT;"
WHO = "migdoctor_who"  # a temporary table, in which who runs a file says so, for the audit table
_ROLLBACK = "ROLLBACK;"
_BAIL = ".bail on"
_WAIT = re.compile(r"^\.timeout (\d+)$", re.MULTILINE)
_TIME = re.compile(r"([0-9]{1,9}) ?(ms|s|min|h|d)?", re.ASCII)
_MILLISECONDS = {None: 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST = 2**31 - 1  # milliseconds, as SQLite keeps them


def milliseconds(text: str) -> int:
    """A time to wait, such as ``5s``; plain digits are milliseconds. 0 where it is none."""
    found = _TIME.fullmatch(text)
    told = int(found[1]) * _MILLISECONDS[found[2]] if found is not None else 0
    return told if told <= _LONGEST else 0


def is_time(text: str) -> bool:
    """Whether the text is a time to wait, such as ``5s``; zero is none."""
    return milliseconds(text) > 0


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
