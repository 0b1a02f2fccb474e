"""What must hold while a file of ours runs: a demand that fails ends it, and nothing is changed.

MySQL has no anonymous programs. A prepared statement that asks for a column of the reason's name
raises the error; the client prints the whole reason before, as the error may shorten it.
"""

from collections.abc import Iterator

from analyzer.engines.mysql.scripts.sql_file import GO, STOP
from analyzer.engines.mysql.words import literal
from analyzer.engines.shared.file_runs import UNCHANGED
from analyzer.model.words.text import visible

_LONGEST = 190  # characters of a name that an error shows


def demand(condition: str, what: str, fix: str, more: str = "") -> Iterator[str]:
    """Stop unless a condition of SQL holds; NULL does not.

    Args: more: an expression that is said behind ``what``.
    """
    ends = [literal(visible(what)), more, literal(f"{UNCHANGED}{fix}")]
    said = (
        f"CONCAT({', '.join(filter(None, ends))})"
        if more
        else literal(f"{visible(what)}{UNCHANGED}{fix}")
    )
    yield f"SET {STOP} = COALESCE({STOP}, IF({condition}, NULL,\n  {said}));"
    yield from _halt()


def _halt() -> Iterator[str]:
    yield f"SET {GO} = IF({STOP} IS NULL, {GO}, 0);"
    yield f"SELECT {STOP} AS migdoctor FROM DUAL WHERE {STOP} IS NOT NULL;"  # noqa: S608  ours
    name = f"REPLACE(LEFT({STOP}, {_LONGEST}), '`', '``')"
    yield f"SET @migdoctor_halt = IF({STOP} IS NULL, 'DO 0', CONCAT('DO `', {name}, '`'));"
    yield "PREPARE migdoctor_halt FROM @migdoctor_halt;"
    yield "EXECUTE migdoctor_halt;"
