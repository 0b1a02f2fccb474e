"""The only place that prints: no password can leave, and nothing that a reader does not see.

How each kind of text is made safe is in `analyzer.report.artefact`; unseen code stays in.
"""

import sys
from collections.abc import Mapping, Sequence

from analyzer.cli.terminal.screen import screen
from analyzer.cli.terminal.stream import write_file, write_stream
from analyzer.errors import AnalyzerError
from analyzer.model.core import secret
from analyzer.model.core.environments import Unreadable
from analyzer.model.core.redaction import Redaction
from analyzer.model.core.text import visible
from analyzer.report import artefact
from analyzer.report.artefact import ArtefactKind
from analyzer.services.unseen_characters import demand_seen

_known = Redaction()  # of this run
_secrets: frozenset[secret.Secret] = frozenset()  # what it is made of


def know_secrets(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Learn what is secret in this run, so that it leaves by no way out."""
    global _known, _secrets  # noqa: PLW0603  one program, one run
    _secrets = secret.find_secrets(arguments) | secret.secrets_of_environment(environment)
    _known = Redaction.of(_secrets)


def learn_secrets(words: Sequence[str]) -> None:
    """Learn what else is secret: that of an address or command that the configuration names."""
    global _known, _secrets  # noqa: PLW0603  one program, one run
    found = secret.find_secrets(words)
    if not found <= _secrets:
        _secrets |= found
        _known = Redaction.of(_secrets)


def for_people(text: str, *, colour: bool = False) -> str:
    """Make a text safe to show, with what is secret in this run."""
    return artefact.for_people(text, _known, colour=colour)


def redacted(text: str) -> str:
    """Blank what is secret in this run."""
    return _known.text(text)


def say(text: str) -> None:
    """Write a message or a preview to standard error, if there is one."""
    if sys.stderr is not None:
        told = for_people(text, colour=screen(sys.stderr).colour)
        write_stream(sys.stderr, told if told.endswith("\n") else told + "\n")


def deliver(text: str, output: str | None = None, kind: ArtefactKind = ArtefactKind.TEXT) -> None:
    """Write the artefact to standard output, or to a file.

    Raises:
        UsageError: the file cannot be written.
        RefusedError: it is code, and holds what a reader would not see.
    """
    if kind is ArtefactKind.CODE:
        demand_seen(text)
    safe = artefact.made_safe(text, kind, _known, colour=screen(sys.stdout, output).colour)
    if output is None:
        write_stream(sys.stdout, safe)
    else:
        write_file(output, safe)


def complain(error: AnalyzerError | Unreadable, what: str = "") -> None:
    """Say what is wrong, why, and how to fix it; lines of somebody else's words are indented."""
    parts = (("migdoctor: ", what or error.what), ("  why: ", error.why), ("  fix: ", error.fix))
    hang = f"\n{' ' * 7}"  # below what, why and fix
    told = (
        lead + hang.join(visible(it.strip()) for it in text.split("\n")) for lead, text in parts
    )
    say("\n".join(told))
