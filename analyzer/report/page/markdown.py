"""The page as Markdown, for an issue or a post-mortem."""

from collections.abc import Callable, Iterator, Sequence

from analyzer.model.words.wording import count
from analyzer.report.diagnosis.terminal_layout import ScreenLayout, Style
from analyzer.report.page.markdown_words import MarkdownWords
from analyzer.report.page.sentences import Sentence
from analyzer.report.page.terminal.timeline_text import render_timeline
from analyzer.report.page.view.incident_page import DoGroup, DoStep, Exhibit, IncidentPage, NextCard
from analyzer.report.page.view.level import Level
from analyzer.report.page.view.matrix import OTHER_ERROR, Cell, PairRun, ViewColumn

_SIGN = {
    Level.BROKEN: "\U0001f534",
    Level.LOOK: "\U0001f7e0",
    Level.TOLD: "\U0001f7e0",
    Level.FINE: "\U0001f7e2",
}
_LOUD = (Cell.OLD, Cell.BOTH)


def render(page: IncidentPage, redacted: Callable[[str], str]) -> str:
    """Render the page as text that ends with a newline.

    Args: redacted: blanks what is secret in a text.
    """
    parts = _MarkdownPage(page, MarkdownWords(redacted)).parts()
    return "\n\n".join(part for part in parts if part) + "\n"


