"""The command ``migdoctor``: the one boundary where errors become statuses."""

import gc
import os
import sys

CLEAN, FINDINGS, FIXABLE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
_RARE = 1_000_000  # allocations between two searches for garbage: long histories make no cycles

_READ_ONLY = frozenset({"advise", "diagnose", "explain", "graph", "schema", "verify"})


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    status = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()  # or Python, as it ends, would search all there is for garbage: a fifth of a run
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run the command line and return its status; nothing escapes but a pasteable report."""
    try:
        if arguments == ["--version"]:  # asked by scripts, so it must not wait for a library
            from analyzer.cli.program_version import tell_version

            tell_version()
            return CLEAN
        if not arguments and "_MIGDOCTOR_COMPLETE" not in os.environ:
            from analyzer.cli.help.front_page import FRONT_PAGE
            from analyzer.cli.program_version import tell

            tell(FRONT_PAGE)
            return FIXABLE
        gc.set_threshold(_RARE)
        from analyzer.cli.dispatch import dispatch

        return dispatch(arguments)
    except KeyboardInterrupt:
        from analyzer.cli.terminal.console import insist

        insist(f"migdoctor: interrupted; {_came_of(arguments)}", apart=True)
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return CLEAN
    except Exception as error:  # noqa: BLE001  the boundary: a bug ends in a report
        return _failed(error, arguments)


def _came_of(arguments: list[str]) -> str:
    """What an interruption leaves: of what only reads nothing, else whatever had begun."""
    if _READ_ONLY.isdisjoint(arguments[:1]):
        return "what had begun may be done: the same command looks how things stand, and goes on"
    return "nothing was changed"


def _failed(error: Exception, arguments: list[str]) -> int:
    from analyzer.cli.terminal.console import complain, insist
    from analyzer.errors import AnalyzerError

    if isinstance(error, AnalyzerError):
        complain(error)
        return error.status
    from analyzer.cli.terminal.bug_report import bug_report

    insist(bug_report(arguments))
    return BUG


def _silence_stdout() -> None:
    """The reader went away (``| head``): keep Python from complaining when it closes the pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
