"""The few expressions that stand in ``config/database.yml``, and their values; nothing is run.

``ENV["X"]``, ``ENV.fetch("X", default)`` or ``{ default }``, ``a || b``, literals and
``Rails.env``. Everything else is not understood.
"""

import re
from collections.abc import Mapping

from analyzer.records import Struct

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\\#]|\\["\\]|\#(?!\{))*"|'(?:[^'\\]|\\['\\])*')
    | (?P<number>-?\d[\d_]*(?:\.\d+)?)(?![\w.])
    | (?P<word>[A-Za-z_]\w*[?!]?)
    | (?P<sign>\|\||[\[\](){},.])
    )""",
    re.VERBOSE,
)
_CONSTANTS = {"nil": None, "true": "true", "false": None}  # of ENV only a text is ever taken
_SAME = frozenset({"to_s", "to_str", "strip", "freeze", "to_i", "presence"})
_NUMBER = re.compile(r"\s*(-?\d+)")


class RubyValue(Struct, frozen=True):
    """What an expression gives; ``text`` is None for nil.

    ``variables`` are the names of those whose values are in it; ``asked`` of all that it asks for.
    """

    text: str | None
    variables: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


class NotUnderstoodError(Exception):
    """The expression is none of those that are known."""


class NotSetError(Exception):
    """It demands a variable that is not set, and has nothing else instead."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def read_value(code: str, variables: Mapping[str, str], environment: str) -> RubyValue:
    """Tell what an expression gives.

    Args: environment: what ``Rails.env`` is.

    Raises:
        NotUnderstoodError: it is no such expression.
        NotSetError: Ruby would raise for want of a variable.
    """
    reader = _ErbReader(_tokens(code), variables, environment)
    value = reader.expression()
    reader.demand_end()
    if isinstance(value, _Unset):
        raise NotSetError(value.name)
    return value


def _tokens(code: str) -> list[tuple[str, str]]:
    found, at, code = [], 0, code.strip()
    while at < len(code):
        match = _TOKEN.match(code, at)
        if match is None:
            raise NotUnderstoodError
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        at = match.end()
    return found


class _Unset(Struct, frozen=True):
    """A fetch that raises; it is no error before it is known that its value counts."""

    name: str


_Value = RubyValue | _Unset


class _ErbReader:
    """Reads one expression, token by token, and computes it on the way."""

    def __init__(
        self, tokens: list[tuple[str, str]], variables: Mapping[str, str], environment: str
    ) -> None:
        self._tokens, self._at = tokens, 0
        self._variables, self._environment = variables, environment

    def expression(self) -> _Value:
        """One or more values joined by ``||``."""
        value = self._postfixed()
        while self._took("||", "or"):
            other = self._postfixed()
            if isinstance(value, _Unset) or value.text is not None:
                continue  # Ruby does not look at the rest
            value = _asking(other, value.asked)
        return value

    def demand_end(self) -> None:
        if self._at < len(self._tokens):
            raise NotUnderstoodError

    def _postfixed(self) -> _Value:
        value = self._primary()
        while self._took("."):
            name = self._take("word")
            if name not in _SAME:
                raise NotUnderstoodError
            if self._took("("):
                self._demand(")")
            value = _sent(value, name)
        return value

    def _primary(self) -> _Value:
        kind, text = self._next()
        if kind == "text":
            return RubyValue(_unquoted(text))
        if kind == "number":
            return RubyValue(text.replace("_", ""))
        if text == "(":
            value = self.expression()
            self._demand(")")
            return value
        if kind == "word" and text in _CONSTANTS:
            return RubyValue(_CONSTANTS[text])
        if text == "ENV":
            return self._variable()
        if text == "Rails" and self._took(".") and self._took("env"):
            return RubyValue(self._environment)
        raise NotUnderstoodError

    def _variable(self) -> _Value:
        if self._took("["):
            name = _unquoted(self._take("text"))
            self._demand("]")
            return self._looked_up(name, RubyValue(None))
        self._demand(".")
        self._demand("fetch")
        return self._fetched()

    def _fetched(self) -> _Value:
        bracket = self._took("(")
        name = _unquoted(self._take("text"))
        default: _Value = _Unset(name)
        if self._took(","):
            default = self.expression()
        if bracket:
            self._demand(")")
        if self._took("{"):
            default = self.expression()
            self._demand("}")
        elif self._took("do"):
            default = self.expression()
            self._demand("end")
        return self._looked_up(name, default)

    def _looked_up(self, name: str, default: _Value) -> _Value:
        if name in self._variables:
            return RubyValue(self._variables[name], (name,), (name,))
        return _asking(default, (name,))

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise NotUnderstoodError
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, kind: str) -> str:
        found, text = self._next()
        if found != kind:
            raise NotUnderstoodError
        return text

    def _took(self, *texts: str) -> bool:
        there = self._at < len(self._tokens) and self._tokens[self._at][1] in texts
        there = there and self._tokens[self._at][0] != "text"
        self._at += there
        return there

    def _demand(self, text: str) -> None:
        if not self._took(text):
            raise NotUnderstoodError


def _asking(value: _Value, asked: tuple[str, ...]) -> _Value:
    if isinstance(value, _Unset):
        return value
    return RubyValue(value.text, value.variables, (*asked, *value.asked))


def _sent(value: _Value, name: str) -> _Value:
    """What a method of a text gives."""
    if isinstance(value, _Unset):
        return value
    text = value.text
    if name == "presence":
        text = text if text and text.strip() else None
    elif name == "strip" and text is not None:
        text = text.strip()
    elif name == "to_i":
        number = _NUMBER.match(text or "")
        text = number[1] if number else "0"
    return RubyValue(text, value.variables, value.asked)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])