class _MarkdownPage:
    def __init__(self, page: IncidentPage, words: MarkdownWords) -> None:
        self.page, self.words = page, words

    def parts(self) -> Iterator[str]:
        """All parts, in their order."""
        yield from self._top()
        yield from self._pictures()
        yield f"## What the next {self.words.text(self.page.migrate)} would do"
        yield self.words.text(self.page.next_note)
        yield from map(self._card, self.page.next)
        yield "## What to do"
        yield from map(self._sentence, self.page.do_note)
        if not self.page.do and not self.page.do_note:
            yield "Nothing needs a repair."
        for group in self.page.do:
            yield from self._group(group)
        yield from self._previews()
        yield from self._evidence()
        yield from self._facts()

    def _sentence(self, sentence: Sentence) -> str:
        return self.words.sentence(sentence)

    def _list(self, sentences: Sequence[Sentence]) -> str:
        return "\n".join(f"- {self._sentence(it)}" for it in sentences)

    def _top(self) -> Iterator[str]:
        page, verdict = self.page, self.page.verdict
        yield f"# Migrations of {self.words.text(page.subject)}"
        place = [self._sentence(it) for it in page.place]
        yield " \u00b7 ".join([*place, page.when] if page.when else place)
        yield f"{_SIGN[verdict.level]} **{self._sentence(verdict.sentence)}**"
        yield " ".join(self._sentence(it) for it in verdict.remarks)
        if verdict.do_not:
            yield f"**Do not**\n\n{self._list(verdict.do_not)}"
        if verdict.do:
            yield f"**Do**\n\n{self._list(verdict.do)}"

    # the pictures

    def _pictures(self) -> Iterator[str]:
        matrix = self.page.matrix
        if not matrix.runs:
            return
        yield "## Who is broken"
        head = ["#", "renamed migration", "old", "new", *map(self._column, matrix.columns)]
        body = [self._run(run) for run in matrix.runs]
        blank = ["", "", ""]
        others = f"{count(matrix.others, 'other')}: row and file agree"
        body.append([blank[0], others, *blank[1:], *self._counts("fine")])
        body.append([blank[0], "rows", *blank[1:], *self._counts("rows")])
        yield self.words.table(head, body)
        if matrix.other_error:
            yield f"{matrix.other_error}."
        if matrix.left_out:
            yield f"{matrix.left_out} more pairs are not shown: `--format json` has all of them."
        yield "## Timeline"
        layout = ScreenLayout(Style(100))
        yield self.words.block(render_timeline(self.page.timeline, layout, plain=False), "text")

    def _column(self, column: ViewColumn) -> str:
        more = f" \u00d7{len(column.names)}" if column.names[1:] else ""
        alike = f" ({column.members} alike)" if column.members else ""
        word = f"**{column.word}**" if column.word in ("BROKEN", OTHER_ERROR) else column.word
        return f"{self.words.text(column.label)}{more}{alike}: {word}"

    def _run(self, run: PairRun) -> list[str]:
        first = run.first
        more = f", {len(run.pairs) - 1} more in the same order" if run.pairs[1:] else ""
        cells = [f"**{cell}**" if cell in _LOUD else cell.value for cell in first.cells]
        code = self.words.code
        return [
            run.numbers,
            code(first.name) + more,
            code(first.old_version),
            code(first.new_version),
            *cells,
        ]

    def _counts(self, field: str) -> list[str]:
        columns = self.page.matrix.columns
        return [f"{getattr(it, field)}" if it.read else "?" for it in columns]

    # next, do

    def _card(self, card: NextCard) -> str:
        names = ", ".join(map(self.words.text, card.names))
        lines = [f"**{names}**: {self._sentence(card.summary)}"]
        if card.lines:
            lines.append("")
        for it in card.lines:
            outcome = self.words.text(it.outcome)
            loud = f"**{outcome}**" if it.outcome.isupper() else outcome
            notes = "".join(f"; {self._sentence(note)}" for note in it.notes)
            lines.append(f"- {loud} {self._sentence(it.what)}{notes}")
        return "\n".join(lines)

    def _group(self, group: DoGroup) -> Iterator[str]:
        yield f"### {self._sentence(group.title)}"
        for number, step in enumerate(group.steps, start=1):
            yield self._step(number, step)
        yield self._pairs_of(group.facts)
        for option in group.options:
            facts = self._pairs_of(option.facts)
            commands = "\n\n".join(self.words.block(it, "sh") for it in option.commands)
            yield "\n\n".join(
                it for it in (f"**{self.words.text(option.title)}**", facts, commands) if it
            )

    def _step(self, number: int, step: DoStep) -> str:
        says = f"{number}. {self._sentence(step.says)}" if step.says else f"{number}. then"
        return f"{says}\n\n{self.words.block(step.command, 'sh')}" if step.command else says

    def _pairs_of(self, facts: Sequence[tuple[str, Sequence[Sentence]]]) -> str:
        return "\n".join(
            f"- {self.words.text(title)}: {'; '.join(map(self._sentence, sentences))}"
            for title, sentences in facts
        )

    # the rest

    def _previews(self) -> Iterator[str]:
        page = self.page
        if not (page.previews or page.hidden or page.edits):
            return
        yield "## Previews"
        yield from map(self._exhibit, page.previews)
        for it in page.hidden:
            yield f"### What the edits hide\n\n{self._sentence(it.title)}"
            yield "\n".join(f"- {self.words.text(lack)}" for lack in it.lacks)
            yield from map(self._exhibit, it.exhibits)
        yield from map(self._exhibit, page.edits)

    def _exhibit(self, it: Exhibit) -> str:
        aside = f" ({self.words.text(it.aside)})" if it.aside else ""
        note = f"\n\n{self.words.text(it.note)}" if it.note else ""
        block = self.words.block(it.text, "diff" if it.is_diff else "")
        return f"### {self._sentence(it.title)}{aside}{note}\n\n{block}"

    def _evidence(self) -> Iterator[str]:
        page, words = self.page, self.words
        yield "## Evidence"
        yield from map(self._sentence, page.evidence_note)
        if page.evidence:
            body = [
                [
                    f"{it.pair.number}",
                    f"{words.code(it.pair.old_path)} \u2192 {words.code(it.pair.new_path)}",
                    f"{words.text(it.pair.confidence)}, {it.pair.similarity} % similar",
                    "; ".join(map(self._sentence, it.commits)),
                    "; ".join(map(self._sentence, it.reasons)),
                ]
                for it in page.evidence
            ]
            yield words.table(["#", "pair", "certainty", "renamed in", "because"], body)
        yield "### Findings"
        body = [
            [
                f"{words.text(it.code)} {it.severity}",
                words.text(it.where),
                "; ".join(map(words.text, it.whats)),
                f"{words.text(it.why)}; fix: {words.text(it.fix)}",
            ]
            for it in page.findings
        ]
        head = ["code", "where", "what", "why, and what to do"]
        yield words.table(head, body) if body else "None."

    def _facts(self) -> Iterator[str]:
        page, words = self.page, self.words
        yield "## Facts"
        head = ["environment", "database", "server", "rows", "runs commit", "read at"]
        body = [
            [
                ", ".join(map(words.text, it.names)),
                "; ".join(map(words.text, (it.database, *it.notes))),
                *map(words.text, (it.server, it.rows, it.deployed, it.read_at)),
            ]
            for it in page.environments
        ]
        yield words.table(head, body)
        yield "\n".join(f"- {words.text(title)}: {self._sentence(it)}" for title, it in page.facts)
        if page.again:
            yield f"To reproduce:\n\n{words.block(page.again, 'sh')}"
