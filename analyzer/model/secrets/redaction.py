"""Blanking secrets in a text: those that are known, and whatever else looks like one."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from analyzer.model.secrets.secret import BLANK, SPEAKING, VALUE, Secret, secrets_of_command
from analyzer.records import Struct

_DISTINCT = 6  # letters from which on a secret is looked for within words too
# what looks like a secret in any text: each runs in time that grows with the text alone
_HINTS = ("pass", "pwd", "secret", "token", "apikey", "api_key", "credential", "-pw")
_USER = re.compile(r"[^\s:/@]*:")  # of a URL, behind its ://
_TOKEN_IN_URL = re.compile(r"(?P<lead>\bhttps?://)[^\s:/@\"'<>]+(?=@)")
_BARE_END = re.compile(r"(?<![\w/:.])(?P<lead>[\w.%+-]{1,64}:)(?!//)[^\s/\"'<>]+$")
_ENDING = re.compile(r"[\s/\"'<>]")  # of an address, within it
_LONGEST = 300  # letters before an @ that are looked at
_PIECE = re.compile(r"[^\s\"'<>]+")


class Redaction(Struct, frozen=True):
    """Blanks secrets: those that are known, and whatever else looks like one.

    ``forms`` are all that the known ones may be written as, the longest first.
    """

    forms: tuple[str, ...] = ()

    @classmethod
    def of(cls, secrets: Iterable[Secret]) -> "Redaction":
        """Know these secrets."""
        forms = {form for one in secrets for form in one.forms()}
        return cls(tuple(sorted(forms, key=len, reverse=True)))

    def text(self, text: str) -> str:
        """Blank them in a text for people."""
        known = self._known(text)
        small = known.lower()
        hints = tuple(hint for hint in _HINTS if hint in small)
        if not hints and "@" not in known:
            return known
        return "\n".join(_line(line, hints) for line in known.split("\n"))

    def structured(self, text: str) -> str:
        """Blank them in text whose quotes and brackets must stay: JSON's strings, XML."""
        known = self._known(text)
        if "@" not in known:
            return known
        return "\n".join(
            _PIECE.sub(lambda found: _addresses(found[0]), line) if "@" in line else line
            for line in known.split("\n")
        )

    def may_change(self, text: str) -> bool:
        """Whether `structured` may find something in a text."""
        return "@" in text or any(form in text for form in self.forms)

    def _known(self, text: str) -> str:
        for form in self.forms:
            if form in text:
                text = _without(text, form)
        return text


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """Blank known secrets, and whatever else looks like one, in a text for people."""
    return Redaction.of(secrets).text(text)


def _line(line: str, hints: Sequence[str]) -> str:
    if "@" in line:
        line = _addresses(line)
    small = line.lower() if hints else ""
    if any(hint in small for hint in hints):
        for pattern in (_in_pair(), _in_literal()):
            line = pattern.sub(rf"\g<lead>{BLANK}", line)
    return line


def _addresses(text: str) -> str:
    """Blank the password of a URL, to the last @, and of user:password@host."""
    if "@" not in text:
        return text
    if "://" in text:
        text = _TOKEN_IN_URL.sub(rf"\g<lead>{BLANK}", _url(text))
    *before, last = text.split("@")
    after = [*before[1:], last]
    pieces = [
        _bare(one) if re.match(r"[\w\[]", following) else one
        for one, following in zip(before, after, strict=True)
    ]
    return "@".join([*pieces, last])


def _url(text: str) -> str:
    end = text.rfind("@")
    place = text.find("://", 0, end)
    while place >= 0:
        user = _USER.match(text, place + 3, end)
        if user is not None and user.end() < end:
            return f"{text[: user.end()]}{BLANK}{text[end:]}"
        place = text.find("://", place + 3, end)
    return text


def _bare(text: str) -> str:
    tail = text[-_LONGEST:]
    colon = tail.rfind(":")
    if colon < 0 or tail.endswith(BLANK) or _ENDING.search(tail, colon):
        return text
    found = _BARE_END.search(tail)
    return text if found is None else f"{text[: len(text) - len(tail) + found.end('lead')]}{BLANK}"


def blanked(command: str) -> str:
    """Write a command without its secrets: for whatever is kept or shown."""
    return redact(command, secrets_of_command(command))


def holds_secret(command: str) -> bool:
    """Whether a command has a secret in it, or had one before it was blanked."""
    return BLANK in blanked(command)


def _without(text: str, form: str) -> str:
    plain = form.isalpha() and form.islower()  # as in "password": within words it is none
    if not form.isalnum() or (len(form) >= _DISTINCT and not plain):
        return text.replace(form, BLANK)
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])", BLANK, text)


@cache
def _in_pair() -> re.Pattern[str]:
    # name=value, --option value; large, so compiled where it is first needed
    return re.compile(
        rf"(?P<lead>pass(?:word|wd|phrase)?\s{{0,9}}=\s{{0,9}}|{SPEAKING}=(?![=>])"
        rf"|(?<!\S)(?!--no-)--?(?:[\w-]{{0,40}}-)?{SPEAKING}(?:=|\s{{1,9}})(?!-)"
        rf"|\bsshpass\s{{1,9}}-p\s{{0,9}}|(?<!\S)-pw\s{{1,9}})(?!\*\*\*){VALUE}",
        re.IGNORECASE,
    )


@cache
def _in_literal() -> re.Pattern[str]:
    # password: "x", "password" => 'x'; large, so compiled where it is first needed
    return re.compile(
        rf"(?P<lead>{SPEAKING}[\"']?\s{{0,9}}(?::|=>)\s{{0,9}})"
        r"(?:'(?:\\.|[^'\\])*+'|\"(?:\\.|[^\"\\])*+\")",
        re.IGNORECASE,
    )
