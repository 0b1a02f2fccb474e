"""The only place that prints: no password can leave, and nothing that a reader does not see.

How each kind of text is made safe is in `analyzer.report.artefact`. Code that holds an unseen
character does not go out at all.
"""

import sys
from collections.abc import Mapping, Sequence

from analyzer.cli.terminal.screen import screen, wished
from analyzer.cli.terminal.stream import write_file, write_stream
from analyzer.errors import AnalyzerError
from analyzer.model.core import secret
from analyzer.model.core.environments import Unreadable
from analyzer.model.core.redaction import Redaction
from analyzer.report import artefact
from analyzer.report.artefact import ArtefactKind

_known = Redaction()  # of this run
_secrets: frozenset[secret.Secret] = frozenset()  # what it is made of


def know_secrets(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Learn what is secret in this run, so that it leaves by no way out."""
    global _known, _secrets  # noqa: PLW0603  one program, one run
    _secrets = secret.find_secrets(arguments) | secret.secrets_of_environment(environment)
    _known = Redaction.of(_secrets)


def learn_secrets(words: Sequence[str]) -> None:
    """Learn what else is secret: that of what the configuration names."""
    global _known, _secrets  # noqa: PLW0603  one program, one run
    found = secret.find_secrets(words)
    if not found <= _secrets:
        _secrets |= found
        _known = Redaction.of(_secrets)


def for_people(text: str, *, colour: bool = False) -> str:
    """Make a text safe to show, with what is secret in this run."""
    return artefact.for_people(text, _known, colour=colour)


def say(text: str) -> None:
    """Write a message or a preview to standard error; not where --quiet was given."""
    if not wished().quiet:
        insist(text)


def insist(text: str) -> None:
    """Write to standard error, if there is one, what even --quiet does not keep back."""
    if sys.stderr is not None:
        told = for_people(text, colour=screen(sys.stderr).colour)
        write_stream(sys.stderr, told if told.endswith("\n") else told + "\n")


def deliver(text: str, output: str | None = None, kind: ArtefactKind = ArtefactKind.TEXT) -> None:
    """Write the artefact to standard output, or to a file.

    Raises: UsageError where it cannot be written, RefusedError where it is code and holds what a
    reader would not see.
    """
    if kind is ArtefactKind.CODE:
        from analyzer.services.unseen_characters import demand_seen

        demand_seen(text)
    safe = artefact.made_safe(text, kind, _known, colour=screen(sys.stdout, output).colour)
    if output is None:
        write_stream(sys.stdout, safe)
    else:
        write_file(output, safe)


def complain(error: AnalyzerError | Unreadable, what: str = "") -> None:
    """Say what is wrong, why, and how to fix it, in lines that fit a terminal."""
    from analyzer.cli.terminal.complaint import composed

    fitting = sys.stderr is not None and sys.stderr.isatty()
    parts = (what or error.what, error.why, error.fix)
    insist(composed(*parts, screen(sys.stderr), fitting=fitting))
