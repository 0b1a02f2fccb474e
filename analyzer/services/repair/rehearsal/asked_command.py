"""A migrate command, as the one that looks at the same database and changes nothing."""

import re
from pathlib import PurePosixPath

from analyzer.frameworks.status_commands import STARTERS, StatusCommand

_WORD = r"""(?:[^\s"'\\`;&|<>()#]|\\.|"(?:[^"\\`]|\\.)*"|'[^']*')+"""
_WORDS = re.compile(rf"\s*{_WORD}(?:[ \t]+{_WORD})*\s*")
_ENTERS = ("cd", "export", ".", "source")  # what may stand before, with &&
_UNDOES = re.compile(r"clean|drop|reset|wipe|seed|purge|fresh|undo|down|rollback|revert|^\+$")
_TASK = re.compile(r"[A-Za-z_]\w*(?::[\w-]+)*(?:\[.*\])?")  # rake's; no path, no option
_SETTING = re.compile(r"[A-Z_][A-Z0-9_]*=")


def asked_command(command: str, status: StatusCommand) -> str | None:
    """The command that looks, in the same surroundings; None where that cannot be told.

    Anything that the shell does besides, but for entering a folder, may do more than to look; so
    may any word before the one that migrates that starts no tool, and any further task behind it.
    """
    if "$(" in command:
        return None
    *before, last = command.split("&&")
    if not all(_WORDS.fullmatch(it) for it in (*before, last)):
        return None
    if any(_split(it)[0] not in _ENTERS for it in before):
        return None
    words = _split(last)
    place = _place(words, status)
    if place is None or not _is_alone(words, place, status):
        return None
    _, _, only = words[place].partition(status.migrates[0] + ":")
    looks = (f"{status.looks[0]}:{only}", *status.looks[1:]) if only else status.looks
    behind = words[place + len(status.migrates) :]
    asked = " ".join((*words[:place], *looks, *_kept(behind, status.keeps)))
    return "&&".join((*before, f" {asked}" if before else asked))


def is_of_all(command: str, status: StatusCommand) -> bool:
    """Whether it migrates all databases of an application, and not one that it names."""
    if not status.each:
        return False
    words = _split(command)
    place = _place(words, status)
    return place is None or words[place] == status.migrates[0]


def _is_alone(words: list[str], place: int, status: StatusCommand) -> bool:
    """Whether nothing but the migrate is done: what starts the tool, and its options, are beside.

    Where a tool takes several tasks, each further word that may be one counts as one.
    """
    named = [PurePosixPath(it).name in status.programs for it in words[:place]]
    start = len(named) - 1 - named[::-1].index(True)
    if not all(_starts(it, status) for it in words[:start]):
        return False
    beside = [*words[start + 1 : place], *words[place + len(status.migrates) :]]
    again = _TASK.fullmatch if status.each else _UNDOES.search
    return not any(map(again, beside))


def _starts(word: str, status: StatusCommand) -> bool:
    """Whether a word before the tool's name starts it, or is a setting of that."""
    name = PurePosixPath(word).name
    return (
        word.startswith("-") or bool(_SETTING.match(word)) or name in {*STARTERS, *status.programs}
    )


def _split(text: str) -> list[str]:
    return re.findall(_WORD, text)


def _place(words: list[str], status: StatusCommand) -> int | None:
    """Where the words that migrate begin, behind the tool's name."""
    count = len(status.migrates)
    for place in range(1, len(words) - count + 1):
        first, *rest = words[place : place + count]
        named = first.startswith(f"{status.migrates[0]}:") if status.each else False
        if (first == status.migrates[0] or named) and tuple(rest) == status.migrates[1:]:
            named_before = {PurePosixPath(it).name for it in words[:place]}
            return place if named_before & {*status.programs} else None
    return None


def _kept(words: list[str], keeps: tuple[str, ...]) -> list[str]:
    """Of what stands behind: settings, and the options that say which database is meant."""
    kept, wants_value = [], False
    for word in words:
        name, equals, _ = word.partition("=")
        if _SETTING.match(word) or name in keeps:
            kept.append(word)
            wants_value = name in keeps and not equals
        elif wants_value and not word.startswith("-"):
            kept.append(word)
            wants_value = False
        else:
            wants_value = False
    return kept
