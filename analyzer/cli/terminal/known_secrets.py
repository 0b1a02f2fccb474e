"""What is secret in this run: all that leaves the program is blanked with it."""

from collections.abc import Mapping, Sequence

from analyzer.model.core import secret
from analyzer.model.core.redaction import Redaction

_known = Redaction()
_secrets: frozenset[secret.Secret] = frozenset()  # what it is made of


def known() -> Redaction:
    """Blanks what is secret in this run."""
    return _known


def redacted(text: str) -> str:
    """Blank it in a text for people."""
    return _known.text(text)


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
