"""The schema for a reader: each table with columns, indexes and keys, then what is not known."""

from collections.abc import Iterator

from analyzer.model.findings.schema_diff import SchemaReport
from analyzer.model.schema.schema import Column, Table
from analyzer.model.words.revision_words import where_from
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.report.schema.schema_words import (
    BOLD,
    YELLOW,
    constraint_words,
    default_words,
    index_words,
    key_words,
    paint,
    type_words,
)
from analyzer.report.wrapping import filled

NARROWEST = 60


def render(report: SchemaReport, width: int, *, colour: bool) -> str:
    """Render the schema as text that ends with a newline; no line is longer than it must be."""
    page = _SchemaPage(report, max(width, NARROWEST), colour)
    return "\n\n".join(part for part in page.parts() if part) + "\n"


class _SchemaPage:
    """One application's schema."""

    def __init__(self, report: SchemaReport, width: int, colour: bool) -> None:  # noqa: FBT001
        self.report, self.width, self.colour = report, width, colour
        self.schema = report.state.schema

    def parts(self) -> Iterator[str]:
        yield self._head()
        yield self._types()
        for table in self.schema.tables.values():
            yield self._table(table)
        yield self._others()
        yield from self._gaps()

    def _gaps(self) -> Iterator[str]:
        """List what the schema may lack, by reason."""
        state = self.report.state
        problems = [(it.path, it.line, it.what) for it in self.report.problems]
        opaque = [(it.path, it.line, f"{it.text}: {it.why}") for it in state.opaque]
        conflicts = [(it.path, it.line, it.what) for it in state.conflicts]
        for title, places in (
            ("Could not be read", problems),
            ("Not known without running it", opaque),
            ("Left out, because the schema at that point does not allow it", conflicts),
        ):
            if places:
                lines = [self._hang(f"  {path}:{line}  {what}", 6) for path, line, what in places]
                yield "\n".join([self._heading(title, YELLOW), *dict.fromkeys(lines)])

    def _head(self) -> str:
        tables = count(len(self.schema.tables), "table")
        lines = [f"{tables} from the migrations of {where_from(self.report.facts.files)}."]
        if others := self.report.facts.other_applications:
            lines.append(f"There is also {', '.join(others)}; if you mean it: --dir PATH")
        return "\n".join(self._hang(line, 0) for line in lines)

    def _types(self) -> str:
        lines = [f"enum {it.name}: {', '.join(it.values)}" for it in self.schema.enums.values()]
        if self.schema.extensions:
            lines.insert(0, f"extensions: {', '.join(sorted(self.schema.extensions))}")
        return "\n".join(self._hang(line, 4) for line in lines)

    def _table(self, table: Table) -> str:
        from tabulate import tabulate

        rows = [self._row(table, column) for column in table.columns]
        text = tabulate(rows, tablefmt="plain", disable_numparse=True)
        lines = [self._heading(table.name, BOLD)]
        if table.comment:
            lines.append(self._hang(f"  {table.comment}", 2))
        width = self.width - 2
        for line in text.splitlines():
            lines += self._column_lines(line.rstrip(), width)
        lines += [self._hang(f"  {text}", 6) for text in _keys(table)]
        return "\n".join(lines)

    def _row(self, table: Table, column: Column) -> tuple[str, ...]:
        said = []
        if column.name in table.primary_key:
            said.append("primary key")
        elif not column.null:
            said.append("not null")
        if column.default is not None:
            said.append(f"default {default_words(column.default)}")
        if column.generated is not None:
            said.append(f"generated as {column.generated}")
        if column.collation is not None:
            said.append(f"collation {column.collation}")
        if column.comment:
            said.append(f"-- {column.comment}")
        return tuple(map(visible, (column.name, type_words(column), ", ".join(said))))

    def _column_lines(self, line: str, width: int) -> list[str]:
        wrapped = filled(line, width, rest=" " * 6).splitlines()
        whole = [line] if len(line) <= width else _keep_gaps(line, wrapped)
        return [f"  {part}" for part in whole]

    def _others(self) -> str:
        kinds = sorted({it.kind for it in self.schema.others})
        lines = []
        for kind in kinds:
            names = sorted(it.name for it in self.schema.others if it.kind == kind)
            lines.append(self._hang(f"{kind.replace('_', ' ')}: {', '.join(names)}", 4))
        return "\n".join([self._heading("Known by name only", BOLD), *lines]) if lines else ""

    def _heading(self, text: str, colour: str) -> str:
        return paint(visible(text), colour, coloured=self.colour)

    def _hang(self, text: str, indent: int) -> str:
        return filled(visible(text), self.width, rest=" " * indent)


def _keep_gaps(line: str, wrapped: list[str]) -> list[str]:
    """Wrapping squeezes the gaps between columns; the first line keeps them."""
    first = line[: len(wrapped[0])]
    return [first.rstrip(), *wrapped[1:]] if wrapped[0] == first.rstrip() else wrapped


def _keys(table: Table) -> Iterator[str]:
    """A table's primary key where it is no single column, its indexes, keys and constraints."""
    if len(table.primary_key) > 1:
        yield f"primary key ({', '.join(table.primary_key)})"
    for index in table.indexes:
        yield f"index {index_words(index)}"
    for key in table.foreign_keys:
        yield f"foreign key {key_words(key)}"
    for constraint in table.constraints:
        yield f"{constraint.kind.value} {constraint_words(constraint)}"
