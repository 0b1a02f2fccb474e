"""Each advised way with the environments that it is for, as the verdict says it."""

from collections.abc import Iterator

from analyzer.model.findings.advice import AdviceForAll, Fitness, RecoveryOption
from analyzer.model.findings.page_source import PageSource
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStage
from analyzer.report.page.sentences import Sentence, names, say, told
from analyzer.report.page.what_to_do import WAYS, minutes_of


def advised_ways(source: PageSource) -> Iterator[Sentence]:
    """Say what is advised, and of rows that follow files which the plan moves."""
    advice = source.advice
    if advice is None:
        if source.no_advice is not None:
            yield say(told(source.no_advice.fix))
        return
    ways: dict[tuple[RecoveryOption, str], list[str]] = {}
    for one in advice.advices:
        if one.choice is not None and one.choice.fitness is Fitness.BEST:
            key = (one.choice.way, minutes_of(one.choice.minutes))
            ways.setdefault(key, []).append(one.situation.environment)
        for text in one.settle:
            yield say(told(text))
    for (way, minutes), on in ways.items():
        where = say("on ", names(on), ": ") if source.report.several else ()
        yield say(where, f"{WAYS[way]}, {minutes}")
    following = _following(advice, {name for on in ways.values() for name in on})
    if following:
        yield say("on ", names(following), ": let rows follow the files that the steps below move")
    if not (ways or following) and any(one.plan for one in advice.advices):
        yield say("follow the steps below")


def _following(advice: AdviceForAll, told_of: set[str]) -> list[str]:
    """Environments whose rows the plan for all changes, and no way of their own does."""
    if advice.joint is None:
        return []
    rewritten = dict.fromkeys(
        it.environment
        for it in advice.plan
        if it.stage is PathStage.APPLY and it.way is RepairKind.REWRITE
    )
    return [name for name in rewritten if name is not None and name not in told_of]
