"""Secrets: a type that does not show itself, where they hide in command lines, how to blank them.

A password may stand in an address of any form (a URL, ``user:password@host``, ``key=value`` pairs),
in a variable before a command (``PGPASSWORD=...``), in an option (``sshpass -p``, ``--password``),
and all of that within quotes within another command.
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote, unquote, unquote_plus

BLANK = "***"
_DEEPEST = 4  # commands within commands
_SHORTEST = 3  # letters of a secret that is looked for wherever it stands
_DISTINCT = 6  # letters from which on a secret is looked for within words too
_SPEAKING = r"(?:pass(?:word|wd|phrase)?|passw|pwd|secret|token|api_?key|credentials?)"
_VALUE = r"(?:'(?:\\.|[^'\\])*+'|\"(?:\\.|[^\"\\])*+\"|(?:\\.|[^\s&'\"\\])++)++"
_NAME = re.compile(rf"(?:^|[\w.-]*[_.-]|pg|ssl|ssh|my){_SPEAKING}$", re.IGNORECASE)
_FOLDERS = frozenset({"PWD", "OLDPWD"})  # the shell's, not passwords: commands print such paths
_OPTION = re.compile(rf"(?!--no-)--?(?:[\w-]*-)?{_SPEAKING}|-pw", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"(?:-[a-zA-Z])?(?:--)?([A-Za-z_][\w.-]*)=(.*)", re.DOTALL)
_ASKING = re.compile(r"sshpass|curl|(?:mysql|mariadb)\w*")  # their short options take passwords

_URL = re.compile(
    r"(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*)://([^/?#@:]*)(:(.*))?@", re.IGNORECASE | re.DOTALL
)
_NO_HOST = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://[^/?#@:\s\[]*:([^\s@/?#,\d'\"][^\s@/?#]*)", re.IGNORECASE
)
_BARE = re.compile(r"[^\s/:@=]+:(.+)@[^\s@]", re.DOTALL)

# what looks like a secret in any text: each runs in time that grows with the text alone
_HINTS = ("pass", "pwd", "secret", "token", "apikey", "api_key", "credential", "-pw")
_USER = re.compile(r"[^\s:/@]*:")  # of a URL, behind its ://
_TOKEN_IN_URL = re.compile(r"(?P<lead>\bhttps?://)[^\s:/@\"'<>]+(?=@)")
_BARE_END = re.compile(r"(?<![\w/:.])(?P<lead>[\w.%+-]{1,64}:)(?!//)[^\s/\"'<>]+$")
_ENDING = re.compile(r"[\s/\"'<>]")  # of an address, within it
_LONGEST = 300  # letters before an @ that are looked at
_PIECE = re.compile(r"[^\s\"'<>]+")


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that shows itself only when asked."""

    _text: str = field(repr=False)

    def __str__(self) -> str:
        return BLANK

    def reveal(self) -> str:
        """Hand out the text itself."""
        return self._text

    def forms(self) -> frozenset[str]:
        """Write it in the ways in which other texts may hold it."""
        import html  # a table of all entities: only where there is a secret

        text = self._text
        plain = {text, unquote(text), unquote_plus(text)}
        written = set(plain)
        for one in plain:
            written |= {
                _percent(one, ""),
                _percent(one, "/"),
                html.escape(one),
                json.dumps(one)[1:-1],
            }
            written |= {repr(one)[1:-1], one.replace("'", "''"), one.replace("\\", "\\\\")}
            written |= {shlex.quote(one).strip("'"), json.dumps(one, ensure_ascii=False)[1:-1]}
        return frozenset(one for one in written if len(one) >= _SHORTEST)


def _percent(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="surrogateescape")


def find_secrets(words: Sequence[str]) -> frozenset[Secret]:
    """Find what is secret in the words of a command line, commands in quotes included.

    What stands in the same address as its user, host or database is no secret.
    """
    return frozenset(Secret(text) for text in _found(words, _DEEPEST) if text and text != BLANK)


def secrets_of_command(command: str) -> frozenset[Secret]:
    """Find what is secret in a command for the shell."""
    return find_secrets([command])


def secrets_of_environment(variables: Mapping[str, str]) -> frozenset[Secret]:
    """Find what is secret in variables: passwords by their names, addresses by their form."""
    texts: set[str] = set()
    for name, value in variables.items():
        if name in _FOLDERS:
            continue
        if _NAME.search(name) and len(value) > _SHORTEST:
            texts.add(value)
        elif "://" in value or name.endswith("URL"):
            texts |= set(_of_address(value))
    return frozenset(Secret(text) for text in texts if text)


