"""Applied versions as people keep them: one per line, what psql prints, CSV.

In every form a line that is not understood is an error, for a version that is skipped would
look as if it had never run.
"""

import csv
import re
from collections.abc import Iterator, Mapping

from analyzer import limits
from analyzer.engines.registry import usual_engine
from analyzer.errors import RowsError
from analyzer.frameworks.base import Framework
from analyzer.model.core.table_row import NO_COLUMNS, Columns, joined_key, joint, key_columns
from analyzer.records import Struct
from analyzer.sources.files.buffered_reader import Window
from analyzer.sources.files.stored import StoredRows

_RULE = frozenset("-+|=: ")  # psql's, markdown's
_RECORD = re.compile(r"\+?-\[ .* \][-+]*")  # psql's expanded output
_FOOTER = re.compile(r"\((\d+) \w+\)")  # (3 rows)
_TIMING = re.compile(r"\w+: [\d.,]+ ms.*")
_SEPARATORS = ("|", "\t", ",", ";")
_UNCOUNTED = "the list does not end with the number of its rows: it may have been cut"
_TAKEN = (
    "correct or remove the line; --rows takes a dump, a schema file of SQL, what {client} or the "
    "framework's own status prints, CSV, or one version per line"
)
_HEADINGS = frozenset(  # columns in which some tool keeps its versions
    {"version", "name", "id", "filename", "migration"}
    | {"migration_name", "migration_id", "version_num", "version_id"}
)
_SHOWN = 60  # characters of a line that a message quotes


class Listing(Struct):
    """The versions of a list, in its order; ``columns`` where a header names them."""

    stored: StoredRows
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_listing(window: Window, framework: Framework) -> Listing:
    """Read a list to its end.

    Raises:
        RowsError: a line is not understood, the list is cut off, or it holds no version.
    """
    reader = _ListingReader(window.place, framework)
    for number, line in numbered_lines(window):
        reader.read(number, line)
    return reader.finish()


def numbered_lines(window: Window) -> Iterator[tuple[int, str]]:
    """Read the lines that hold anything, without blanks around them; line numbers are one-based.

    Raises:
        RowsError: a line is too long, or there are too many.
    """
    while True:
        number = window.line
        line = window.read_line()
        if number > limits.LIST_LINES.most:
            raise limits.LIST_LINES.exceeded(RowsError, window.place)
        if line is None:
            return
        if text := line.decode(errors="replace").strip():
            yield number, text


def not_understood(place: str, number: int, line: str, why: str) -> RowsError:
    """Say which line is not understood, quoting its beginning."""
    shown = _shown(line)
    return RowsError(
        f"line {number} of {place} is not understood: {shown!r}",
        why=why,
        fix=_TAKEN.format(client=usual_engine().programs.client),
    )


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


