"""A file with ERB in it: its tags are taken out before it is read, and put in where they stood.

A value can so never change what the file says besides, and no tag is looked at that nobody needs.
"""

import re
from collections.abc import Mapping

from analyzer.errors import UsageError
from analyzer.frameworks.rails.database_file.template_value import (
    NotSetError,
    NotUnderstoodError,
    RubyValue,
    read_value,
)
from analyzer.model.words.text import visible
from analyzer.records import Struct

_TAG = re.compile(r"<%(?P<kind>%|\#|==?|-)?(?P<code>.*?)-?%>", re.DOTALL)
_LITERAL = re.compile(r"<%%")
_FIRST, _LAST = "\ue000", "\ue001"  # around a tag's number, where it stood
_HELD = re.compile(f"{_FIRST}(\\d+){_LAST}")
_QUOTED = re.compile(r"\"[^\"]*+\"?|'[^']*+'?")  # a text in it, which may be a password
_SHOWN = 80  # characters of a tag


class Tag(Struct, frozen=True):
    """One tag that gives a value, and its line."""

    code: str
    line: int


class SettingPiece(Struct, frozen=True):
    """A part of a setting: text of the file, or the value of a tag; ``text`` None is nil.

    ``variables`` are the names of those whose values are in it, ``asked`` of all it asked for.
    """

    text: str | None
    variables: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    is_tag: bool = False


class Template(Struct, frozen=True):
    """The text of a file without its tags; ``path`` is for errors."""

    path: str
    text: str
    tags: tuple[Tag, ...]
    variables: Mapping[str, str]
    environment: str

    def pieces(self, setting: str) -> list[SettingPiece]:
        """A setting, piece by piece.

        Raises:
            UsageError: a tag in it is not understood, or demands a variable that is not set.
        """
        found, at = [], 0
        for held in _HELD.finditer(setting):
            if held.start() > at:
                found.append(SettingPiece(setting[at : held.start()]))
            value = self._value(self.tags[int(held[1])])
            found.append(SettingPiece(value.text, value.variables, value.asked, is_tag=True))
            at = held.end()
        return [*found, SettingPiece(setting[at:])] if at < len(setting) or not found else found

    def _value(self, tag: Tag) -> RubyValue:
        try:
            return read_value(tag.code, self.variables, self.environment)
        except NotUnderstoodError:
            raise not_understood(self.path, tag) from None
        except NotSetError as error:
            raise UsageError(
                f"{self.path}, line {tag.line}, needs the variable {visible(error.name)}, which is "
                "not set",
                why="the file has no default for it, so the application would not start either",
                fix=f"set it: export {visible(error.name)}=...; or name the database: "
                "--database-url URL",
            ) from None


def read_template(
    content: bytes, path: str, variables: Mapping[str, str], environment: str
) -> Template:
    """Take the tags out of a file.

    Raises:
        UsageError: it is no text, or has code that gives no value, such as a condition.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(
            f"{path} cannot be read",
            why="it is not UTF-8",
            fix="save it as UTF-8, or name the database: --database-url URL",
        ) from None
    tags: list[Tag] = []
    plain = _TAG.sub(lambda it: _held(it, text, path, tags), text.replace(_FIRST, "\ufffd"))
    return Template(path, _LITERAL.sub("<%", plain), tuple(tags), variables, environment)


def _held(found: re.Match[str], text: str, path: str, tags: list[Tag]) -> str:
    """What stands in the text for a tag."""
    kind, code = found["kind"] or "", found["code"].strip()
    tag = Tag(code, text.count("\n", 0, found.start()) + 1)
    if kind == "%":
        return found[0]
    if kind == "#" or not code:
        return ""
    if not kind.startswith("="):
        raise not_understood(path, tag)
    tags.append(tag)
    return f"{_FIRST}{len(tags) - 1}{_LAST}"


def not_understood(path: str, tag: Tag) -> UsageError:
    """Say that a tag is not understood, and that it was not run."""
    code = visible(" ".join(_QUOTED.sub('"..."', tag.code).split()))
    shown = code if len(code) <= _SHOWN else f"{code[:_SHOWN]} ..."
    return UsageError(
        f"{path}, line {tag.line}: `{shown}` is not understood",
        why='it is Ruby, which migdoctor never runs; it understands ENV["X"], ENV.fetch("X"), '
        "defaults and literals",
        fix="name the database: --database-url URL, or DATABASE_URL; or pass the rows: --rows FILE",
    )
