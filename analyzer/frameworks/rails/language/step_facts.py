"""What a migration's steps say: the tables that they work on, what they set, the words of each."""

import re
from collections.abc import Iterable, Iterator

from analyzer.model.effects import effect as e
from analyzer.model.effects.content_features import StepFeatures
from analyzer.model.effects.deeds import work_of

_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*[?!]?|\d+")
_DEF = re.compile(r"^[ \t]*def\s+(?:self\.)?(\w+)", re.MULTILINE)
_HEREDOC = re.compile(r"<<[~-]?(['\"]?)([A-Za-z_]\w*)\1")
_GOES_ON = (",", "(", ".", "\\", "&&", "||", "+", "=")  # ends a line whose statement does not end


def read_work(effects: Iterable[e.Effect], code: str) -> StepFeatures:
    """Gather what the steps say; ``code`` is the text of the class without comments."""
    return work_of(effects, tuple(_statements(_upward(code))))


def _upward(code: str) -> str:
    """The code without the method that takes it back."""
    methods = list(_DEF.finditer(code))
    for place, method in enumerate(methods):
        if method[1] == "down":
            after = methods[place + 1].start() if methods[place + 1 :] else len(code)
            return code[: method.start()] + code[after:]
    return code


def _statements(code: str) -> Iterator[tuple[str, ...]]:
    """The words of each statement; lines that belong together count as one."""
    words: list[str] = []
    ends_with = None  # of a text that goes over several lines
    goes_on = False
    for line in code.splitlines():
        text = line.strip()
        if ends_with is None and not goes_on and not text.startswith(".") and words:
            yield tuple(words)
            words = []
        words += _TOKEN.findall(text)
        if ends_with is None:
            opened = _HEREDOC.search(text)
            ends_with = opened[2] if opened else None
        elif text == ends_with:
            ends_with = None
        goes_on = text.endswith(_GOES_ON)
    if words:
        yield tuple(words)
