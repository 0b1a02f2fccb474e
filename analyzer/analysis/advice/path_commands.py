"""Printed commands: how one of ours is typed, and what one changes, read from its words."""

import shlex
from collections.abc import Iterator

from analyzer.model.findings.next_steps import NextStep


def of_repository(command: str) -> bool:
    """Whether a command changes the repository, and so all environments."""
    return command.startswith(("git ", "mv ", "cp "))


def names_any_of(step: NextStep, paths: set[str]) -> bool:
    """Whether a step's command names one of some paths."""
    return not paths.isdisjoint(shlex.split(step.command or ""))


def paths_of(command: str) -> Iterator[str]:
    """The paths that git commands change, as they name them."""
    words = shlex.split(command)
    starts = [0, *(number + 1 for number, word in enumerate(words) if word == "&&")]
    for start, end in zip(starts, [*(it - 1 for it in starts[1:]), len(words)], strict=True):
        line = words[start:end]
        if "checkout" in line[:2]:
            line = ["", "", *line[line.index("--") + 1 :]] if "--" in line else []
        yield from (word for word in line[2:] if not word.startswith("-"))


def typed_line(name: str, *options: str) -> str:
    """A command of ours as it is typed."""
    return " ".join(filter(None, ("migdoctor", name, *options)))
