"""The path out of a divergence as a numbered list: what to do, and what to type for it."""

from collections.abc import Iterator

from analyzer.model.plans.repair_path import PathStep, PathSteps
from analyzer.model.words.text import visible
from analyzer.report.wrapping import filled

TITLE = "What to do next"
_NUMBER = 3  # columns of a number, its full stop and a space
_COMMAND = " " * 5


def render_path(path: PathSteps, width: int, first: int = 1) -> str:
    """The steps, numbered from ``first``; commands are never broken, so that they can be copied."""
    return "\n".join(_lines(path, width, first))


def _lines(path: PathSteps, width: int, first: int) -> Iterator[str]:
    for number, step in enumerate(path, start=first):
        yield filled(f"{number}. {_says(step)}", width, rest=" " * _NUMBER)
        yield from (f"{_COMMAND}{visible(command)}" for command in step.commands)


def _says(step: PathStep) -> str:
    return f"{visible(step.says)}{':' if step.commands else '.'}"


def render_rest(path: PathSteps, width: int) -> str:
    """The same under its title; empty where nothing is left to do."""
    return f"{TITLE}\n{render_path(path, width)}" if path else ""
