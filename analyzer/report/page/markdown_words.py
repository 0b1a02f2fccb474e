"""Words of strangers in Markdown: text that is only text, code in fences that hold it."""

import re
from collections.abc import Callable, Sequence

from analyzer.model.words.text import obeyed_by_no_log, visible, visible_lines
from analyzer.report.page.sentences import Sentence, Span, SpanKind

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&$])")
_BEGINS = re.compile(
    r"(\d+(?=[.)])|(?=[+=-]))(.)"
)  # of a list or a heading, where a line begins so
# a word that a reader's Markdown would make a link or a mention of
_LINKED = re.compile(r"://|www\.|@|#\d", re.IGNORECASE)
_BLANK = re.compile(r"(\s+)")
_PIPE = re.compile(r"(?<!\\)\|")
_FENCE = 3


class MarkdownWords:
    """Writes texts as Markdown that shows just them; ``redacted`` blanks what is secret in one."""

    def __init__(self, redacted: Callable[[str], str]) -> None:
        self._redacted = redacted

    def text(self, text: str) -> str:
        """A text within a line, or within the cell of a table."""
        parts = _BLANK.split(visible(self._redacted(text)))
        shown = "".join(self._word(part) for part in parts)
        begins = _BEGINS.match(shown)
        if begins:
            return f"{begins[1]}\\{begins[2]}{shown[begins.end() :]}"
        return obeyed_by_no_log(shown)

    def _word(self, word: str) -> str:
        if _LINKED.search(word):
            return self.code(word)
        return _MARKUP.sub(r"\\\1", word)

    def code(self, text: str) -> str:
        """A code span."""
        seen = obeyed_by_no_log(visible(self._redacted(text)))
        if not seen.strip():
            return self.text(seen) or " "
        ticks = "`" * (_longest_run(seen) + 1)
        pad = " " if seen[0] in "` " or seen[-1] in "` " else ""
        return f"{ticks}{pad}{seen}{pad}{ticks}"

    def block(self, text: str, language: str = "") -> str:
        """A block of code, in a fence longer than any run of backticks in it."""
        seen = obeyed_by_no_log(visible_lines(self._redacted(text)))
        fence = "`" * max(_FENCE, _longest_run(seen) + 1)
        return f"{fence}{language}\n{seen.rstrip()}\n{fence}"

    def sentence(self, sentence: Sentence) -> str:
        """A sentence: what is code is set as code."""
        return "".join(map(self._span, sentence))

    def _span(self, span: Span) -> str:
        if span.kind is SpanKind.CODE:
            return self.code(span.text)
        if span.kind is SpanKind.QUOTE:
            return f"\u201c{self.text(span.text)}\u201d"
        return self.text(span.text)

    def table(self, head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
        """A table; its cells are Markdown already."""
        rows = [head, ["---"] * len(head), *body]
        return "\n".join(f"| {' | '.join(map(_in_cell, row))} |" for row in rows)


def _in_cell(text: str) -> str:
    """A pipe ends a cell even within code."""
    return _PIPE.sub(r"\|", text)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
