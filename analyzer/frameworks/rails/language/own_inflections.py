"""The rules of ``ActiveSupport::Inflector.inflections``, as far as they are literal.

Nothing is run. A rule that is computed, or a pattern that could take long, is left out, as if it
were not there.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from analyzer.parsing.ruby.inflection import USUAL, Inflection, Inflections, irregular, settle
from analyzer.records import replace

_OPENS = re.compile(r"\binflections\b[^\n|]*\|\s*(?P<named>\w+)\s*\|")
_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#(?!\{).*$")
_GAP = re.compile(r"[ \t]*\(?[ \t]*\[?\s*")
_COMMA = re.compile(r"\s*,\s*\[?\s*")
_LITERAL = re.compile(
    r"""
    '(?P<plain>(?:[^'\\]|\\.)*)'
    | "(?P<quoted>(?:[^"\\\#]|\\.|\#(?!\{))*)"
    | %w(?:\[(?P<square>[^\]]*)\]|\((?P<round>[^)]*)\)|\{(?P<curly>[^}]*)\}|<(?P<angle>[^>]*)>)
    | /(?P<pattern>(?:[^/\\\n]|\\.)+)/(?P<flags>[imx]*)(?!\w)
    """,
    re.VERBOSE | re.DOTALL,
)
_LISTS = ("square", "round", "curly", "angle")
_SLOW = re.compile(r"\)\s*[*+{]")  # a repeated group: its time may grow without bound
_MOST_REPEATS = 3  # of anything, in one pattern
_PAIR = 2
_Word = str | re.Pattern[str]


def settle_own(contents: Iterable[bytes]) -> None:
    """From here on, words change by the rules of some files."""
    settle(read_inflections(contents))


def read_inflections(contents: Iterable[bytes]) -> Inflections:
    """Read the rules that some files add, in the order in which Rails loads them."""
    own = USUAL
    for content in contents:
        text = _COMMENT.sub("", content.decode("utf-8", "replace"))
        for name, words in _calls(text):
            own = _ADDED[name](own, words)
    return own


def _calls(text: str) -> Iterator[tuple[str, list[_Word]]]:
    """The calls on an inflector, with the literals that they are given."""
    receivers = {found["named"] for found in _OPENS.finditer(text)} | {"inflections"}
    names = "|".join(map(re.escape, sorted(receivers)))
    call = re.compile(rf"\b(?:{names})(?:\(:en\))?\.(?P<name>{'|'.join(_ADDED)})\b")
    for found in call.finditer(text):
        yield found["name"], list(_literals(text, found.end()))


def _literals(text: str, start: int) -> Iterator[_Word]:
    gap: re.Match[str] | None = _GAP.match(text, start)
    while gap is not None:
        found = _LITERAL.match(text, gap.end())
        if found is None:
            return
        yield from _words(found)
        gap = _COMMA.match(text, found.end())


def _words(found: re.Match[str]) -> Iterator[_Word]:
    if found["pattern"] is not None:
        pattern = _pattern(found["pattern"], found["flags"])
        yield from [] if pattern is None else [pattern]
        return
    if found["plain"] is not None:
        yield re.sub(r"\\([\\'])", r"\1", found["plain"])
    if found["quoted"] is not None:
        yield re.sub(r"\\(.)", r"\1", found["quoted"])
    for kind in _LISTS:
        yield from (found[kind] or "").split()


def _pattern(text: str, flags: str) -> re.Pattern[str] | None:
    """Ruby's regular expression as Python's; None where it is not one, or may take long."""
    repeats = len(re.findall(r"(?<!\\)[*+{]", text))
    if _SLOW.search(text) or repeats > _MOST_REPEATS or "x" in flags or "(?" in text:
        return None
    text = text.replace(r"\z", r"\Z")
    multiple = "(?m)" if re.search(r"(?<!\\)[\^$]", text) else ""  # in Ruby, of each line
    ignoring = "(?i)" if "i" in flags else ""
    try:
        return re.compile(f"{multiple}{ignoring}{text}")
    except re.error:
        return None


def _rule(words: list[_Word]) -> Inflection | None:
    """A rule of two words, of which the first may be a pattern; None where it is none."""
    if len(words) != _PAIR:
        return None
    one, other = words
    if not isinstance(other, str):
        return None
    if isinstance(one, str):
        return Inflection(re.escape(one), other.replace("\\", r"\\"))
    if any(int(it) > one.groups for it in re.findall(r"\\(\d)", other)):
        return None
    return Inflection(one.pattern, re.sub(r"\\(\d?)", _reference, other))


def _reference(found: re.Match[str]) -> str:
    return rf"\g<{found[1]}>" if found[1] else r"\\"


def _plural(own: Inflections, words: list[_Word]) -> Inflections:
    rule = _rule(words)
    return own if rule is None else _counted(replace(own, plurals=(rule, *own.plurals)), words)


def _singular(own: Inflections, words: list[_Word]) -> Inflections:
    rule = _rule(words)
    return own if rule is None else _counted(replace(own, singulars=(rule, *own.singulars)), words)


def _irregular(own: Inflections, words: list[_Word]) -> Inflections:
    told = [it for it in words if isinstance(it, str) and it]
    if len(told) != _PAIR or len(words) != _PAIR:
        return own
    plurals, singulars = irregular(*told)
    rules = replace(own, plurals=(*plurals, *own.plurals), singulars=(*singulars, *own.singulars))
    return _counted(rules, words)


def _counted(own: Inflections, words: list[_Word]) -> Inflections:
    """A word with a rule has a plural, whatever was said of it before."""
    told = {it.lower() for it in words if isinstance(it, str)}
    rest = tuple(it for it in own.uncountable if it not in told)
    return replace(own, uncountable=rest, countable=(*own.countable, *sorted(told)))


def _uncountable(own: Inflections, words: list[_Word]) -> Inflections:
    told = tuple(it.lower() for it in words if isinstance(it, str) and it)
    return replace(own, uncountable=(*own.uncountable, *told))


def _acronym(own: Inflections, words: list[_Word]) -> Inflections:
    told = tuple(it for it in words if isinstance(it, str) and it)
    return replace(own, acronyms=(*own.acronyms, *told[:1]))


_ADDED: Mapping[str, Callable[[Inflections, list[_Word]], Inflections]] = {
    "plural": _plural,
    "singular": _singular,
    "irregular": _irregular,
    "uncountable": _uncountable,
    "acronym": _acronym,
}
