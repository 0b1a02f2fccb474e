"""Times to wait for a lock, as they are written for every engine."""

import re

_TIME = re.compile(r"([0-9]{1,9}) ?(ms|s|min|h|d)?", re.ASCII)
_MILLISECONDS = {None: 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST = 2**31 - 1  # milliseconds


def milliseconds(text: str) -> int:
    """A time to wait, such as ``5s``; plain digits are milliseconds. 0 where it is none."""
    found = _TIME.fullmatch(text)
    told = int(found[1]) * _MILLISECONDS[found[2]] if found is not None else 0
    return told if told <= _LONGEST else 0


def is_time(text: str) -> bool:
    """Whether the text is a time to wait, such as ``5s``; zero is none."""
    return milliseconds(text) > 0
