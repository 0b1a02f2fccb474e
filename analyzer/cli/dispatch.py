"""From words to the command that they name."""

import os
import threading
import time

import click

from analyzer.cli.group import group
from analyzer.cli.terminal.console import complain, deliver, know_secrets, say
from analyzer.cli.terminal.screen import Wishes, shows_progress, wish, wished

_FIXABLE = 2


def dispatch(arguments: list[str]) -> int:
    """Run a command; return its status.

    Raises:
        KeyboardInterrupt: it was interrupted at a question.
    """
    know_secrets(arguments, os.environ)
    wish(Wishes(typed=tuple(arguments)))
    if not shows_progress():
        return _run(arguments)
    from analyzer.cli.terminal.spinner import Spinner

    spinner = Spinner(threading.get_ident())
    try:
        return _run(arguments)
    finally:
        spinner.end()


def _run(arguments: list[str]) -> int:
    began = time.monotonic()
    try:
        status: object = group().main(args=arguments, prog_name="migdoctor", standalone_mode=False)
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.exceptions.NoArgsIsHelpError as error:
        deliver(error.format_message() + "\n")
        return _FIXABLE
    except click.ClickException as error:
        from analyzer.cli.help.usage import usage_error

        complain(usage_error(error))
        return _FIXABLE
    if wished().verbose:
        say(f"migdoctor took {time.monotonic() - began:.1f} s")
    return status if isinstance(status, int) else 0
