"""The command ``migdoctor``: dispatch, and the one boundary where errors become statuses."""

import gc
import sys

from analyzer import __version__

CLEAN, FINDINGS, FIXABLE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
_MAY_HOLD_ANYTHING = ("--database-url", "--scratch-url", "--exec")
_RARE = 1_000_000  # allocations between two searches for garbage: long histories make no cycles


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    status = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()  # or Python, as it ends, would search all there is for garbage: a fifth of a run
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run the command line and return its status; nothing escapes but a pasteable report."""
    try:
        if arguments == ["--version"]:  # asked by scripts, so it must not wait for a library
            return _tell_version()
        gc.set_threshold(_RARE)
        return _dispatch(arguments)
    except KeyboardInterrupt:
        _say("migdoctor: interrupted; nothing was changed unless a line above says so")
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return CLEAN
    except Exception as error:  # noqa: BLE001  the boundary: a bug ends in a report
        return _failed(error, arguments)


def _tell_version() -> int:
    """Without the console, which has a library for all that a text may hold."""
    text = f"migdoctor {__version__}\n"
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (AttributeError, OSError):  # there is nowhere to write to: the console says so
        from analyzer.cli.console import deliver

        deliver(text)
    return CLEAN


def _failed(error: Exception, arguments: list[str]) -> int:
    from analyzer.cli.console import complain
    from analyzer.errors import AnalyzerError

    if isinstance(error, AnalyzerError):
        complain(error)
        return error.status
    _say(_bug_report(arguments))
    return BUG


def _say(text: str) -> None:
    from analyzer.cli.console import say

    say(text)


def _dispatch(arguments: list[str]) -> int:
    import os

    from analyzer.cli.console import know_secrets, say

    know_secrets(arguments, os.environ)
    import click

    from analyzer.cli.group import group

    try:
        status: object = group().main(args=arguments, prog_name="migdoctor", standalone_mode=False)
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
