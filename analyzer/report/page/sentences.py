"""Sentences whose parts know what they are: a name of somebody's, code, a quotation."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from analyzer.model.words.wording import count
from analyzer.records import Struct

_MOST = 4  # names in a sentence


class SpanKind(StrEnum):
    """What a part of a sentence is; all but ``OURS`` may come from a stranger."""

    OURS = "ours"  # words of this program
    TOLD = "told"  # words of a finding or an error, with names in them
    NAME = "name"
    CODE = "code"
    QUOTE = "quote"


class Span(Struct, frozen=True):
    """A part of a sentence."""

    text: str
    kind: SpanKind = SpanKind.OURS


Sentence = tuple[Span, ...]


def say(*parts: "str | Span | Sequence[Span]") -> Sentence:
    """Make a sentence of words of ours and of spans."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            spans.append(Span(part))
        elif isinstance(part, Span):
            spans.append(part)
        else:
            spans.extend(part)
    return tuple(spans)


def told(text: str) -> Span:
    """Words of a finding, an error or advice."""
    return Span(text, SpanKind.TOLD)


def name(text: str) -> Span:
    """A name of somebody's: an environment, an author, a migration."""
    return Span(text, SpanKind.NAME)


def code(text: str) -> Span:
    """A version, a commit, a path, a command."""
    return Span(text, SpanKind.CODE)


def quote(text: str) -> Span:
    """The subject of a commit."""
    return Span(text, SpanKind.QUOTE)


def names(those: Iterable[str], joint: str = "and") -> Sentence:
    """Enumerate names: "a, b and c"; of many the first, and how many more."""
    every = list(those)
    shown = every[:_MOST]
    rest = len(every) - len(shown)
    spans: list[Span] = []
    for place, one in enumerate(shown):
        if place:
            last = place == len(shown) - 1 and not rest
            spans.append(Span(f" {joint} " if last else ", "))
        spans.append(name(one))
    if rest:
        spans.append(Span(f" {joint} {count(rest, 'other')}"))
    return tuple(spans)


def plain(sentence: Iterable[Span]) -> str:
    """A sentence without its kinds."""
    return "".join(
        f"\u201c{it.text}\u201d" if it.kind is SpanKind.QUOTE else it.text for it in sentence
    )


def capitalised(text: str) -> str:
    """A sentence with a capital first letter."""
    return text[:1].upper() + text[1:]
