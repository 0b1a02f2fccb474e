"""A file of variables, such as ``.env``: read where it is asked for, and nothing in it is run.

Its lines are NAME=VALUE, as dotenv has them: ``export`` before them, quotes and remarks are
understood; what a shell would have to compute is taken as it stands.
"""

import re
from pathlib import Path

from analyzer import limits
from analyzer.errors import UsageError
from analyzer.sources.files.bounded import read_file

_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.]*)[ \t]*=[ \t]*
    (?: "(?P<double>(?:[^"\\]|\\.)*)" | '(?P<single>[^']*)' | (?P<bare>[^\n]*?) )
    [ \t]*(?:(?:(?<=[ \t"'])|(?<==))\#[^\n]*)?\r?$""",
    re.VERBOSE | re.MULTILINE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read_env_file(path: str) -> dict[str, str]:
    """Read the variables of a file; of one that is set twice the last counts.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        text = read_file(Path(path).expanduser(), limits.SETTINGS_BYTES, UsageError).decode("utf-8")
    except OSError as error:
        raise _unreadable(path, error.strerror or "the system refuses") from None
    except UnicodeDecodeError:
        raise _unreadable(path, "it is not UTF-8") from None
    return {found["name"]: _value(found) for found in _LINE.finditer(text)}


def _value(found: re.Match[str]) -> str:
    if found["double"] is not None:
        return re.sub(r"\\(.)", lambda it: _ESCAPES.get(it[1], it[1]), found["double"])
    return str(found["single"] if found["single"] is not None else found["bare"])


def _unreadable(path: str, why: str) -> UsageError:
    return UsageError(
        f"the file of variables {path} cannot be read",
        why=why,
        fix="check what --env-file names: a file with lines of the form NAME=VALUE",
    )
