"""All commands with their options, as ``--help`` has them."""

from collections.abc import Iterator
from html import escape

import click

from analyzer.cli.group import COMMANDS, group


def commands_page() -> str:
    """Render every command: what it does, how it is typed, what its options mean."""
    root = group()
    context = click.Context(root, info_name="migdoctor")
    parts = [_HEAD, *_table(), ""]
    for name in COMMANDS:
        found = root.get_command(context, name)
        assert found is not None  # noqa: S101  the table is the group's own
        parts += _described(found, click.Context(found, info_name=name, parent=context))
    return "\n".join(parts) + "\n"


_HEAD = """\
# Commands

This page is made from the program's own help. [Options and exit statuses](options.md) says more
about those that several commands share.
"""


def _table() -> list[str]:
    rows = [
        f"| [`migdoctor {name}`](#migdoctor-{name}) | {_cell(told)} |"
        for name, (_, told) in COMMANDS.items()
    ]
    return ["| command | what it does |", "|---|---|", *rows]


def _described(command: click.Command, context: click.Context) -> Iterator[str]:
    level = "#" * (context.command_path.count(" ") + 1)
    usage = command.get_usage(context).removeprefix("Usage: ")
    yield f"{level} `{context.command_path}` {{ #{context.command_path.replace(' ', '-')} }}\n"
    yield f"```text\n{usage}\n```\n"
    yield _prose(command.help or "") + "\n"
    yield from _options(command, context)
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _described(inner, click.Context(inner, info_name=name, parent=context))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    records = [it for it in map(_record(context), command.params) if it is not None]
    if records:
        yield "| option | meaning |"
        yield "|---|---|"
        yield from (f"| `{_bars(spelt)}` | {_cell(meaning)} |" for spelt, meaning in records)
        yield ""


def _record(context: click.Context):  # noqa: ANN202
    return lambda parameter: parameter.get_help_record(context)


def _bars(text: str) -> str:
    return text.replace("|", "\\|")


def _cell(text: str) -> str:
    return _bars(escape(text.replace("\n", " "), quote=False)).replace("*", "\\*")


def _prose(text: str) -> str:
    return escape(text.replace("\b\n", ""), quote=False).replace("*", "\\*")
