"""Methods of Ruby's own values: texts, numbers, lists, hashes; unknown ones give Unknown."""

import re
from collections.abc import Callable, Mapping

from analyzer.parsing.ruby import inflection
from analyzer.parsing.ruby.ruby_value import Partial, Symbol, Unknown, Value, is_known

_MISSING = Unknown("")
_PAIR = 2
Method = Callable[..., Value]


def _titled(text: str) -> str:
    return text[:1].upper() + text[1:].lower()


def _flat(items: list[Value]) -> list[Value]:
    flat: list[Value] = []
    for item in items:
        flat.extend(item if isinstance(item, list) else [item])
    return flat


def _joined(items: list[Value], by: str) -> Value:
    if not all(isinstance(item, str | int) for item in items):
        return _MISSING
    text = by.join(str(item) for item in items)
    return Partial(text) if any(isinstance(item, Partial) for item in items) else text


def _hash(items: list[Value]) -> Value:
    pairs = [item for item in items if isinstance(item, list) and len(item) == _PAIR]
    return {str(key): value for key, value in pairs} if len(pairs) == len(items) else _MISSING


_ON_TEXT: Mapping[str, Callable[[str], Value]] = {
    "to_s": str,
    "to_str": str,
    "to_sym": Symbol,
    "freeze": lambda text: text,
    "dup": lambda text: text,
    "itself": lambda text: text,
    "strip": str.strip,
    "chomp": lambda text: text.rstrip("\r\n"),
    "squish": lambda text: " ".join(text.split()),
    "strip_heredoc": lambda text: text,
    "html_safe": lambda text: text,
    "downcase": str.lower,
    "upcase": str.upper,
    "capitalize": _titled,
    "underscore": inflection.underscore,
    "camelize": inflection.camelize,
    "classify": inflection.classify,
    "tableize": inflection.tableize,
    "pluralize": inflection.pluralize,
    "singularize": inflection.singularize,
    "foreign_key": lambda text: inflection.underscore(text.rpartition("::")[2]) + "_id",
    "demodulize": lambda text: text.rpartition("::")[2],
    "empty?": lambda text: not text,
    "blank?": lambda text: not text.strip(),
    "present?": lambda text: bool(text.strip()),
    "length": len,
    "size": len,
    "to_i": lambda text: int((re.match(r"\s*-?\d{1,18}", text) or ["0"])[0]),
    "lines": lambda text: list(text.splitlines(keepends=True)),
    "split": lambda text: list(text.split()),
    "to_json": lambda text: f'"{text}"',
    "inspect": lambda text: f'"{text}"',
    "reverse": lambda text: text[::-1],
    "nil?": lambda _text: False,
}
_ON_TEXT_WITH_TEXT: Mapping[str, Callable[[str, str], Value]] = {
    "include?": lambda text, part: part in text,
    "start_with?": str.startswith,
    "end_with?": str.endswith,
    "casecmp?": lambda text, other: text.lower() == other.lower(),
    "split": lambda text, by: list(text.split(by or None)),
    "delete_suffix": str.removesuffix,
    "delete_prefix": str.removeprefix,
    "concat": lambda text, other: text + other,
}
_ON_LIST: Mapping[str, Callable[[list[Value]], Value]] = {
    "to_a": list,
    "freeze": lambda items: items,
    "dup": list,
    "first": lambda items: items[0] if items else None,
    "last": lambda items: items[-1] if items else None,
    "length": len,
    "size": len,
    "count": len,
    "reverse": lambda items: items[::-1],
    "reverse_each": lambda items: items[::-1],
    "uniq": lambda items: [item for at, item in enumerate(items) if item not in items[:at]],
    "compact": lambda items: [item for item in items if item is not None],
    "flatten": _flat,
    "empty?": lambda items: not items,
    "any?": lambda items: any(item not in (None, False) for item in items),
    "present?": bool,
    "blank?": lambda items: not items,
    "sort": lambda items: sorted(items, key=str),
    "each": lambda items: items,
    "map": lambda items: items,
    "each_with_index": lambda items: [[item, at] for at, item in enumerate(items)],
    "nil?": lambda _items: False,
    "to_set": lambda items: items,
    "join": lambda items: _joined(items, ""),
    "to_h": _hash,
}


def apply(value: Value, name: str, args: tuple[Value, ...], options: dict[str, Value]) -> Value:
    """The value of a method without a block on a known value; Unknown where it is not known."""
    match value:
        case Partial():
            return _on_partial(value, name)
        case str():
            return _on_text(value, name, args)
        case list():
            return _on_list(value, name, args)
        case dict():
            return _on_hash(value, name, args, options)
        case bool() | None | int() | float():
            return _on_scalar(value, name)
        case _:
            return _MISSING


