"""What leaves the program, made safe: no secret, and nothing that a reader does not see.

Text for people is redacted, and its unseen characters, and what the log of a CI system would take
for a command, are written as escapes. JSON and markup are redacted within their strings. Scripts
and patches stay as they are, byte for byte, for what is shown is what runs.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum, auto

from analyzer.model.secrets import secret
from analyzer.model.secrets.redaction import Redaction
from analyzer.model.words.text import obeyed_by_no_log, visible_lines

_COLOURS = ("\x1b[31;1m", "\x1b[33m", "\x1b[32m", "\x1b[1m", "\x1b[0m")  # all that reports use
_JSON_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?')  # and the colon behind a key
_JSON_UNSEEN = re.compile(r"[^\n -~]")


class ArtefactKind(Enum):
    """What an artefact is, and so how it is kept from playing tricks."""

    TEXT = auto()
    LOG = auto()  # text with commands of ours to the log of a CI system
    JSON = auto()
    MARKUP = auto()  # XML, DOT, Mermaid: quotes and brackets must stay
    CODE = auto()  # what runs or is applied
    PAGE = auto()  # made safe text by text while it was drawn, by whoever draws it


CI_FORMATS = ("github", "gitlab", "junit")
"""The formats for CI systems; each is a module of `analyzer.report.ci`."""
_KINDS = {
    "github": ArtefactKind.LOG,
    "json": ArtefactKind.JSON,
    "sarif": ArtefactKind.JSON,
    "gitlab": ArtefactKind.JSON,
    "junit": ArtefactKind.MARKUP,
    "svg": ArtefactKind.MARKUP,
    "html": ArtefactKind.PAGE,
    "markdown": ArtefactKind.PAGE,
    "dot": ArtefactKind.MARKUP,
    "mermaid": ArtefactKind.MARKUP,
    "sh": ArtefactKind.CODE,
    "sql": ArtefactKind.CODE,
    "patch": ArtefactKind.CODE,
    "ruby": ArtefactKind.CODE,
}


def kind_of(format_: str) -> ArtefactKind:
    """Tell the kind of what a --format writes; what is not code or data is text."""
    return _KINDS.get(format_, ArtefactKind.TEXT)


class KnownSecrets:
    """What is secret in one run: that of its command line, and what its configuration brings in."""

    def __init__(self) -> None:
        self._secrets: frozenset[secret.Secret] = frozenset()
        self.redaction = Redaction()

    def know(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Learn what is secret in this run, so that it leaves by no way out."""
        self._secrets = secret.find_secrets(arguments) | secret.secrets_of_environment(environment)
        self.redaction = Redaction.of(self._secrets)

    def learn(self, words: Sequence[str]) -> None:
        """Learn what else is secret: that of what the configuration names."""
        found = secret.find_secrets(words)
        if not found <= self._secrets:
            self._secrets |= found
            self.redaction = Redaction.of(self._secrets)

    def blank(self, text: str) -> str:
        """Blank all of it in a text for people."""
        return self.redaction.text(text)


def for_people(text: str, known: Redaction, *, colour: bool = False) -> str:
    """Make a text safe to show: no secret, no character that is not seen, no log's command."""
    return obeyed_by_no_log(visible_lines(known.text(text), _COLOURS if colour else ()))


def made_safe(text: str, kind: ArtefactKind, known: Redaction, *, colour: bool = False) -> str:
    """Make an artefact of a kind safe, all but code."""
    match kind:
        case ArtefactKind.TEXT:
            return for_people(text, known, colour=colour)
        case ArtefactKind.LOG:
            return visible_lines(known.text(text))
        case ArtefactKind.JSON:
            lines = (_redact_json(line, known) for line in text.split("\n"))
            return _JSON_UNSEEN.sub(_json_escape, "\n".join(lines))
        case ArtefactKind.MARKUP:
            return visible_lines(known.structured(text))
        case ArtefactKind.CODE | ArtefactKind.PAGE:
            return text


def _json_escape(found: "re.Match[str]") -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def _redact_json(line: str, known: Redaction) -> str:
    """Redact the strings of a line of JSON: none goes on in the next."""

    def redacted(found: "re.Match[str]") -> str:
        return found[0] if found[2] else f'"{known.structured(found[1])}"'

    return _JSON_STRING.sub(redacted, line) if known.may_change(line) else line
