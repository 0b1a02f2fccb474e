"""Commands whose help is grouped and has examples, and that know what was probably meant."""

from typing import Any

import click

from analyzer.cli.options.everywhere import shared_options


class HelpfulCommand(click.Command):
    """A command with its options in sections, examples, and the options of every command."""

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002  click cuts it there
        """The first paragraph: a list wraps it, and loses nothing."""
        paragraph = (self.help or "").strip().partition("\n\n")[0]
        return " ".join(paragraph.split())

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options by what they are about."""
        from analyzer.cli.help.formatter import write_options

        write_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End with examples."""
        from analyzer.cli.help.formatter import write_examples

        write_examples(ctx, formatter)


class HelpfulGroup(click.Group):
    """A command that has commands of its own."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which was probably meant."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            from analyzer.cli.help.usage import no_such_command

            raise no_such_command(args[0], names, ctx.command_path)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, then the options."""
        self.format_commands(ctx, formatter)
        from analyzer.cli.help.formatter import write_options

        write_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End with examples, and what the exit status means."""
        from analyzer.cli.help.formatter import write_examples

        write_examples(ctx, formatter)
        super().format_epilog(ctx, formatter)


def dressed(command: click.Command) -> click.Command:
    """Give a command, and the commands below it, grouped help and the options of every command."""
    if isinstance(command, HelpfulCommand | HelpfulGroup):
        return command
    told: dict[str, Any] = {
        "name": command.name,
        "callback": command.callback,
        "params": [*command.params, *shared_options()],
        "help": command.help,
        "epilog": command.epilog,
        "context_settings": command.context_settings,
    }
    if isinstance(command, click.Group):
        below = {name: dressed(one) for name, one in command.commands.items()}
        return HelpfulGroup(**told, commands=below)
    return HelpfulCommand(**told)
