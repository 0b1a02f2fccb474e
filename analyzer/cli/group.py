"""The commands, and a group that loads each only when it is called."""

from importlib import import_module

import click

from analyzer import __version__
from analyzer.cli.helpful import HelpfulGroup, dressed
from analyzer.cli.options.everywhere import shared_options

# name -> (room of cli/commands, what it does in a line); the modules load when they are called
COMMANDS: dict[str, tuple[str, str]] = {
    "diagnose": ("", "Show which migrations diverged, and what the next migrate would do."),
    "fix": ("repair", "Walk through the whole repair, asking before each step."),
    "rename-back": ("repair", "Write the mv commands that give files their old names."),
    "rewrite": ("repair", "Write the SQL that gives rows the versions of their files."),
    "advise": ("repair", "Recommend a recovery option for each environment, with what it costs."),
    "record": ("", "Record what ran, so that later changes need no guessing."),
    "rehearse": ("repair", "Try a repair on a copy, and report whether it is safe."),
    "undo": ("repair", "Undo the last repair that was carried out, or a named one."),
    "graph": ("", "Show which migrations depend on which, and what breaks that order."),
    "schema": ("", "Show the schema that the migration files add up to, or compare it."),
    "explain": ("", "Explain what a finding's code means, and what to do about it."),
    "check": ("", "Check what a change does to migrations that others may have run."),
    "preflight": ("recovery", "Check everything that must hold before a recovery."),
    "backup": ("recovery", "Take a backup that says what it must contain, and prove it."),
    "restore": ("recovery", "Restore a backup into an empty or new database, and compare it."),
    "verify": ("recovery", "Compare a database with a backup, a snapshot or another database."),
    "recover": ("recovery", "Run a recovery, of everything or of some tables; or take it back."),
    "demo": ("", "Show it all on a sample repository and database."),
}

EPILOG = (
    "Exit status: 0 nothing to report, or the artefact was written; 1 findings, or a repair was "
    "refused because something is ambiguous or unsafe; 2 you can fix it; 3 a bug in migdoctor; "
    "130 interrupted."
)


class LazyGroup(HelpfulGroup):
    """Commands that load when they are called, so that each pays for its own libraries only."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Name the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        room, module = COMMANDS[cmd_name][0], cmd_name.replace("-", "_")
        place = f"{room}.{module}" if room else module
        command: click.Command = import_module(f"analyzer.cli.commands.{place}").command
        return dressed(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by what they are for, without loading them."""
        from analyzer.cli.help.help_sections import commands_in_sections

        for title, names in commands_in_sections(self.list_commands(ctx)).items():
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name][1]) for name in names], col_max=14)


def group() -> click.Group:
    """Build the command ``migdoctor``."""
    made = LazyGroup(
        name="migdoctor",
        help="Finds migrations that were renamed after they ran in production, says what the next "
        "migrate would do, and writes the repair.",
        epilog=EPILOG,
        params=shared_options(),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    return click.version_option(__version__, prog_name="migdoctor", message="%(prog)s %(version)s")(
        made
    )
