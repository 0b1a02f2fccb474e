"""The manual page, ``man migdoctor``, from the program's own help."""

import re
from collections.abc import Iterator

import click

from analyzer import __version__
from analyzer.cli.group import COMMANDS, EPILOG, group
from analyzer.cli.help.examples import examples_of
from analyzer.cli.help.help_sections import commands_in_sections, in_sections


def man_page() -> str:
    """Render the page as roff."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    root = group()
    context = click.Context(root, info_name="migdoctor")
    yield f'.TH MIGDOCTOR 1 "" "migdoctor {__version__}" "User Commands"'
    yield from (".SH NAME", r"migdoctor \- find renamed migrations, and repair the history")
    yield from (".SH SYNOPSIS", ".B migdoctor", r"\fICOMMAND\fR [\fIOPTIONS\fR]")
    yield from (".SH DESCRIPTION", _text(root.help or ""))
    for title, names in commands_in_sections(COMMANDS).items():
        yield f'.SS "{title}"'
        for name in names:
            yield from (".TP", rf"\fB{_text(name)}\fR", _text(COMMANDS[name][1]))
    yield ".SH COMMANDS"
    for name in COMMANDS:
        found = root.get_command(context, name)
        if found is not None:
            yield from _command(found, click.Context(found, info_name=name, parent=context))
    yield from (".SH EXIT STATUS", _text(EPILOG.removeprefix("Exit status: ")))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f'.SS "{command.get_usage(context).removeprefix("Usage: ")}"'
    for number, paragraph in enumerate(re.split(r"\n\s*\n", command.help or "")):
        yield from ((".PP",) if number else ())
        yield _text(" ".join(paragraph.split()))
    records = (
        (str(one.name), record)
        for one in command.get_params(context)
        if (record := one.get_help_record(context)) is not None
    )
    for title, options in in_sections(records).items():
        yield from (".PP", rf"\fI{title}\fR")
        for spelt, meaning in options:
            yield from (".TP", rf"\fB{_text(spelt)}\fR", _text(meaning))
    yield from (".PP", r"\fIExamples\fR", ".nf")
    yield from map(_text, examples_of(context.command_path))
    yield ".fi"
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _command(inner, click.Context(inner, info_name=name, parent=context))


def _text(text: str) -> str:
    """Write a line so that roff shows it as it is."""
    shown = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{shown}" if shown[:1] in (".", "'") else shown
