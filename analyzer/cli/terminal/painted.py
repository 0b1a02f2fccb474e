"""A preview in colour: what goes is red, what comes is green."""

import re

_RED, _GREEN, _PLAIN = "\x1b[31;1m", "\x1b[32m", "\x1b[0m"
_MOVE = re.compile(r"^(  )(\S+) -> (\S+)", re.MULTILINE)
_LINE = re.compile(r"^(  )?([-+])(.*)$", re.MULTILINE)


def painted(preview: str, *, colour: bool) -> str:
    """Put a preview in colour, where there is colour."""
    if not colour:
        return preview
    told = _MOVE.sub(rf"\1{_RED}\2{_PLAIN} -> {_GREEN}\3{_PLAIN}", preview)
    return _LINE.sub(_line, told)


def _line(found: "re.Match[str]") -> str:
    return f"{found[1] or ''}{_RED if found[2] == '-' else _GREEN}{found[2]}{found[3]}{_PLAIN}"
