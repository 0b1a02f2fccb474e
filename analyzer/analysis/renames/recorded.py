"""Recorded renames as one map: chains become one step, and what contradicts itself is refused."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from analyzer.analysis.renames.decisions import by_key, is_whole, key
from analyzer.frameworks.ports.numbering import Numbering
from analyzer.model.core.migration import MigrationFile, without_suffix
from analyzer.model.core.version import Version
from analyzer.model.findings.rename import Decision
from analyzer.model.gate.recorded_renames import RecordedRename, RecordedRenames
from analyzer.model.plans.plan import Refusal
from analyzer.records import Struct, replace


class RecordedStep(Struct, frozen=True):
    """A row's version and the one that its migration has now, and what it is in words."""

    old: Version  # as the framework stores it
    new: Version  # as the file's name writes it
    name: str
    reason: str


class RecordedPlan(Struct, frozen=True):
    """A repair for databases that cannot be looked at from here."""

    steps: tuple[RecordedStep, ...]
    notes: tuple[str, ...] = ()


def compose(renames: Sequence[RecordedRename], numbering: Numbering) -> Iterator[RecordedRename]:
    """Follow each rename through the later ones of the same migration; there and back is none."""
    later = _Later(numbering)
    last: list[str] = [""] * len(renames)
    for place in reversed(range(len(renames))):
        rename = renames[place]
        following = later.of(rename.new)
        last[place] = rename.new if following is None else last[following]
        later.add(rename.old, place)
    for rename, new in zip(renames, last, strict=True):
        if not _same(rename.old, new, numbering):
            yield replace(rename, new=new)


class _Later:
    """The nearest later rename of each migration, while the renames are gone through backwards."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._of_version: dict[Version, int] = {}
        self._of_name: dict[tuple[Version, str], int] = {}

    def add(self, old: str, place: int) -> None:
        """Put down what a rename begins with; it is nearer than all before."""
        version, name = _parts(old, self._numbering)
        if version is not None:
            self._of_version[version] = self._of_name[version, name] = place

    def of(self, new: str) -> int | None:
        """The place of the rename that goes on from here; a name that is left out fits any."""
        version, name = _parts(new, self._numbering)
        if version is None:
            return None
        if not name:
            return self._of_version.get(version)
        known = (self._of_name.get((version, one)) for one in (name, ""))
        return min((place for place in known if place is not None), default=None)


def plan_recorded(
    recorded: RecordedRenames, files: Sequence[MigrationFile], numbering: Numbering
) -> RecordedPlan | Refusal:
    """Plan the row changes that are right on any database, however far it is.

    A version that means one migration before and another one after cannot be rewritten without a
    look at the database, so it is refused.
    """
    steps: list[RecordedStep] = []
    notes: list[str] = []
    holders = {file.version: file for file in files}
    for rename in compose([one for one in recorded.renames if one.reason], numbering):
        old, _ = _parts(rename.old, numbering)
        new, _ = _parts(rename.new, numbering)
        if old is None or new is None:
            return _refusal(
                recorded.path, f"{rename.old} or {rename.new} does not begin with a version"
            )
        if new not in holders:
            notes.append(f"left out: {rename.old} became {rename.new}, which no longer exists")
        elif old in holders:
            return _refusal(
                recorded.path,
                f"version {old} of {rename.old} belongs to {holders[old].basename} today, and a "
                "row may stand for either",
            )
        else:
            holder = holders[new]
            steps.append(RecordedStep(old, holder.version, holder.name.slug, rename.reason))
    clash = _clash(recorded.path, steps)
    return clash or RecordedPlan(tuple(steps), tuple(notes))


def decisions_of(
    recorded: RecordedRenames,
    then: Sequence[MigrationFile],
    today: Sequence[MigrationFile],
    own: Sequence[Decision],
    numbering: Numbering,
) -> Iterator[Decision]:
    """Recorded renames as answers to the inference, where they apply and the user said nothing."""
    asked = {_parts(one.old, numbering)[0] for one in own} | {one.old for one in own}
    ran, there = by_key(then), by_key(today)
    for rename in compose([one for one in recorded.renames if one.reason], numbering):
        fits = key(rename.old, numbering) in ran and key(rename.new, numbering) in there
        if fits and not {_parts(rename.old, numbering)[0], rename.old} & asked:
            said = f"recorded in {recorded.path}: {rename.reason}"
            yield Decision(rename.old, rename.new, accept=True, said=said)


def _clash(path: str, steps: Sequence[RecordedStep]) -> Refusal | None:
    targets: dict[Version, set[Version]] = defaultdict(set)
    for step in steps:
        targets[step.old].add(step.new)
    for step in steps:
        if len(targets[step.old]) > 1:
            return _refusal(path, f"{step.old} is recorded as two different migrations")
        if step.new in targets:
            return _refusal(path, f"{step.new} is one migration's old name and another's new name")
    return None


def _refusal(path: str, why: str) -> Refusal:
    return Refusal(
        why,
        (
            "look at each such database: migdoctor rewrite, without --recorded, reads its rows",
            f"correct {path} if it is wrong",
        ),
    )


def _same(one: str, other: str, numbering: Numbering) -> bool:
    """Whether two texts name one migration: the version, and the name where both tell it."""
    version, name = _parts(one, numbering)
    other_version, other_name = _parts(other, numbering)
    return (
        version is not None
        and version == other_version
        and (name == other_name or not name or not other_name)
    )


def _parts(text: str, numbering: Numbering) -> tuple[Version | None, str]:
    """The version that a text begins with, as the framework would store it, and the name.

    Where a version is the whole name of a file it is all of the text.
    """
    if is_whole(numbering):
        return numbering.typed(text), ""
    basename = without_suffix(text.rpartition("/")[2])
    head, _, name = basename.partition("_")
    version = numbering.typed(head)
    return None if version is None else numbering.respelled(version, ""), name
