"""Every block of code that is shown is run, read or parsed; a few are not, with a reason."""

import re
import shlex

import click
import pytest

from analyzer.cli.group import group
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import MEMBERS
from analyzer.model.core.migration import MigrationName
from analyzer.sources.config.settings import read_settings
from analyzer.workflow.reading.recorded import read_recorded
from tests.docs.pages import Block, blocks, everywhere, places, read, unmarked

KINDS = {
    *("run", "prepare", "recipe", "record", "snippet", "settings", "typed", "member"),
    *("library", "command", "not run"),
}
_FEW = 6  # blocks that no test runs
_TYPED = re.compile(r"(?<![\w./@-])migdoctor (?!: )[^|>&;#\n`]*")


@pytest.mark.parametrize("place", places(), ids=lambda it: it.name)
def test_every_block_says_what_the_tests_do_with_it(place):
    assert unmarked(place) == []
    assert {it.kind for it in blocks(place, *KINDS, *_all_kinds(place))} <= KINDS


def _all_kinds(place) -> set[str]:
    return set(re.findall(r"^ *<!-- ([a-z ]+?)(?:: .+?)? -->\n", read(place), re.MULTILINE))


def test_few_blocks_are_not_run_and_each_has_a_reason():
    left = everywhere("not run")

    assert len(left) <= _FEW
    assert all(len(it.name.split()) > 3 for it in left)


@pytest.mark.parametrize(
    "block",
    [it for kind in ("typed", "snippet", "recipe", "record", "command") for it in everywhere(kind)],
    ids=lambda it: f"{it.kind} {it.text[:30]}",
)
def test_what_is_shown_to_be_typed_is_what_the_program_takes(block: Block):
    for line in _TYPED.findall(block.text.replace("\\\n", " ")):
        _parse(shlex.split(line)[1:])


def _parse(words: list[str]) -> None:
    """Parse a line as the program does, and run nothing.

    Raises: click.UsageError: there is no such command or option.
    """
    command: click.Command = group()
    context = click.Context(command, info_name="migdoctor")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        found = command.get_command(context, name)
        assert found is not None, name
        command, context = found, click.Context(found, parent=context, info_name=name)
    parser = command.make_parser(context)
    _, rest, _ = parser.parse_args(args=list(words))
    takes = sum(isinstance(it, click.Argument) for it in command.params)
    assert len(rest) <= takes or words == ["--version"], rest


@pytest.mark.parametrize(
    "words", [["diagnos"], ["diagnose", "--rowz", "x"], ["diagnose", "x"], ["advise", "--rows"]]
)
def test_the_parsing_refuses_what_the_program_would(words):
    with pytest.raises((click.UsageError, AssertionError)):
        _parse(words)


@pytest.mark.parametrize("block", everywhere("settings"), ids=lambda it: it.text[:30])
def test_shown_settings_are_read(block: Block):
    text = block.text.encode()
    if block.name == "db/renames.toml":
        assert read_recorded({block.name: text}.get, block.name).renames
    else:
        known = lambda: {"MD303", "MD311"}  # noqa: E731
        assert read_settings({block.name: text}.get, known).path == block.name


@pytest.mark.parametrize("block", everywhere("member"), ids=lambda it: it.name)
def test_a_shown_member_is_one(block: Block):
    made: dict[str, object] = {}
    exec(block.text, made)
    own = made["FRAMEWORK"]

    assert isinstance(own, Framework)
    assert own.name == block.name
    assert block.name not in MEMBERS
    assert isinstance(own.files.parse_name(own.files.example), MigrationName)