class _ListingReader:
    """Learns the form from the first lines, and holds the rest to it."""

    def __init__(self, place: str, framework: Framework) -> None:
        self.place, self.store = place, framework.store
        self.is_version, self.form = framework.numbering.is_listed, framework.numbering.form
        self.listing = Listing(StoredRows(place))
        self.separator = ""
        self.key = key_columns(framework.store.version_column)
        self.joint = joint(framework.store.version_column)
        self.index: tuple[int, ...] = ()  # the columns with the versions, once they are known
        self.width = 1
        self.record: dict[str, str] = {}  # of psql's expanded output, the one that is being read
        self.line = 0  # of its version
        self.kept: tuple[str, ...] = ()  # what is read besides the version
        self.ruled = self.ended = self.expanded = self.bordered = False

    def read(self, number: int, line: str) -> None:
        """Take one line."""
        if self.plain and self.is_version(line):
            self.listing.stored.add(line, number)
            return
        if line.startswith("#") or _TIMING.fullmatch(line):
            return
        if self.ended:
            raise self._not_understood(number, line, "the list ends before, with its count")
        if _RECORD.fullmatch(line):
            self.expanded = True
            self._end_record()
        elif footer := _FOOTER.fullmatch(line):
            self._end(footer[1], number)
        elif line.count("--") and _RULE.issuperset(line):
            self.ruled = True
        elif self.expanded:
            self._read_pair(number, line)
        elif not self.index:
            self._learn(number, line)
        else:
            self._read_row(number, line)

    @property
    def plain(self) -> bool:
        """Whether nothing but a version is expected on a line."""
        return bool(self.index) and self.width == 1 and not (self.separator or self.ended)

    def finish(self) -> Listing:
        """Check that there is something, and hand it out."""
        self._end_record()
        if not self.listing.stored and not self.ended:
            raise RowsError(
                f"{self.place} holds no version",
                why="there is nothing but headings, comments and blank lines in it",
                fix="write the rows of the version table to it, one per line",
            )
        if self.ruled and not self.ended:
            self.listing.notes = (_UNCOUNTED,)
        return self.listing

    def _learn(self, number: int, line: str) -> None:
        """Take the first line: a header, or already a row."""
        self.bordered = line.startswith("|") and line.endswith("|")
        inner = self._inner(line)
        self.separator = next((one for one in _SEPARATORS if one in inner), "")
        cells = self._cells(number, line)
        self.width = len(cells)
        names = tuple(cell.lower() for cell in cells)
        if {*self.key}.issubset(names):
            self.listing.columns = names
            self.index = tuple(map(names.index, self.key))
            self.kept = self.store.kept(names)
            return
        if self.width == 1 and names[0] in _HEADINGS:
            wanted = ", ".join(self.key)
            raise self._not_understood(number, line, f"the heading of the versions is {wanted}")
        versions = [index for index, cell in enumerate(cells) if self.is_version(cell)]
        if len(versions) > 1:
            raise self._not_understood(
                number, line, "several columns could be the version, and no header names them"
            )
        if versions:
            self.index = (versions[0],)
        self._read_row(number, line)

    def _read_row(self, number: int, line: str) -> None:
        cells = self._cells(number, line)
        if len(cells) != self.width:
            raise self._not_understood(number, line, f"{self.width} columns are expected")
        version = self.joint.join(cells[at] for at in self.index or (0,))
        if not self.is_version(version):
            raise self._not_understood(number, line, f"a version is expected, {self.form}")
        names = self.listing.columns
        self._add(version, number, {name: cells[names.index(name)] for name in self.kept})

    def _read_pair(self, number: int, line: str) -> None:
        """Take one line of psql's expanded output."""
        name, _, value = (part.strip() for part in line.strip("|").partition("|"))
        self.record[name] = value
        if name not in self.key:
            return
        version = joined_key(self.store.version_column, self.record)
        if version is not None and not self.is_version(version):
            raise self._not_understood(number, line, f"a version is expected, {self.form}")
        self.line = number

    def _end_record(self) -> None:
        """Take the record that has been read line by line, if it has a version."""
        version = joined_key(self.store.version_column, self.record)
        if version is not None:
            self.kept = self.store.kept(tuple(self.record))
            self._add(version, self.line, self.record)
        self.record = {}

    def _add(self, version: str, line: int, record: Mapping[str, str]) -> None:
        """Take a row; what is empty in a list is NULL, as psql writes it."""
        values = (record[name] or None for name in self.kept)
        columns = Columns(self.kept, values) if self.kept else NO_COLUMNS
        self.listing.stored.add(version, line, columns)

    def _cells(self, number: int, line: str) -> list[str]:
        if not self.separator:
            cells = [self._inner(line).partition(" #")[0]]  # a comment may follow a version
        elif self.separator == "|":
            cells = self._inner(line).split("|")
        else:
            try:
                cells = next(csv.reader([line], delimiter=self.separator, strict=True))
            except csv.Error as error:
                raise self._not_understood(number, line, f"it is not CSV: {error}") from None
        return [cell.strip().strip('"') for cell in cells]

    def _inner(self, line: str) -> str:
        """Take away the border of psql's border 2."""
        return line.removeprefix("|").removesuffix("|") if self.bordered else line

    def _end(self, count: str, number: int) -> None:
        self.ended = True
        self._end_record()
        if limits.read_number(count) != len(self.listing.stored):
            raise RowsError(
                f"line {number} of {self.place} counts {_shown(count)} rows, but "
                f"{len(self.listing.stored)} stand before it",
                why="the list was cut or changed",
                fix="write it again, whole",
            )

    def _not_understood(self, number: int, line: str, why: str) -> RowsError:
        return not_understood(self.place, number, line, why)
