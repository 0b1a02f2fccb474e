"""One call of the migration language, its arguments evaluated, and the ways to read them."""

import json
from collections.abc import Callable, Iterator

from analyzer.frameworks.rails.language.rails_rules import Rules
from analyzer.model.effects.effect import Effect
from analyzer.model.effects.literal_text import array_text, hstore_text
from analyzer.model.schema.schema import Computed, Default, SqlText
from analyzer.parsing.ruby.ruby_value import Constant, Model, Partial, Unknown, Value, is_known
from analyzer.records import Struct, replace


class UnreadableError(Exception):
    """A call lacks something that it cannot do without; the text says what."""


class Call(Struct, frozen=True):
    """A call: method name, arguments by place and by name, line, and the migration's defaults."""

    name: str
    args: tuple[Value, ...]
    options: dict[str, Value]
    line: int
    rules: Rules

    def text(self, place: int) -> str:
        """The argument at a place as a name. Raises UnreadableError where it is none."""
        if place >= len(self.args):
            raise UnreadableError(f"{self.name} lacks an argument")
        return name_of(self.args[place])

    def texts(self, start: int = 0) -> list[str]:
        """The arguments from a place on as names, lists flattened."""
        return [name for value in self.args[start:] for name in names_of(value)]

    def table(self, place: int = 0) -> str:
        """The argument at a place as a table's name."""
        return table_name(self.text(place))

    def has(self, place: int) -> bool:
        """Whether there is an argument at a place, other than nil."""
        return place < len(self.args) and self.args[place] is not None

    def flag(self, key: str) -> bool:
        """Whether an option is given as true."""
        return bool(self.options.get(key)) and not isinstance(self.options[key], Unknown)

    def option(self, key: str) -> str | None:
        """An option as a name; None where it is absent, nil or false."""
        value = self.options.get(key)
        return None if value is None or value is False else name_of(value)

    def words(self, key: str) -> tuple[str, ...]:
        """An option as names; empty where it is absent."""
        value = self.options.get(key)
        return () if value is None else tuple(names_of(value))

    def number(self, key: str) -> int | None:
        """An option as a number; None where it is absent or not known."""
        return number_of(self.options.get(key))

    def but(self, *args: Value, **options: Value) -> "Call":
        """The same call with other arguments; ``options`` replace all options."""
        return replace(self, args=args, options=options)


Command = Callable[[Call], Iterator[Effect]]
"""What a method of the migration language does. Raises UnreadableError where it cannot be known."""


def name_of(value: Value) -> str:
    """A value as a name. Raises UnreadableError where it is not known."""
    match value:
        case Partial():
            raise UnreadableError("part of a name is computed")
        case str():
            return str(value)
        case bool() | None:
            raise UnreadableError("a name is missing")
        case int() | float():
            return str(value)
        case Unknown(text):
            raise UnreadableError(f"{text} is computed")
        case Model() | Constant():
            raise UnreadableError("a class stands where a name is expected")
        case _:
            raise UnreadableError("a name is computed")


def names_of(value: Value) -> list[str]:
    """One name or a list of them. Raises UnreadableError where one is not known."""
    if isinstance(value, list | tuple):
        return [name for item in value for name in names_of(item)]
    return [name_of(value)]


def table_name(name: str) -> str:
    """A table's name without quotes and without the schema that is meant anyway."""
    return name.replace('"', "").replace("`", "").removeprefix("public.")


def number_of(value: Value) -> int | None:
    """A value as a whole number; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) else None


def comment_of(value: Value) -> str | None:
    """A comment; an unknown one is shown as it is written."""
    match value:
        case str():
            return str(value)
        case Unknown(text):
            return text
        case _:
            return None


def default_of(value: Value, kind: str = "", *, array: bool = False) -> Default:  # noqa: PLR0911  one line a kind
    """A column's default as a value; a list or hash as the text that the database holds.

    Where the column's type is not known (change_column_default), a list is written as JSON.
    """
    match value:
        case Partial():
            return Computed(str(value))
        case str():
            return str(value)
        case None | bool() | int() | float() | SqlText():
            return value
        case list() | dict() if not is_known(value):
            return Computed(str(value))
        case list() if array or (not value and kind not in {"json", "jsonb", ""}):
            return array_text(value)
        case dict() if kind == "hstore":
            return hstore_text(value)
        case list() | dict():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case Unknown(text):
            return Computed(text)
        case _:
            return Computed(str(value))
