"""Commands in a text for people mean the database that was typed: they are printed with it.

Whoever writes a message need not know how the database was named: the texts pass here. A command
that names a place already stays as it is, as does what only speaks of a command.
"""

import re
from collections.abc import Callable, Sequence

EVERY = "--all-environments"
_ONE, _NAME = "--environment", "--environment NAME"
DATABASE = frozenset({_ONE, EVERY, "--env-file", "--database-url", "--exec", "--rows"})
_TABLE = frozenset({"--version-table", "--table", "--each-schema", "--each-database"})
_GROUPS = (DATABASE, _TABLE, frozenset({"--repo"}))  # a command that has one of them is complete
OWN_TABLE: frozenset[str] = frozenset({"backup", "recover"})  # where --table names tables of data
PLACES: frozenset[str] = DATABASE | _TABLE | {"--repo"}
_RECORDS = frozenset({"--write-renames", "--recorded"})
"""What was renamed on purpose: that depends on no database."""
_OF_ONE = frozenset(
    {
        *("undo", "recover", "backup", "restore", "verify", "preflight"),
        *("rehearse", "record", "rename-back", "rewrite"),
    }
)
_OF_CODE = frozenset({"graph", "schema"})  # these do without rows, and can look at those of one
_COMMAND = re.compile(
    r"\bmigdoctor ([a-z]+(?:-[a-z]+)?)(?![\w-])(?: (full|tables|resume|back|drop-old)\b)?"
    r"(?: \d{8}T\d{6}-\w+)?(?: --(?:apply|list|recorded|verify|yes|dry-run)\b)*"
)
_END = re.compile(r"[;)`]|[:.,](?:\s|$)|\s(?:or|and|then)\b|\n\s*\n|\n\s*\w+:|\n\s*migdoctor\b")
_SPOKEN_OF = re.compile(r"\s+[a-z]+s\b|: refused")  # "migdoctor diagnose says ..."
_SET = re.compile(r"\w=\S* $")  # a variable before the command chooses already
_HEAD = re.compile(r"[^:\n]{0,30}: ")  # "migdoctor rewrite: ..." begins a line of its own


def placed(
    text: str,
    named: Sequence[tuple[str, str]],
    taken: Callable[[str, str | None], frozenset[str]],
    front: str = "",
) -> str:
    """The text, its commands with the options that name the place, as far as each takes them.

    Args:
        named: each option, and its words as they can be typed again.
        taken: the options that a command takes, by its name and its own command's.
        front: what chose the database where no option did, as typed before a command.
    """

    def with_place(found: re.Match[str]) -> str:
        rest = text[found.end() :]
        end = _END.search(rest)
        own = found[0] + (rest[: end.start()] if end else rest)
        if _is_prose(found, text, rest) or "--help" in own:
            return found[0]
        lacks = taken(found[1], found[2]) - _complete(found[1], own)
        options = [it for it in named if it[0] in lacks]
        told = " ".join([found[0], *_options(found[1], own, options)])
        before = text[: found.start()]
        is_set = _SET.search(before) or before.rstrip().endswith(front)  # wrapped, it ends a line
        return f"{front} {told}" if front and lacks & DATABASE and not is_set else told

    return _COMMAND.sub(with_place, text)


def _is_prose(found: re.Match[str], text: str, rest: str) -> bool:
    begins = found.start() == 0 or text[found.start() - 1] == "\n"
    return bool(_SPOKEN_OF.match(rest) or (begins and _HEAD.match(rest)))


def _complete(name: str, command: str) -> frozenset[str]:
    """The options that a command has no need of any more."""
    has = {word.partition("=")[0] for word in command.split()}
    has -= {"--table"} if name in OWN_TABLE else set()
    done = frozenset(option for group in _GROUPS if has & group for option in group)
    return done | DATABASE | _TABLE if _RECORDS & has else done


def _options(name: str, command: str, named: Sequence[tuple[str, str]]) -> list[str]:
    options = [option for option, _ in named]
    several = EVERY in options or options.count(_ONE) > 1
    if several and (name in _OF_CODE or (name in _OF_ONE and not _is_for_all(name, command))):
        rest = [words for option, words in named if option not in DATABASE]
        return rest if name in _OF_CODE else [_NAME, *rest]
    return [words for _, words in named]


def _is_for_all(name: str, command: str) -> bool:
    """Whether a command of one environment writes for several what each of them needs."""
    return name == "rewrite" and " -o " in command
