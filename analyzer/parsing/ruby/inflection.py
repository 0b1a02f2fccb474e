"""English plurals and Ruby's name cases, as Active Support's inflector has them.

An application may add rules of its own. They are settled once, where its files are read, and hold
for all of its migrations (`settle`), as the words of a migration never say whose they are.

Source: activesupport/lib/active_support/inflections.rb and inflector/; the rule that was added last
is tried first.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from analyzer.records import Struct

_UNCOUNTABLE = (
    *("equipment", "information", "rice", "money", "species", "series", "fish", "sheep"),
    *("jeans", "police"),
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


class Inflection(Struct, frozen=True):
    """What a part of a word becomes: a regular expression, and what it is replaced with."""

    pattern: str
    becomes: str


class Inflections(Struct, frozen=True):
    """What an application adds to the usual rules; of each kind, what was added last comes first.

    ``uncountable`` words have no plural; ``countable`` are usual ones that got one after all.
    ``acronyms`` are words as they are written in the name of a class (``API``, ``OAuth``).
    """

    plurals: tuple[Inflection, ...] = ()
    singulars: tuple[Inflection, ...] = ()
    uncountable: tuple[str, ...] = ()
    countable: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()


USUAL = Inflections()


class _Own:
    """The rules of the application in hand."""

    inflections = USUAL


def settle(inflections: Inflections) -> None:
    """From here on, words change as this application has it."""
    _Own.inflections = inflections


def settled() -> Inflections:
    """The rules of the application in hand; none where nothing was settled."""
    return _Own.inflections


def irregular(one: str, many: str) -> tuple[tuple[Inflection, ...], tuple[Inflection, ...]]:
    """The rules that make two words the plural and the singular of each other."""
    plurals = [rule for word in (many, one) for rule in _ending(word, many)]
    singulars = [rule for word in (many, one) for rule in _ending(word, one)]
    return tuple(plurals), tuple(singulars)


def _ending(word: str, becomes: str) -> Iterator[Inflection]:
    """A word at a name's end, in any case, becomes another; its first letter keeps its case."""
    first, rest = re.escape(word[:1]), re.escape(word[1:])
    if word[:1].lower() == becomes[:1].lower():
        yield Inflection(f"(?i)({first}){rest}$", rf"\g<1>{becomes[1:]}")
        return
    for case in (str.lower, str.upper):
        yield Inflection(f"{case(first)}(?i:{rest})$", case(becomes[:1]) + becomes[1:])


def pluralize(word: str) -> str:
    """Turn ``order_line`` into ``order_lines``."""
    return _plural(word, _Own.inflections)


def singularize(word: str) -> str:
    """Turn ``order_lines`` into ``order_line``."""
    return _singular(word, _Own.inflections)


@lru_cache(maxsize=2048)
def _plural(word: str, own: Inflections) -> str:
    return _inflected(word, own, own.plurals, _all_plurals())


@lru_cache(maxsize=2048)
def _singular(word: str, own: Inflections) -> str:
    return _inflected(word, own, own.singulars, _all_singulars())


@lru_cache(maxsize=1)
def _all_plurals() -> tuple[Inflection, ...]:
    irregulars = (rule for one, many in _IRREGULAR.items() for rule in irregular(one, many)[0])
    return (*irregulars, *(Inflection(f"(?i){rule}", becomes) for rule, becomes in _PLURALS))


@lru_cache(maxsize=1)
def _all_singulars() -> tuple[Inflection, ...]:
    irregulars = (rule for one, many in _IRREGULAR.items() for rule in irregular(one, many)[1])
    return (*irregulars, *(Inflection(f"(?i){rule}", becomes) for rule, becomes in _SINGULARS))


def _inflected(
    word: str, own: Inflections, rules: tuple[Inflection, ...], usual: tuple[Inflection, ...]
) -> str:
    """The word after the first rule that fits it."""
    usually = (it for it in _UNCOUNTABLE if it not in own.countable)
    if not word or any(_ends_in_word(word, it) for it in (*own.uncountable, *usually)):
        return word
    for rule in (*rules, *usual):
        changed, times = re.subn(rule.pattern, rule.becomes, word, count=1)
        if times:
            return changed
    return word


def _ends_in_word(text: str, word: str) -> bool:
    """Whether a text ends in a whole word, of which ``_`` is a letter like others."""
    return (
        text.lower().endswith(word) and re.search(rf"(?i)\b{re.escape(word)}\Z", text) is not None
    )


def underscore(name: str) -> str:
    """Turn ``Admin::HTTPLog`` into ``admin/http_log``."""
    name = name.replace("::", "/")
    if _Own.inflections.acronyms:
        name = _acronyms(_Own.inflections).sub(_as_one_word, name)
    name = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z\d])(?=[A-Z])", "_", name)
    return name.replace("-", "_").lower()


@lru_cache(maxsize=4)
def _acronyms(own: Inflections) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in own.acronyms)
    return re.compile(rf"(?:(?<=[A-Za-z\d])|\b)({words})(?=\b|[^a-z])")


def _as_one_word(found: re.Match[str]) -> str:
    joined = "_" if found.start() and found.string[found.start() - 1].isalnum() else ""
    return f"{joined}{found[1].lower()}"


def camelize(name: str) -> str:
    """Turn ``admin/http_log`` into ``Admin::HttpLog``."""
    written = {word.lower(): word for word in _Own.inflections.acronyms}
    words = (
        "".join(written.get(it, it[:1].upper() + it[1:]) for it in part.split("_"))
        for part in name.split("/")
    )
    return "::".join(words)


def classify(table: str) -> str:
    """Turn ``order_lines`` into ``OrderLine``."""
    return camelize(singularize(table.rpartition(".")[2]))


def tableize(class_name: str) -> str:
    """Turn ``OrderLine`` into ``order_lines``; a namespace becomes a folder, as in Rails."""
    return pluralize(underscore(class_name))
