"""Recorded renames as one map: chains become one step, and what contradicts itself is refused."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.analysis.renames.decisions import by_key, key
from analyzer.limits import read_number
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.rename import Decision
from analyzer.model.gate.recorded_renames import RecordedRename, RecordedRenames
from analyzer.model.plans.plan import Refusal


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """A row's version and the one that its migration has now, as numbers, and in words."""

    old: int
    new: str  # as the file's name writes it
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordedPlan:
    """A repair for databases that cannot be looked at from here."""

    steps: tuple[RecordedStep, ...]
    notes: tuple[str, ...] = ()


def compose(renames: Sequence[RecordedRename]) -> Iterator[RecordedRename]:
    """Follow each rename through the later ones of the same migration; there and back is none."""
    later = _Later()
    last: list[str] = [""] * len(renames)
    for place in reversed(range(len(renames))):
        rename = renames[place]
        following = later.of(rename.new)
        last[place] = rename.new if following is None else last[following]
        later.add(rename.old, place)
    for rename, new in zip(renames, last, strict=True):
        if not _same(rename.old, new):
            yield replace(rename, new=new)


class _Later:
    """The nearest later rename of each migration, while the renames are gone through backwards."""

    def __init__(self) -> None:
        self._of_version: dict[int, int] = {}
        self._of_name: dict[tuple[int, str], int] = {}

    def add(self, old: str, place: int) -> None:
        """Put down what a rename begins with; it is nearer than all before."""
        number, name = _parts(old)
        if number is not None:
            self._of_version[number] = self._of_name[number, name] = place

    def of(self, new: str) -> int | None:
        """The place of the rename that goes on from here; a name that is left out fits any."""
        number, name = _parts(new)
        if number is None:
            return None
        if not name:
            return self._of_version.get(number)
        known = (self._of_name.get((number, one)) for one in (name, ""))
        return min((place for place in known if place is not None), default=None)


def plan_recorded(
    recorded: RecordedRenames, files: Sequence[MigrationFile]
) -> RecordedPlan | Refusal:
    """Plan the row changes that are right on any database, however far it is.

    A version that means one migration before and another one after cannot be rewritten without a
    look at the database, so it is refused.
    """
    steps: list[RecordedStep] = []
    notes: list[str] = []
    holders = {file.version.number: file for file in files}
    for rename in compose([one for one in recorded.renames if one.reason]):
        old, _ = _parts(rename.old)
        new, _ = _parts(rename.new)
        if old is None or new is None:
            return _refusal(f"{rename.old} or {rename.new} does not begin with a version")
        if new not in holders:
            notes.append(f"left out: {rename.old} became {rename.new}, which is no file any more")
        elif old in holders:
            return _refusal(
                f"version {old} of {rename.old} belongs to {holders[old].basename} today, and a "
                "row may stand for either"
            )
        else:
            holder = holders[new]
            text = holder.version.text
            steps.append(RecordedStep(old, text, holder.name.slug, rename.reason))
    clash = _clash(steps)
    return clash or RecordedPlan(tuple(steps), tuple(notes))


def decisions_of(
    recorded: RecordedRenames,
    then: Sequence[MigrationFile],
    today: Sequence[MigrationFile],
    own: Sequence[Decision],
) -> Iterator[Decision]:
    """Recorded renames as answers to the inference, where they apply and the user said nothing."""
    asked = {_parts(one.old)[0] for one in own} | {one.old for one in own}
    ran, there = by_key(then), by_key(today)
    for rename in compose([one for one in recorded.renames if one.reason]):
        fits = key(rename.old) in ran and key(rename.new) in there
        if fits and not {_parts(rename.old)[0], rename.old} & asked:
            said = f"recorded in {recorded.path}: {rename.reason}"
            yield Decision(rename.old, rename.new, accept=True, said=said)


def _clash(steps: Sequence[RecordedStep]) -> Refusal | None:
    targets: dict[int, set[int]] = defaultdict(set)
    for step in steps:
        targets[step.old].add(int(step.new))
    for step in steps:
        if len(targets[step.old]) > 1:
            return _refusal(f"{step.old} is recorded as having become two migrations")
        if int(step.new) in targets:
            return _refusal(f"{step.new} is what one migration was and another one is")
    return None


def _refusal(why: str) -> Refusal:
    return Refusal(
        why,
        (
            "look at each such database: migdoctor rewrite, without --recorded, reads its rows",
            "correct db/renames.toml if it is wrong",
        ),
    )


def _same(one: str, other: str) -> bool:
    """Whether two texts name one migration: the version, and the name where both tell it."""
    (number, name), (other_number, other_name) = _parts(one), _parts(other)
    return (
        number is not None
        and number == other_number
        and (name == other_name or not name or not other_name)
    )


def _parts(text: str) -> tuple[int | None, str]:
    basename = text.rpartition("/")[2].removesuffix(".rb")
    digits, _, name = basename.partition("_")
    return read_number(digits), name