def _on_partial(text: Partial, name: str) -> Value:
    plain = _ON_TEXT.get(name)
    changed = plain(text) if plain is not None and not name.endswith("?") else None
    return Partial(changed) if isinstance(changed, str) else _MISSING


def _on_text(text: str, name: str, args: tuple[Value, ...]) -> Value:
    if not args and name in _ON_TEXT:
        changed = _ON_TEXT[name](text)
        kept = isinstance(text, Symbol) and name in {"freeze", "dup", "itself"}
        return Symbol(changed) if kept else changed
    if name in _ON_TEXT_WITH_TEXT and len(args) == 1 and isinstance(args[0], str):
        return _ON_TEXT_WITH_TEXT[name](text, args[0])
    if name in {"match?", "match"} and args and isinstance(args[0], re.Pattern):
        return args[0].search(text[:10_000]) is not None
    if name in {"gsub", "sub", "tr"} and all(isinstance(arg, str) for arg in args):
        return _replaced(text, name, [str(arg) for arg in args])
    if name == "in?" and args and isinstance(args[0], list):
        return text in args[0]
    return _MISSING


def _replaced(text: str, name: str, args: list[str]) -> Value:
    if len(args) != _PAIR or (name == "tr" and len(args[0]) != 1):
        return _MISSING
    return text.replace(args[0], args[1], 1 if name == "sub" else -1)


def _on_list(items: list[Value], name: str, args: tuple[Value, ...]) -> Value:  # noqa: PLR0911  one line a kind
    if not args and name in _ON_LIST:
        return _ON_LIST[name](items)
    if name == "join" and len(args) == 1:
        return _joined(items, str(args[0]))
    if name == "include?" and len(args) == 1 and is_known(items) and is_known(args[0]):
        return args[0] in items
    if name in {"push", "append", "<<"}:
        items.extend(args)
        return items
    if name in {"concat", "+"} and all(isinstance(arg, list) for arg in args):
        return items + [item for arg in args if isinstance(arg, list) for item in arg]
    if name == "zip" and len(args) == 1 and isinstance(args[0], list):
        return [list(pair) for pair in zip(items, args[0], strict=False)]
    if name == "product" and len(args) == 1 and isinstance(args[0], list):
        return [[one, other] for one in items[:100] for other in args[0][:100]]
    if name in {"without", "excluding"}:
        return [item for item in items if item not in args]
    return _MISSING


def _on_hash(  # noqa: C901, PLR0911, PLR0912  one line a kind
    pairs: dict[str, Value], name: str, args: tuple[Value, ...], options: dict[str, Value]
) -> Value:
    match name:
        case "keys":
            return [Symbol(key) for key in pairs]
        case "values":
            return list(pairs.values())
        case "to_a" | "each" | "each_pair" | "map":
            return [[Symbol(key), item] for key, item in pairs.items()]
        case "freeze" | "dup" | "to_h" | "symbolize_keys" | "with_indifferent_access":
            return pairs
        case "merge":
            others = [arg for arg in (*args, options) if isinstance(arg, dict)]
            return {key: item for each in (pairs, *others) for key, item in each.items()}
        case "except":
            return {key: item for key, item in pairs.items() if key not in args}
        case "slice":
            return {key: item for key, item in pairs.items() if key in args}
        case "fetch" | "dig" if args and isinstance(args[0], str):
            return pairs.get(args[0], args[1] if len(args) > 1 else _MISSING)
        case "key?" | "has_key?" | "include?" if args:
            return args[0] in pairs
        case "invert":
            return {str(item): Symbol(key) for key, item in pairs.items()}
        case "empty?" | "blank?":
            return not pairs
        case "any?" | "present?":
            return bool(pairs)
        case "size" | "length" | "count":
            return len(pairs)
        case _:
            return _MISSING


_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_BYTES = {"kilobyte": 2**10, "megabyte": 2**20, "gigabyte": 2**30}


def _on_scalar(value: Value, name: str) -> Value:  # noqa: PLR0911  one line a kind
    match name:
        case "nil?":
            return value is None
        case "present?":
            return value is not None and value is not False
        case "blank?":
            return value is None or value is False
        case "to_s":
            return "" if value is None else str(value).lower()
        case "freeze" | "to_i" | "to_f" | "itself" | "dup" | "presence" | "not_nil!":
            return value
        case "to_a":
            return [] if value is None else _MISSING
        case "positive?" | "zero?" if isinstance(value, int):
            return value > 0 if name == "positive?" else value == 0
        case "succ" | "next" if isinstance(value, int):
            return value + 1
    unit = {**_SECONDS, **_BYTES}.get(name.removesuffix("s"))
    return value * unit if unit and isinstance(value, int) and abs(value) < 2**31 else _MISSING
