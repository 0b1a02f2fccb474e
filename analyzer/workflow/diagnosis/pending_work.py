"""What pending migrations bring of that which migrations that ran should have left behind.

The pending ones are carried out on a simulated database, as the next migrate would run them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from analyzer.analysis.diagnosis.catalog_lookup import Lookup
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.forecast.simulator import Simulation
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import MigrationOutcome, Prediction
from analyzer.model.words.object_words import few
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct, replace

_INVALID = " is INVALID"
_STAYS = " is still there"
_PERHAPS = "it depends on a condition that only a run can answer"
_SURE = frozenset({MigrationOutcome.RUNS, MigrationOutcome.NO_OP, MigrationOutcome.DESTROYS})


class Bringer(Struct, frozen=True):
    """The pending migration that brings an object; ``unsure`` says why it may not come to that."""

    file: MigrationFile
    unsure: str = ""


def brought_by(
    wanted: Iterable[str],
    prediction: Prediction,
    waiting: Collection[str],
    parsed_of: Callable[[MigrationFile], Parsed],
    world: SimulatedDatabase,
) -> dict[str, Bringer]:
    """Find who brings what is missing, by the words in which an attestation names it.

    Only what is there after all of them counts, and no object that a renamed migration would make
    by running again.

    Args:
        waiting: the paths of files that never ran, under whichever name.
        world: the live database; afterwards, as the next migrate leaves it.
    """
    lookup = Lookup(world, SimulatedDatabase.of_files(world.engine))
    lacking = {text for text in wanted if not _is_whole(text, lookup)}
    unsure = _unsure(prediction)
    found: dict[str, Bringer] = {}
    simulation = Simulation(world, {})
    for file in prediction.would_run:
        simulation.run(parsed_of(file))
        whole = {text for text in lacking if _is_whole(text, lookup)}
        perhaps = {text for text in lacking - whole if _may_be_whole(text, lookup)}
        for text in whole - found.keys():
            found[text] = Bringer(file, unsure.get(file.path, ""))
        for text in perhaps - found.keys():
            found[text] = Bringer(file, unsure.get(file.path, _PERHAPS))
        whole |= perhaps
        for text in found.keys() - whole:
            del found[text]
    return {text: it for text, it in found.items() if it.file.path in waiting}


def _unsure(prediction: Prediction) -> Mapping[str, str]:
    """By path, why a migration may not run to its end."""
    found = {}
    for it in prediction.migrations:
        if it.outcome not in _SURE:
            found[it.file.path] = it.because
        elif it.rests_on is not None:
            found[it.file.path] = f"it comes after {it.rests_on.basename}, which may stop"
    return found


def _is_whole(text: str, lookup: Lookup) -> bool:
    """Whether the database is, in this point, as the migration that ran should have left it."""
    name = text.removesuffix(_INVALID).removesuffix(_STAYS)
    kind, colon, rest = name.partition(":")
    if not colon or " is still called " in name:
        return False
    ref = ObjectRef(kind, rest)
    if text.endswith(_STAYS):
        return not lookup.has(ref)
    return lookup.has(ref) and not lookup.invalid(ref)


def _may_be_whole(text: str, lookup: Lookup) -> bool:
    """Whether it is so unless the migration stops, as one does that looks at rows first."""
    kind, colon, rest = text.partition(":")
    return bool(colon) and lookup.live.has(ObjectRef(kind, rest)) is There.OPEN


def until_migrated(
    finding: Finding, missing: Iterable[str], brought: Mapping[str, Bringer], migrate: str
) -> Finding:
    """Say what pending migrations bring: a note where that is all of it.

    Args: missing: all that the migration lacks, of which the finding may tell a part.
    """
    about_index = "INVALID" in finding.what
    mine = [text for text in missing if text.endswith(_INVALID) is about_index]
    come = {text: brought[text] for text in mine if text in brought}
    rest = [text for text in mine if text not in come]
    if not come:
        return finding
    doubt = next((it.unsure for it in come.values() if it.unsure), "")
    says = _says([*come] if rest else [], come.values())
    if doubt:
        says = f"{says} if it runs to its end, which is not certain: {doubt}"
    if rest:
        own = f"put the rest into a migration of its own: {few(rest)}"
        why = f"{says}; {migrate} will not make the rest: {few(rest)}"
        return replace(finding, why=why, fix=own)
    if doubt:  # what stops it is told of the next migrate, and is no reason not to run it
        again = f"run {migrate}, then diagnose again"
        return replace(finding, severity=Severity.NOTE, why=says, fix=again)
    why = f"{says}: the next {migrate} completes it"
    return replace(finding, severity=Severity.NOTE, why=why, fix=f"nothing besides that {migrate}")


def _says(some: Sequence[str], bringers: Iterable[Bringer]) -> str:
    """Who brings it. Args: some: the objects, where others are missing besides."""
    files = sorted({it.file for it in bringers}, key=lambda it: it.version)
    names = [it.basename for it in files]
    one = not names[1:]
    what = few([text.removesuffix(_INVALID) for text in some]) if some else "what is missing"
    return (
        f"{enumerated(names)}, which {'is' if one else 'are'} pending, "
        f"{'adds' if one else 'add'} {what}"
    )
