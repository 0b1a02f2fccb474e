"""What a migration's steps say: the tables that they work on, what they set, the words of each."""

import re
from collections.abc import Iterable, Iterator

from analyzer.model.effects import effect as e
from analyzer.model.effects.content_features import StepFeatures
from analyzer.model.effects.inverse import inverse
from analyzer.model.effects.objects import ObjectRef, Role, bare, objects

_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*[?!]?|\d+")
_DEF = re.compile(r"^[ \t]*def\s+(?:self\.)?(\w+)", re.MULTILINE)
_HEREDOC = re.compile(r"<<[~-]?(['\"]?)([A-Za-z_]\w*)\1")
_GOES_ON = (",", "(", ".", "\\", "&&", "||", "+", "=")  # ends a line whose statement does not end
_INSIDE = frozenset({"column", "foreign_key", "constraint"})
_WORKED_ON = frozenset({Role.CREATES, Role.ALTERS, Role.DROPS, Role.WRITES})


def read_work(effects: Iterable[e.Effect], code: str) -> StepFeatures:
    """Gather what the steps say; ``code`` is the text of the class without comments."""
    plain = [bare(effect) for effect in effects]
    return StepFeatures(
        frozenset(table for effect in plain for table in _tables(effect)),
        frozenset(said for effect in plain if (said := _setting(effect)) is not None),
        frozenset(said for effect in plain if (said := _taken_back(effect)) is not None),
        frozenset(
            effect.class_name
            for effect in plain
            if isinstance(effect, e.RunMigration) and not effect.up
        ),
        tuple(_statements(_upward(code))),
    )


def _tables(effect: e.PlainEffect) -> Iterator[str]:
    if isinstance(effect, e.AddIndex | e.RemoveIndex) and effect.table is not None:
        yield effect.table
        return
    for role, ref in objects(effect):
        if role in _WORKED_ON:
            yield from _table_of(ref)


def _table_of(ref: ObjectRef) -> Iterator[str]:
    if ref.kind in ("table", "data"):
        yield ref.name
    elif ref.kind in _INSIDE:
        yield ref.name.rpartition(".")[0]


def _setting(effect: e.PlainEffect) -> tuple[str, str] | None:
    """What a step sets, and to which value."""
    match effect:
        case e.ChangeNull(table, column, null):
            return f"{table}.{column} null", str(null)
        case e.ChangeDefault(table, column, default):
            return f"{table}.{column} default", repr(default)
        case e.ChangeColumn(table, column):
            return f"{table}.{column.name} type", f"{column.type} {column.limit}"
        case _:
            return None


def _taken_back(effect: e.PlainEffect) -> tuple[str, str] | None:
    if isinstance(effect, e.ChangeColumn):
        return None
    back = inverse(effect)
    return _setting(back) if back is not None else None


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