@dataclass(frozen=True, slots=True)
class Redaction:
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
    pieces = [_bare(one) if re.match(r"[\w\[]", following) else one
              for one, following in zip(before, after, strict=True)]  # fmt: skip
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


def _found(words: Sequence[str], deep: int) -> Iterator[str]:
    program = ""
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else ""
        yield from _of_option(program, word, after)
        yield from _of_word(word, deep)
        if not word.startswith("-") and "=" not in word:
            name = word.rpartition("/")[2]
            program = name if _ASKING.fullmatch(name) else program


def _of_option(program: str, word: str, after: str) -> Iterator[str]:
    """What an option says is secret: the next word, or the rest of its own."""
    if _OPTION.fullmatch(word):
        yield after
    elif program == "curl" and word in ("-u", "--user"):
        yield after.partition(":")[2]
    elif word == "-p" and program == "sshpass":
        yield after
    elif program not in ("", "curl") and word.startswith("-p"):
        yield from (word[2:], word)


def _of_word(word: str, deep: int) -> Iterator[str]:
    assigned = _ASSIGNMENT.fullmatch(word)
    if assigned is not None:
        if _NAME.search(assigned[1]) and not re.search(r"\s\w+=", assigned[2]):
            yield assigned[2]
        yield from _of_word(assigned[2], deep)
    yield from _of_address(word)
    if deep and re.search(r"\s", word):
        yield from _found(_split(word), deep - 1)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # quotes that are not closed
        return text.split()


def _of_address(text: str) -> Iterator[str]:
    """The password of an address in any form, as it stands and percent-decoded."""
    for found in _pair().finditer(text) if "=" in text else ():
        yield _bare_value(found[1])
    url = _URL.search(text)
    if url is not None:
        known = {unquote(url[2]), *re.split(r"[/:?&=,]", text[url.end() :])}
        if url[4]:
            yield from (one for one in _cut(url[4]) if one not in known)
        elif url[1].lower() in ("http", "https"):
            yield url[2]
        return
    hostless = _NO_HOST.search(text)
    if hostless is not None:  # what stands in a port's place and is none
        yield from _cut(hostless[1])
    bare = _BARE.match(text)
    if bare is not None and "://" not in text:
        user, rest = text.partition(":")[0], text[bare.end() - 1 :]
        known = {user, *re.split(r"[/:?&=,]", rest)}
        yield from (one for one in _cut(bare[1]) if one not in known)


def _cut(password: str) -> Iterator[str]:
    """A password that holds @ unescaped reaches to the last of them; another reader may cut it."""
    yield password
    yield unquote(password)
    if "@" in password:
        yield password.partition("@")[0]


def _bare_value(value: str) -> str:
    """Take the quotes and backslashes off a value."""
    if value[:1] in "'\"":
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


@cache
def _pair() -> re.Pattern[str]:
    # key=value; large, so compiled where it is first needed
    return re.compile(rf"{_SPEAKING}\s{{0,9}}=\s{{0,9}}({_VALUE})", re.IGNORECASE)


@cache
def _in_pair() -> re.Pattern[str]:
    # name=value, --option value; large, so compiled where it is first needed
    return re.compile(
        rf"(?P<lead>pass(?:word|wd|phrase)?\s{{0,9}}=\s{{0,9}}|{_SPEAKING}=(?![=>])"
        rf"|(?<!\S)(?!--no-)--?(?:[\w-]{{0,40}}-)?{_SPEAKING}(?:=|\s{{1,9}})(?!-)"
        rf"|\bsshpass\s{{1,9}}-p\s{{0,9}}|(?<!\S)-pw\s{{1,9}})(?!\*\*\*){_VALUE}",
        re.IGNORECASE,
    )


@cache
def _in_literal() -> re.Pattern[str]:
    # password: "x", "password" => 'x'; large, so compiled where it is first needed
    return re.compile(
        rf"(?P<lead>{_SPEAKING}[\"']?\s{{0,9}}(?::|=>)\s{{0,9}})"
        r"(?:'(?:\\.|[^'\\])*+'|\"(?:\\.|[^\"\\])*+\")",
        re.IGNORECASE,
    )
