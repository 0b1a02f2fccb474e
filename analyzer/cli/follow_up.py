"""What a repair would hide: said beside its preview, drafted as a migration with --follow-up."""

import os
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import click

from analyzer import __version__
from analyzer.cli.console import deliver, demand_seen, kind_of, say, screen
from analyzer.errors import UsageError
from analyzer.model.findings.follow_up import FollowUp
from analyzer.workflow.walk import Walk

STANDARD_OUTPUT = "-"


def follow_up_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that both repairs share."""
    return click.option(
        "--follow-up",
        "draft",
        metavar="FILE",
        help="Also write a migration there that brings what edits of renamed files hid.",
    )(function)


def check_draft(draft: str | None, *, output: str | None, undo: bool) -> None:
    """Refuse before anything is read what could not be written in the end.

    Raises:
        UsageError: the file is there already, or would have to hold two things.
    """
    if draft is None:
        return
    if undo:
        raise UsageError(
            "--follow-up and --undo were both given",
            why="the follow-up belongs to the repair; the way back needs none",
            fix="write each by itself",
        )
    if draft == STANDARD_OUTPUT and output is None:
        raise UsageError(
            "--follow-up - and the repair itself would both go to standard output",
            why="a program that reads it could not tell the two apart",
            fix="name a file for one of them: --follow-up FILE, or -o FILE",
        )
    if os.path.lexists(draft) or (output is not None and Path(output) == Path(draft)):
        raise UsageError(
            f"--follow-up {draft}: this file exists already, or is the one of -o",
            why="what stands there may hold work; migdoctor overwrites no migration",
            fix="name a new file, or move that one away",
        )


def find_hidden(done: Walk, taken: Collection[int] = ()) -> FollowUp | None:
    """Look for what edits hid, and tell of it on standard error; None where nothing was edited."""
    from analyzer.workflow.repair.following_up import follow_up

    found = follow_up(done.inference, done.report.environments[0].diagnosis, taken)
    if found is not None and not found.empty:
        from analyzer.report.repair.follow_up_text import render_hidden

        say(render_hidden(found, screen(sys.stderr).width))
    return found


def write_draft(found: FollowUp | None, draft: str | None) -> None:
    """Write the draft where it was asked for, and say what to do with it.

    Raises:
        UsageError: the file cannot be written.
    """
    if found is None or found.empty:
        if draft is not None:
            say("No follow-up was written: no edit brings anything that is not there already.")
        return
    if draft is None:
        say("--follow-up FILE writes a migration that brings it.")
        return
    from analyzer.frameworks.rails.writer.follow_up_ruby import render_draft

    text = render_draft(found, f"migdoctor {__version__}")
    if draft == STANDARD_OUTPUT:
        deliver(text, kind=kind_of("ruby"))
    else:
        demand_seen(text)
        _create(draft, text)
    say(f"The follow-up is a draft: read it, then put it at {found.path}\nand deploy it after the "
        "repair; the next db:migrate runs it.")  # fmt: skip


def _create(path: str, text: str) -> None:
    try:
        with Path(path).open("xb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise UsageError(
            f"cannot write {path}",
            why=os.strerror(error.errno or 0),
            fix="name another file: --follow-up FILE",
        ) from error
