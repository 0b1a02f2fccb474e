"""Where a simulation starts: the live database, or what the files that ran add up to."""

from collections.abc import Iterable

from analyzer.analysis.forecast.dependency_runs import expanded
from analyzer.analysis.forecast.simulated_changes import apply, in_place_of_assumed, make_room
from analyzer.analysis.forecast.simulated_questions import QuestionFailsError, answer
from analyzer.analysis.forecast.simulated_rows import Rows
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.schema.name_lookup import forget_temporary, located
from analyzer.engines.base import Engine
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import bare


def world_of_files(migrations: Iterable[Parsed], engine: Engine) -> SimulatedDatabase:
    """Follow migrations that are known to have run, in their order.

    What ran was not refused: a table that an effect needs and no file makes was there. Of rows
    nothing is known.
    """
    world = SimulatedDatabase.of_files(engine)
    classes: dict[str, Parsed] = {}
    for parsed in migrations:
        _follow(world, parsed, classes)
        if parsed.class_name is not None:
            classes[parsed.class_name] = parsed
    world.rows = Rows()
    world.open.clear()
    return world


def _follow(world: SimulatedDatabase, parsed: Parsed, classes: dict[str, Parsed]) -> None:
    """Carry out what a migration did when it ran."""
    answers: dict[int, bool | None] = {}
    for effect in expanded(parsed.effects, classes):
        if isinstance(effect, e.Guarded):
            sure = happened(world, effect, answers)
            if not (effect.likely if sure is None else sure):
                continue
        found = located(world.database, bare(effect))
        make_room(world, found)
        apply(world, in_place_of_assumed(world, found))
    forget_temporary(world.database)


def happened(
    world: SimulatedDatabase, effect: e.Guarded, answers: dict[int, bool | None]
) -> bool | None:
    """Whether an effect's questions led to it; None where that is not known.

    Args: answers: of the same run so far, by the questions' numbers; each is asked once.
    """
    verdicts = []
    for asked in effect.asked:
        if asked.number not in answers:
            try:
                answers[asked.number] = answer(world, asked.condition)
            except QuestionFailsError:
                answers[asked.number] = None
        known = answers[asked.number]
        verdicts.append(None if known is None else known is asked.answer)
    if False in verdicts:
        return False
    return None if None in verdicts else True
