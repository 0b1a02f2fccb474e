"""What every SQL file of ours is made of, for those who run one without psql."""

import re

from analyzer.engines.postgresql.access.pinned_settings import KEEP_AND_PIN, PIN

PSQL_LINES = """\
\\set ON_ERROR_STOP on
\\set QUIET on
\\pset format unaligned
\\pset tuples_only on
"""
LOST = "MD001"  # our SQLSTATE: the file was committed, and the rows did not stay
COMMIT = "\nCOMMIT;\n"
_ROLLBACK = "\nROLLBACK;  -- a dry run: all but the commit\n"
_TIMEOUT = re.compile(r"^SET LOCAL lock_timeout = '[^'\n]*';$", re.MULTILINE)
_TIME = re.compile(r"([0-9]{1,9}|2[0-9]{9}) ?(ms|s|min|h|d)?", re.ASCII)
_MILLISECONDS = {None: 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST = 2**31 - 1  # milliseconds, as PostgreSQL keeps the setting


def is_time(text: str) -> bool:
    """Whether PostgreSQL would take the text for a time to wait, such as ``5s``.

    Zero is none: PostgreSQL would wait for ever.
    """
    found = _TIME.fullmatch(text)
    return found is not None and 0 < int(found[1]) * _MILLISECONDS[found[2]] <= _LONGEST


def for_server(text: str) -> str:
    """Leave out the lines that are psql's own: the server takes the rest as it is.

    They stand above all that is not ours, where every other line is a comment.
    """
    return text.replace(PSQL_LINES, "", 1)


def pinned(text: str) -> str:
    """Pin the search path of a file that does not do so itself, as an earlier edition wrote it."""
    return text if KEEP_AND_PIN in text else f"{PIN};\n{text}"


def without_commit(text: str) -> str:
    """Make the file a dry run. The last COMMIT is ours: nothing but an answer comes after it.

    Raises:
        ValueError: there is none, so that the file could not be taken back.
    """
    before, commit, after = text.rpartition(COMMIT)
    if not commit:
        raise ValueError(text)
    return f"{before}{_ROLLBACK}{after}"


def with_lock_timeout(text: str, timeout: str) -> str:
    """Give the file another time to wait for the version table's lock.

    Args:
        text: an SQL file of ours.
        timeout: a duration, checked with ``is_time``.
    """
    return _TIMEOUT.sub(f"SET LOCAL lock_timeout = '{timeout}';", text, count=1)
