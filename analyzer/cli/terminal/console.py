"""The only place that prints: no password can leave, and nothing that a reader does not see.

How each kind of text is made safe is in `analyzer.report.artefact`. Code that holds an unseen
character does not go out at all.
"""

import sys

from analyzer.cli.terminal.screen import screen, wished
from analyzer.cli.terminal.stream import write_file, write_stream
from analyzer.errors import AnalyzerError
from analyzer.model.core.environments import Unreadable
from analyzer.report import artefact
from analyzer.report.artefact import ArtefactKind, KnownSecrets

_known = KnownSecrets()
know_secrets, learn_secrets, redacted = _known.know, _known.learn, _known.blank


def for_people(text: str, *, colour: bool = False) -> str:
    """Make a text safe to show, with what is secret in this run."""
    return artefact.for_people(text, _known.redaction, colour=colour)


def say(text: str) -> None:
    """Write a message or a preview to standard error; not where --quiet was given."""
    if not wished().quiet:
        insist(text)


def insist(text: str, *, apart: bool = False, carry: bool = True) -> None:
    """Write to standard error, if there is one, what even --quiet does not keep back.

    Args:
        apart: on a line of its own, as at a terminal a question or ^C stands on this one.
        carry: whether its commands still need the database that was typed.
    """
    if sys.stderr is not None:
        text = with_place(text) if carry else text
        text = f"\n{text}" if apart and sys.stderr.isatty() else text
        told = for_people(text, colour=screen(sys.stderr).colour)
        write_stream(sys.stderr, told if told.endswith("\n") else told + "\n")


def with_place(text: str, environment: str | None = None) -> str:
    """The text, its commands with the database that was typed, or with that one of several."""
    if "migdoctor " not in text:
        return text
    from analyzer.cli.options.place_words import carried

    return carried(text, wished().typed, environment)


def deliver(text: str, output: str | None = None, kind: ArtefactKind = ArtefactKind.TEXT) -> None:
    """Write the artefact to standard output, or to a file.

    Raises: UsageError where it cannot be written, RefusedError where it is code and holds what a
    reader would not see.
    """
    if kind is ArtefactKind.CODE:
        from analyzer.services.unseen_characters import demand_seen

        demand_seen(text)
    told = with_place(text) if kind in (ArtefactKind.TEXT, ArtefactKind.LOG) else text
    safe = artefact.made_safe(
        told, kind, _known.redaction, colour=screen(sys.stdout, output).colour
    )
    if output is None:
        write_stream(sys.stdout, safe)
    else:
        write_file(output, safe)


def complain(error: AnalyzerError | Unreadable, what: str = "") -> None:
    """Say what is wrong, why, and how to fix it, in lines that fit a terminal."""
    from analyzer.cli.terminal.complaint import composed

    fitting = sys.stderr is not None and sys.stderr.isatty()
    parts = (what or error.what, with_place(error.why), with_place(error.fix))
    insist(composed(*parts, screen(sys.stderr), fitting=fitting), carry=False)
