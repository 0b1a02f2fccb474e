"""Secrets: a type that does not show itself, and where they hide in command lines.

A password may stand in an address of any form (a URL, ``user:password@host``, ``key=value`` pairs),
in a variable before a command (``PGPASSWORD=...``), in an option (``sshpass -p``, ``--password``),
and all of that within quotes within another command.
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from urllib.parse import quote, unquote, unquote_plus

from analyzer.records import Struct

BLANK = "***"
SPEAKING = r"(?:pass(?:word|wd|phrase)?|passw|pwd|secret|token|api_?key|credentials?)"
"""Names that say that what follows is secret."""
VALUE = r"(?:'(?:\\.|[^'\\])*+'|\"(?:\\.|[^\"\\])*+\"|(?:\\.|[^\s&'\"\\])++)++"
"""Such a value: in quotes, or to the next blank."""
_DEEPEST = 4  # commands within commands
_SHORTEST = 3  # letters of a secret that is looked for wherever it stands
_NAME = re.compile(rf"(?:^|[\w.-]*[_.-]|pg|ssl|ssh|my){SPEAKING}$", re.IGNORECASE)
_FOLDERS = frozenset({"PWD", "OLDPWD"})  # the shell's, not passwords: commands print such paths
_OPTION = re.compile(rf"(?!--no-)--?(?:[\w-]*-)?{SPEAKING}|-pw", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"(?:-[a-zA-Z])?(?:--)?([A-Za-z_][\w.-]*)=(.*)", re.DOTALL)
_ASKING = re.compile(r"sshpass|curl|(?:mysql|mariadb)\w*")  # their short options take passwords

_URL = re.compile(
    r"(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*)://([^/?#@:]*)(:(.*))?@", re.IGNORECASE | re.DOTALL
)
_NO_HOST = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://[^/?#@:\s\[]*:([^\s@/?#,\d'\"][^\s@/?#]*)", re.IGNORECASE
)
_BARE = re.compile(r"[^\s/:@=]+:(.+)@[^\s@]", re.DOTALL)


class Secret(Struct, frozen=True):
    """A text that shows itself only when asked."""

    _text: str

    def __repr__(self) -> str:
        return "Secret()"

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
    return re.compile(rf"{SPEAKING}\s{{0,9}}=\s{{0,9}}({VALUE})", re.IGNORECASE)
