"""A table on a screen: columns of several words wrap, names stay whole.

Where a name does not fit all the same, its column is the last, so that it alone reaches past the
edge and the others stay in line.
"""

from collections.abc import Iterator, Sequence

from analyzer.report.page.terminal.cells import padded, width_of

_GAP = "  "
_BESIDE_HEAD = 2  # columns that a column is wider than its name, at least

_Columns = list[list[str]]


def lay_out(head: Sequence[str], body: Sequence[Sequence[str]], width: int) -> str:
    """Write rows under the names of their columns, each column as wide as its widest cell."""
    columns = [[name, *(row[place] for row in body)] for place, name in enumerate(head)]
    widths = _widths(columns, width)
    if _total(widths) > width:
        last = widths.index(max(widths))
        columns.append(columns.pop(last))
        widths.append(widths.pop(last))
    lines = [_line([column[0] for column in columns], widths)]
    rules = ["-" * wide for wide in widths]
    lines.append(_line(rules, widths)[: max(width, len(_line(rules[:-1], widths)) + len(_GAP) + 1)])
    for place in range(1, len(body) + 1):
        lines += _row([column[place] for column in columns], widths)
    return "\n".join(lines)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _widths(columns: _Columns, width: int) -> list[int]:
    """How wide each column is: its widest cell, or less until all of them fit."""
    widths = [
        max(width_of(column[0]) + _BESIDE_HEAD, *map(width_of, column[1:])) for column in columns
    ]
    least = [
        max(width_of(column[0]) + _BESIDE_HEAD, *(width_of(it) for it in _words(column)))
        for column in columns
    ]
    while _total(widths) > width:
        slack = [wide - narrow for wide, narrow in zip(widths, least, strict=True)]
        if max(slack) <= 0:
            break  # a long name is better read past the edge than broken
        widths[slack.index(max(slack))] -= 1
    return widths


def _words(column: Sequence[str]) -> list[str]:
    return [word for text in column[1:] for word in text.split()] or [""]


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """A row in as many lines as its longest cell needs."""
    wrapped = [_wrapped(cell, wide) for cell, wide in zip(cells, widths, strict=True)]
    for place in range(max(map(len, wrapped))):
        yield _line([cell[place] if place < len(cell) else "" for cell in wrapped], widths)


def _wrapped(cell: str, width: int) -> list[str]:
    if width_of(cell) <= width:
        return [cell]
    lines = [""]
    for word in cell.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width_of(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    told = (padded(cell, wide) for cell, wide in zip(cells, widths, strict=False))
    return _GAP.join(told).rstrip()
