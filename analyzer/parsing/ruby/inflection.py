"""English plurals and Ruby's name cases, as Active Support's default inflector has them.

Source: activesupport/lib/active_support/inflections.rb; the rules are tried in order.
"""

import re
from functools import lru_cache

_UNCOUNTABLE = frozenset(
    {"equipment", "information", "rice", "money", "species", "series", "fish", "sheep"}
    | {"jeans", "police"}
)
_IRREGULAR = {
    "person": "people",
    "man": "men",
    "child": "children",
    "sex": "sexes",
    "move": "moves",
    "zombie": "zombies",
}
_PLURALS = [
    (r"(quiz)$", r"\1zes"),
    (r"^(oxen)$", r"\1"),
    (r"^(ox)$", r"\1en"),
    (r"^(m|l)ice$", r"\1ice"),
    (r"^(m|l)ouse$", r"\1ice"),
    (r"(matr|vert|ind)(?:ix|ex)$", r"\1ices"),
    (r"(x|ch|ss|sh)$", r"\1es"),
    (r"([^aeiouy]|qu)y$", r"\1ies"),
    (r"(hive)$", r"\1s"),
    (r"(?:([^f])fe|([lr])f)$", r"\1\2ves"),
    (r"sis$", "ses"),
    (r"([ti])a$", r"\1a"),
    (r"([ti])um$", r"\1a"),
    (r"(buffal|tomat)o$", r"\1oes"),
    (r"(bu)s$", r"\1ses"),
    (r"(alias|status)$", r"\1es"),
    (r"(octop|vir)i$", r"\1i"),
    (r"(octop|vir)us$", r"\1i"),
    (r"^(ax|test)is$", r"\1es"),
    (r"s$", "s"),
    (r"$", "s"),
]
_SINGULARS = [
    (r"(database)s$", r"\1"),
    (r"(quiz)zes$", r"\1"),
    (r"(matr)ices$", r"\1ix"),
    (r"(vert|ind)ices$", r"\1ex"),
    (r"^(ox)en", r"\1"),
    (r"(alias|status)(es)?$", r"\1"),
    (r"(octop|vir)(us|i)$", r"\1us"),
    (r"^(a)x[ie]s$", r"\1xis"),
    (r"(cris|test)(is|es)$", r"\1is"),
    (r"(shoe)s$", r"\1"),
    (r"(o)es$", r"\1"),
    (r"(bus)(es)?$", r"\1"),
    (r"^(m|l)ice$", r"\1ouse"),
    (r"(x|ch|ss|sh)es$", r"\1"),
    (r"(m)ovies$", r"\1ovie"),
    (r"(s)eries$", r"\1eries"),
    (r"([^aeiouy]|qu)ies$", r"\1y"),
    (r"([lr])ves$", r"\1f"),
    (r"(tive)s$", r"\1"),
    (r"(hive)s$", r"\1"),
    (r"([^f])ves$", r"\1fe"),
    (r"(^analy)(sis|ses)$", r"\1sis"),
    (r"((a)naly|(b)a|(d)iagno|(p)arenthe|(p)rogno|(s)ynop|(t)he)(sis|ses)$", r"\1sis"),
    (r"([ti])a$", r"\1um"),
    (r"(n)ews$", r"\1ews"),
    (r"(ss)$", r"\1"),
    (r"s$", ""),
]


@lru_cache(maxsize=2048)
def pluralize(word: str) -> str:
    """Turn ``order_line`` into ``order_lines``; only the last word of a name changes."""
    start, last = _last_word(word)
    for one, many in _IRREGULAR.items():
        if last.endswith((one, many)):
            stem = last.removesuffix(many) if last.endswith(many) else last.removesuffix(one)
            return start + stem + many
    return start + _by_rule(last, _PLURALS)


@lru_cache(maxsize=2048)
def singularize(word: str) -> str:
    """Turn ``order_lines`` into ``order_line``; only the last word of a name changes."""
    start, last = _last_word(word)
    for one, many in _IRREGULAR.items():
        if last.endswith(many):
            return start + last.removesuffix(many) + one
    return start + _by_rule(last, _SINGULARS)


def underscore(name: str) -> str:
    """Turn ``Admin::HTTPLog`` into ``admin/http_log``."""
    name = name.replace("::", "/")
    name = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z\d])(?=[A-Z])", "_", name)
    return name.replace("-", "_").lower()


def camelize(name: str) -> str:
    """Turn ``admin/http_log`` into ``Admin::HttpLog``."""
    words = ("".join(w[:1].upper() + w[1:] for w in part.split("_")) for part in name.split("/"))
    return "::".join(words)


def classify(table: str) -> str:
    """Turn ``order_lines`` into ``OrderLine``."""
    return camelize(singularize(table.rpartition(".")[2]))


def tableize(class_name: str) -> str:
    """Turn ``OrderLine`` into ``order_lines``; a namespace becomes a folder, as in Rails."""
    return pluralize(underscore(class_name))


def _last_word(word: str) -> tuple[str, str]:
    cut = max(word.rfind("_"), word.rfind("/"), word.rfind(".")) + 1
    return word[:cut], word[cut:]


def _by_rule(word: str, rules: list[tuple[str, str]]) -> str:
    if not word or word in _UNCOUNTABLE:
        return word
    for rule, by in rules:
        changed, times = re.subn(rule, by, word, count=1)  # compiled when first needed
        if times:
            return changed
    return word
