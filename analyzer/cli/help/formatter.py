"""The parts of a help text."""

import click

from analyzer.cli.help.examples import examples_of
from analyzer.cli.help.help_sections import in_sections


def write_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write the options of a command in sections."""
    lines = (
        (str(parameter.name), line)
        for parameter in command.get_params(ctx)
        if (line := parameter.get_help_record(ctx)) is not None
    )
    for title, options in in_sections(lines).items():
        with formatter.section(title):
            formatter.write_dl(options)


def write_examples(ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the examples as they are typed, each on a line of its own."""
    examples = examples_of(ctx.command_path)
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{' ' * formatter.current_indent}{example}\n")
