"""The path as a command prints it, obeyed to the letter: each line is typed as it stands."""

import re
from collections.abc import Callable
from pathlib import Path

from analyzer.records import Struct
from tests.support.commands.terminals import Seen, at_terminal

_TITLE = "What to do next\n"
_STEP = re.compile(r"^\d+\. (.*?)(?=^\d+\. |\Z)", re.MULTILINE | re.DOTALL)
_TYPED = re.compile(r"^ {5}(\S.*)$", re.MULTILINE)
_MOST = 40  # lines that are typed before somebody calls it a circle


class Step(Struct, frozen=True):
    """A step as it is read on the screen."""

    says: str
    lines: tuple[str, ...]


def printed_path(text: str) -> list[Step]:
    """The last path on the screen; empty where there is none."""
    _, found, path = text.rpartition(_TITLE)
    part = path.split("\n\n")[0] if found else ""
    return [
        Step(" ".join(_TYPED.sub("", step).split()), tuple(_TYPED.findall(step)))
        for step in _STEP.findall(part)
    ]


def obey(
    cwd: Path,
    first: str,
    deploy: Callable[[], object],
    choose: int = 0,
    skip: tuple[str, ...] = (),
    **variables: str,
) -> list[tuple[str, Seen]]:
    """Type a command and all that is printed after it, until nothing is.

    Args:
        deploy: what a step that says so does.
        choose: which of several answers to an ambiguous pair is typed.
        skip: how lines begin that are passed over.
    """
    typed: list[tuple[str, Seen]] = []
    lines = [first]
    while lines:
        line = lines.pop(0)
        if line == "Deploy":
            deploy()
            continue
        seen = at_terminal(cwd, line, **variables)
        typed.append((line, seen))
        assert len(typed) < _MOST, [it for it, _ in typed]
        steps = printed_path(seen.screen)
        if steps:
            every = (it for step in steps for it in _lines(step, choose))
            lines = [it for it in every if not it.startswith(skip)]
    return typed


def _lines(step: Step, choose: int) -> list[str]:
    if step.says.startswith("Deploy"):
        return ["Deploy"]
    if step.says.startswith("Settle"):
        return [step.lines[choose]]
    return list(step.lines)
