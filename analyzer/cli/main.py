"""The command ``migdoctor``: dispatch, and the one boundary where errors become statuses."""

import gc
import sys
from typing import Any

from analyzer import __version__

CLEAN, FINDINGS, FIXABLE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
_MAY_HOLD_ANYTHING = ("--database-url", "--scratch-url", "--exec")
_RARE = 100_000  # allocations between two searches for garbage: long histories make no cycles


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run the command line and return its status; nothing escapes but a pasteable report."""
    import os

    from analyzer.cli.console import complain, know_secrets, say
    from analyzer.errors import AnalyzerError

    if arguments == ["--version"]:  # asked by scripts, so it must not wait for a library
        from analyzer.cli.console import deliver

        deliver(f"migdoctor {__version__}\n")
        return CLEAN
    gc.set_threshold(_RARE)
    try:
        know_secrets(arguments, os.environ)
        return _dispatch(arguments)
    except AnalyzerError as error:
        complain(error)
        return error.status
    except KeyboardInterrupt:
        say("migdoctor: interrupted; nothing was changed unless a line above says so")
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return CLEAN
    except Exception:  # noqa: BLE001  the boundary: a bug ends in a report
        say(_bug_report(arguments))
        return BUG


def _dispatch(arguments: list[str]) -> int:
    import click

    from analyzer.cli.console import say
    from analyzer.cli.group import group

    try:
        status: Any = group().main(args=arguments, prog_name="migdoctor", standalone_mode=False)
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        say(f"migdoctor: {error.format_message()}\n  fix: migdoctor --help lists what there is")
        return FIXABLE
    return status if isinstance(status, int) else CLEAN


def _silence_stdout() -> None:
    """The reader went away (``| head``): keep Python from complaining when it closes the pipe."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug_report(arguments: list[str]) -> str:
    """What we need to know, ready to paste; passwords are blanked where it is printed."""
    import platform
    import traceback

    frames = traceback.format_exc().replace("```", "'''")
    return (
        "migdoctor: this is a bug of ours; nothing was changed unless a line above says so.\n"
        "Please report it with this text:\n\n"
        f"### migdoctor {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"`migdoctor {' '.join(_unfilled(arguments))}`\n```\n{frames}```"
    )


def _unfilled(arguments: list[str]) -> list[str]:
    """Leave out what may be a password, though it does not look like one."""
    from analyzer.model.core.secret import BLANK

    shown = list(arguments)
    for place, word in enumerate(shown):
        name, equals, value = word.partition("=")
        if name in _MAY_HOLD_ANYTHING and equals:
            shown[place] = f"{name}={value if value.isidentifier() else BLANK}"
        elif word in _MAY_HOLD_ANYTHING and place + 1 < len(shown):
            shown[place + 1] = (
                following if (following := shown[place + 1]).isidentifier() else BLANK
            )
    return shown
