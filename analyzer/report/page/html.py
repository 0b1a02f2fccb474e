"""The page as one HTML file: no other file, no request, and nothing of a stranger's is markup.

Every text that a template puts out passes one gate (`_Gate.out`): secrets are blanked, what a
reader does not see is written as an escape, and then it is escaped for HTML. A policy in the page's
head allows its own style and script by their hashes, and nothing else.
"""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.model.words.text import visible
from analyzer.report.page.drawing import KEY, draw
from analyzer.report.page.sentences import Sentence, Span, SpanKind, plain
from analyzer.report.page.view.incident_page import Exhibit, IncidentPage

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_TEMPLATES = Path(__file__).parent / "templates"
_SHORT = 80  # characters of a command in the name of its button


def render(page: IncidentPage, redacted: Callable[[str], str]) -> str:
    """Render the page; the same page becomes the same bytes.

    Args: redacted: blanks what is secret in a text.
    """
    style, script = (_constant(name) for name in ("page.css", "page.js"))
    template = _environment(_Gate(redacted)).get_template("page.html")
    return template.render(
        page=page,
        drawing=draw(page.timeline),
        key=[(mark, words) for mark, words in KEY if mark in page.timeline.marks],
        style=_raw(style),
        script=_raw(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _constant(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8").strip()


def _hash(text: str) -> str:
    """How a content security policy names a text that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _raw(text: str) -> "Markup":
    """Mark a text of ours, which is a constant, as one that is not escaped."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  a file of ours


def _environment(gate: "_Gate") -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=gate.out,
    )
    environment.filters |= {
        "sentence": gate.sentence,
        "breaking": gate.breaking,
        "lines": gate.lines,
        "spoken": plain,
        "short": lambda text: text if len(text) <= _SHORT else f"{text[:_SHORT]}\u2026",
    }
    return environment


class _Gate:
    """What every text goes through on its way out."""

    def __init__(self, redacted: Callable[[str], str]) -> None:
        self._redacted = redacted

    def out(self, value: object) -> object:
        """Make a value that a template puts out safe; what is safe already stays."""
        if not isinstance(value, str) or hasattr(value, "__html__"):
            return value
        return self._escaped(value)

    def _escaped(self, text: str) -> "Markup":
        """Escape it; nor does the log of a CI system, where a page may be printed, obey it."""
        from markupsafe import Markup, escape

        safe = escape(visible(self._redacted(text)))
        return Markup(str(safe).replace("::", ":&#58;").replace("##", "#&#35;"))  # noqa: S704

    def breaking(self, text: str) -> "Markup":
        """A name or path that may be broken where its words end."""
        from markupsafe import Markup

        safe = str(self._escaped(text))
        return Markup(safe.replace("_", "_<wbr>").replace("/", "/<wbr>"))  # noqa: S704

    def sentence(self, sentence: Sentence) -> "Markup":
        """A sentence, whose names stand apart from the text around them."""
        from markupsafe import Markup

        return Markup("").join(map(self._span, sentence))

    def _span(self, span: Span) -> "Markup":
        from markupsafe import Markup

        if span.kind in {SpanKind.TOLD, SpanKind.OURS}:
            text = self._escaped(span.text)
        else:
            text = self.breaking(span.text)
        return Markup(_AROUND[span.kind]).format(text)  # noqa: S704  a constant

    def lines(self, exhibit: Exhibit) -> "list[tuple[str, Markup]]":
        """The lines of a diff or a source, each with its class; tabs stay, as they are seen."""
        return [
            (_class_of(line) if exhibit.is_diff else "", self._line(line))
            for line in exhibit.text.split("\n")
        ]

    def _line(self, line: str) -> "Markup":
        from markupsafe import Markup

        return Markup("\t").join(map(self._escaped, line.split("\t")))


def _class_of(line: str) -> str:
    """What a line of a diff is: added, removed, a head, or neither."""
    if line.startswith(("@@", "---", "+++", "rename ", "change ")):
        return "h"
    return {"+": "p", "-": "n"}.get(line[:1], "")


_AROUND = {
    SpanKind.OURS: "{}",
    SpanKind.TOLD: "<bdi>{}</bdi>",
    SpanKind.NAME: "<bdi>{}</bdi>",
    SpanKind.CODE: '<code class="m">{}</code>',
    SpanKind.QUOTE: "<q><bdi>{}</bdi></q>",
}
