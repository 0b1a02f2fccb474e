"""Findings about order: new migrations that come late, and what needs something that is later.

Only what a change can have broken is looked at: a file of the change, and the migrations behind it
that speak of the same tables.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.analysis.gate.new_files import Newcomers, within
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Sides
from analyzer.model.plans.gate_steps import Steps

Object = str  # as it is shown: table songs


@dataclass(frozen=True, slots=True)
class Tied:
    """A pair of migrations whose order matters, and why."""

    before: str
    after: str
    because: Object


@dataclass(frozen=True, slots=True)
class Late:
    """What reading shows of a migration's order against newer ones; paths name the others."""

    ties: tuple[Tied, ...] = ()
    unknown: int | None = None  # the first line that cannot be read


@dataclass(frozen=True, slots=True)
class TooEarly:
    """A migration that needs what only a later one creates."""

    path: str
    line: int
    needs: Object
    provided_by: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A file of the change; its order may have changed against all that come after ``since``."""

    file: MigrationFile
    since: Version


ReadLate = Callable[[MigrationFile, Sequence[MigrationFile]], Late]
ReadOrder = Callable[[Sequence[Touched], Sequence[MigrationFile]], Iterable[TooEarly]]


def find_late(
    newcomers: Newcomers,
    sides: Sides,
    groups: Sequence[Collection[str]],
    read_late: ReadLate,
    broken: Collection[str],
) -> Iterator[Finding]:
    """Say which new migrations are older than the newest on the base, and whether that matters.

    Args: broken: paths that another finding already says are in the wrong order.
    """
    for folders in groups:
        base = [file for file in sides.tip.files if within(file, folders)]
        newest = max(base, key=lambda file: file.version, default=None)
        for file in newcomers.changes.added:
            if newest is None or not within(file, folders) or file.version >= newest.version:
                continue
            if file.path in broken or newcomers.wishes[file.path].renumber:
                continue  # it gets another version anyway
            if file.path in newcomers.squashes:
                continue  # nobody runs it late
            newer = [one for one in base if one.version > file.version]
            newcomers.wishes[file.path].renumber = True
            yield _late(file, newest, newer, read_late(file, newer))


def _late(
    file: MigrationFile, newest: MigrationFile, newer: Sequence[MigrationFile], late: Late
) -> Finding:
    others = f"{len(newer)} migrations that are" if len(newer) > 1 else "one that is"
    if late.ties:
        tie = late.ties[0]
        other = tie.after if tie.before == file.path else tie.before
        why = (
            f"databases that have {other.rpartition('/')[2]} run it afterwards, new ones before: "
            f"both work on {tie.because}, and the outcome differs"
        )
    elif late.unknown is not None:
        why = (
            f"databases that are up to date run it after {others} newer, new ones before; whether "
            f"that matters cannot be told, as line {late.unknown} cannot be read"
        )
    else:
        why = (
            f"databases that are up to date run it after {others} newer, new ones before; as far "
            "as it can be read, the outcome is the same"
        )
    return Finding(
        "MD311",
        Severity.WARNING if late.ties else Severity.NOTE,
        what=f"{file.path} is older than {newest.basename}, which is merged",
        why=why,
        fix="give it a version after the newest" + ("" if late.ties else ", if you can"),
        version=file.version.text,
        path=file.path,
        line=1,
    )


def find_too_early(
    touched: Sequence[Touched],
    merged: Sequence[MigrationFile],
    newcomers: Newcomers,
    read_order: ReadOrder,
    restore: Mapping[str, Steps],
) -> Iterator[Finding]:
    """Say what needs something that only a later migration creates, where the change is to blame.

    Args: touched, merged: of one application.  restore: for merged migrations by path, the steps
        that undo what was done to them.
    """
    added = {file.path for file in newcomers.changes.added}
    if not touched:
        return
    for early in read_order(touched, merged):
        guilty = early.path
        if guilty not in added and early.provided_by in added | restore.keys():
            guilty = early.provided_by
        if guilty in added and guilty == early.path:
            newcomers.wishes[guilty].renumber = True
        yield Finding(
            "MD315",
            Severity.ERROR,
            what=f"{early.path}, line {early.line}, needs {early.needs}, which only "
            f"{early.provided_by} creates, later",
            why="on every new database it runs first, and fails",
            fix="give it a version after the one that it needs"
            if guilty in added
            else "give the migration back what it was",
            path=guilty,
            line=early.line if guilty == early.path else 1,
            steps=restore.get(guilty, ()),
        )
