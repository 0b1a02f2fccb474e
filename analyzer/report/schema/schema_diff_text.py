"""The comparison for a reader: the verdict, then each difference with the migration behind it."""

from collections.abc import Iterator, Sequence

from analyzer.model.findings.difference_words import named
from analyzer.model.findings.schema_diff import Difference, ObjectStatus, SchemaDiff, SchemaReport
from analyzer.model.words.revision_words import where_from
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.report.schema.schema_text import NARROWEST
from analyzer.report.schema.schema_words import BOLD, RED, YELLOW, paint
from analyzer.report.wrapping import filled

_DATABASE = "the database"
_MOST_REASONS = 2  # unread parts that are named at one difference; JSON has them all


def render(report: SchemaReport, diff: SchemaDiff, width: int, *, colour: bool) -> str:
    """Render a comparison as text that ends with a newline."""
    page = _DiffPage(report, diff, max(width, NARROWEST), colour)
    return "\n\n".join(part for part in page.parts() if part) + "\n"


class _DiffPage:
    """One comparison."""

    def __init__(
        self,
        report: SchemaReport,
        diff: SchemaDiff,
        width: int,
        colour: bool,  # noqa: FBT001
    ) -> None:
        self.report, self.diff, self.width, self.colour = report, diff, width, colour
        self.there, self.anew = diff.against, diff.anew

    def parts(self) -> Iterator[str]:
        yield self._verdict()
        yield self._looked_at()
        for status, title in (
            (ObjectStatus.MISSING, f"Missing in {self.there}: the migrations make it"),
            (ObjectStatus.DIFFERENT, "Different"),
            (ObjectStatus.EXTRA, f"Only in {self.there}: the migrations do not make it"),
        ):
            found = [it for it in self._told() if it.status is status]
            yield self._section(title, found)
        left_open = [it for it in self.diff.differences if it.allowed]
        yield self._left_open(left_open)
        yield self._notes()
        yield self._next()

    def _told(self) -> list[Difference]:
        return [it for it in self.diff.differences if not it.allowed]

    def _verdict(self) -> str:
        if self.diff.equal:
            tables = self.report.state.schema.tables.values()
            total = sum(len(table.indexes) for table in tables)
            indexes = "1 index" if total == 1 else f"{total} indexes"
            columns = sum(len(table.columns) for table in tables)
            text = (
                f"No difference: the migrations and {self.there} agree "
                f"({count(len(tables), 'table')}, {count(columns, 'column')}, {indexes})."
            )
            return paint(self._hang(text, 0), BOLD, coloured=self.colour)
        number = count(len(self._told()), "difference")
        text = f"{number} between the migrations and {self.there}."
        return paint(self._hang(text, 0), RED, coloured=self.colour)

    def _looked_at(self) -> str:
        lines = [
            f"Code:  {where_from(self.report.facts.files)}",
            f"There: {self.diff.place}",
        ]
        if others := self.report.facts.other_applications:
            lines.append(f"Note:  there is also {', '.join(others)}; if you mean it: --dir PATH")
        return "\n".join(self._hang(line, 7) for line in lines)

    def _section(self, title: str, differences: Sequence[Difference]) -> str:
        if not differences:
            return ""
        heading = paint(visible(title), BOLD, coloured=self.colour)
        return "\n".join([heading, *(self._entry(difference) for difference in differences)])

    def _left_open(self, differences: Sequence[Difference]) -> str:
        if not differences:
            return ""
        lines = []
        for it in differences:
            state = "is not there" if it.status is ObjectStatus.MISSING else "is there"
            by = it.responsible.path.rpartition("/")[2] if it.responsible else "a migration"
            text = f"{named(it)} {state}; {by} makes or drops it only under a condition"
            lines.append(self._hang(f"  {text}", 6))
        heading = paint(
            "No difference, as the migrations leave it open", BOLD, coloured=self.colour
        )
        return "\n".join([heading, *lines])

    def _entry(self, difference: Difference) -> str:
        detail = f": {difference.detail}" if difference.detail else ""
        lines = [self._hang(f"  {named(difference)}{detail}", 6)]
        for change in difference.changes:
            said = (
                f"{change.what}: {change.files} in the migrations, {change.there} in {self.there}"
            )
            lines.append(self._hang(f"      {said}", 8))
        lines.append(self._hang(f"      {self._who(difference)}", 8))
        lines += [self._hang(f"      {text}", 8) for text in _reasons(difference)]
        return "\n".join(lines)

    def _who(self, difference: Difference) -> str:
        responsible = difference.responsible
        if responsible is None:
            return "no migration here makes it"
        name = responsible.path.rpartition("/")[2]
        if difference.status is ObjectStatus.EXTRA:
            return f"touched last by {name}{self._when(ran=responsible.ran)}"
        return f"made by {name}{self._when(ran=responsible.ran)}"

    def _when(self, *, ran: bool | None) -> str:
        if self.there == _DATABASE:
            words = {True: ", which is recorded as run", False: ", which is not recorded as run"}
            return words.get(ran, "") if ran is not None else ""
        return ", which is newer than the file" if ran is False else ""

    def _notes(self) -> str:
        lines = list(self.diff.notes)
        unknown = len(self.report.state.opaque) + len(self.report.state.conflicts)
        if unknown:
            lines.append(
                f"{count(unknown, 'part')} of the migrations could not be followed; "
                "migdoctor schema lists them"
            )
        lines += [f"{it.path}:{it.line}: {it.what}" for it in self.report.problems]
        if not lines:
            return ""
        heading = paint("Also worth knowing", YELLOW, coloured=self.colour)
        return "\n".join([heading, *(self._hang(f"  {line}", 6) for line in lines)])

    def _next(self) -> str:
        steps = list(self._steps())
        if not steps:
            return ""
        lines = [self._hang(f"  {step}", 4) for step in steps]
        return "\n".join([paint("What to do next", BOLD, coloured=self.colour), *lines])

    def _steps(self) -> Iterator[str]:
        made = [it for it in self._told() if it.status is not ObjectStatus.EXTRA]
        ran = {it.responsible.ran for it in made if it.responsible is not None}
        if self.there != _DATABASE:
            if False in ran:
                yield f"Migrate, then regenerate {self.there}: {self.anew}"
            return
        if False in ran:
            yield (
                "Not recorded as run: migdoctor diagnose says whether it is pending, or ran under "
                "another version."
            )
        if True in ran:
            yield (
                "Recorded as run, and yet not as the file says: the file was edited after it ran, "
                "or the database was changed by hand. Put what is lacking into a new migration."
            )

    def _hang(self, text: str, indent: int) -> str:
        return filled(visible(text), self.width, rest=" " * indent)


def _reasons(difference: Difference) -> Iterator[str]:
    for part in difference.unsure[:_MOST_REASONS]:
        yield f"perhaps because of {part.path}:{part.line}, where {part.text}: {part.why}"
    rest = len(difference.unsure) - _MOST_REASONS
    if rest > 0:
        yield f"or {count(rest, 'other part')} that could not be followed"
