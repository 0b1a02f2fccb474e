"""The command ``migdoctor``: dispatch, and the one boundary where errors become statuses."""

import gc
import sys

CLEAN, FINDINGS, FIXABLE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
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
            from analyzer.cli.version import tell_version

            tell_version()
            return CLEAN
        gc.set_threshold(_RARE)
        return _dispatch(arguments)
    except KeyboardInterrupt:
        from analyzer.cli.terminal.console import say

        say("migdoctor: interrupted; nothing was changed unless a line above says so")
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return CLEAN
    except Exception as error:  # noqa: BLE001  the boundary: a bug ends in a report
        return _failed(error, arguments)


def _failed(error: Exception, arguments: list[str]) -> int:
    from analyzer.cli.terminal.console import complain, say
    from analyzer.errors import AnalyzerError

    if isinstance(error, AnalyzerError):
        complain(error)
        return error.status
    from analyzer.cli.terminal.bug_report import bug_report

    say(bug_report(arguments))
    return BUG


def _dispatch(arguments: list[str]) -> int:
    import os

    from analyzer.cli.terminal.console import know_secrets, say

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
