"""What to do: the commands of the advice, in order, with what they cost and what they leave."""

from collections.abc import Iterator, Sequence

from analyzer.model.findings.advice import (
    Advice,
    AdviceForAll,
    Assessment,
    Fitness,
    Minutes,
    RecoveryOption,
    Situation,
)
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.findings.page_source import PageSource
from analyzer.model.plans.repair_path import PathStep
from analyzer.records import replace
from analyzer.report.page.sentences import Sentence, capitalised, code, name, say, told
from analyzer.report.page.view.incident_page import DoGroup, DoOption, DoStep

WAYS = {
    RecoveryOption.RENAME_BACK: "give the files their old names back",
    RecoveryOption.REWRITE: "give the rows the versions of their files",
    RecoveryOption.FULL: "back everything up and rebuild from scratch",
    RecoveryOption.TABLES: "rebuild, and move the data table by table",
}
_JOINT = {
    JointWay.NOTHING: "none of them diverged",
    JointWay.FILES: "give the files their old names back, once for all",
    JointWay.ROWS: "files keep their names, and the rows of each environment are rewritten",
    JointWay.SETTLE: "something must be settled first",
}
_FITNESS = {
    Fitness.BEST: "advised",
    Fitness.POSSIBLE: "also possible",
    Fitness.NOT_HERE: "not here",
}

Facts = tuple[tuple[str, tuple[Sentence, ...]], ...]


def minutes_of(minutes: Minutes) -> str:
    """How long it takes, as a person says it."""
    low, high = max(1, round(minutes.low)), max(1, round(minutes.high))
    return f"about {low} to {high} minutes" if high > low else f"about {low} min"


def build_steps(source: PageSource) -> tuple[tuple[Sentence, ...], tuple[DoGroup, ...]]:
    """Say what comes before all commands, and list what to do in groups."""
    advice = source.advice
    if advice is None:
        return tuple(_without_advice(source)), ()
    if source.report.joint is not None and any(it.members for it in source.report.environments):
        return tuple(_notes(advice)), (
            _of_fleet(source, source.report.joint),
            *map(_without_commands, _each(advice)),
        )
    if advice.joint is not None and advice.joint.way is not JointWay.NOTHING:
        return tuple(_notes(advice)), (_of_all(advice, advice.joint), *_each(advice))
    return tuple(_notes(advice)), tuple(_each(advice, with_steps=True))


def _without_advice(source: PageSource) -> Iterator[Sentence]:
    if source.no_advice is not None:
        error = source.no_advice
        yield say(told(capitalised(f"{error.what}: {error.why}")), ".")
        yield say("First: ", told(error.fix), ".")


def _notes(advice: AdviceForAll) -> Iterator[Sentence]:
    """What to set before the commands, each once."""
    notes = dict.fromkeys(one.situation.naming.note for one in advice.advices if one.wanted)
    yield from (say(told(note)) for note in notes if note)


def _of_all(advice: AdviceForAll, joint: JointChoice) -> DoGroup:
    return DoGroup(
        say(f"All environments: {_JOINT[joint.way]}"),
        tuple(_steps(advice.plan)),
        tuple(_joint_facts(joint)),
    )


def _of_fleet(source: PageSource, joint: JointChoice) -> DoGroup:
    """What a fleet does: one command for all members of all its groups."""
    mending = [it for it in source.report.environments if it.table.environment in joint.mend]
    verb = "rename-back" if joint.way is JointWay.FILES else "rewrite"
    told = [it.next_steps for it in mending]
    commands = dict.fromkeys(
        f"migdoctor {verb} --apply {it.asked_of_repairs}".rstrip() for it in told
    )
    steps = [DoStep(say("repair those that diverged"), command) for command in commands]
    return DoGroup(
        say(f"All environments: {_JOINT[joint.way]}"), tuple(steps), tuple(_joint_facts(joint))
    )


def _without_commands(group: DoGroup) -> DoGroup:
    """What is said of a fleet's group, without commands that are about its first member alone."""
    return replace(group, options=tuple(replace(it, commands=()) for it in group.options))


def _joint_facts(joint: JointChoice) -> Iterator[tuple[str, tuple[Sentence, ...]]]:
    if joint.because:
        yield "why", tuple(say(told(why)) for why in joint.because)
    if joint.stuck:
        yield "not by this", tuple(say(name(one), ": ", told(why)) for one, why in joint.stuck)


def _steps(path: Sequence[PathStep]) -> Iterator[DoStep]:
    """The steps of a path: each is said once, with its first command."""
    for step in path:
        first, *others = step.commands or ("",)
        yield DoStep(say(told(capitalised(step.says))), first)
        yield from (DoStep((), command) for command in others)


def _each(advice: AdviceForAll, *, with_steps: bool = False) -> Iterator[DoGroup]:
    for one in advice.advices:
        if one.wanted:
            yield _of_one(one, with_steps=with_steps)


def _of_one(advice: Advice, *, with_steps: bool) -> DoGroup:
    here, best = advice.situation, advice.choice
    title = say(name(here.environment), ": ") if not with_steps or best is None else ()
    words = WAYS[best.way] if best is not None else "row by row, and file by file"
    if advice.settle:
        words = "something must be settled first"
    steps = [DoStep(say(told(capitalised(text)))) for text in advice.settle]
    if with_steps:
        steps += _steps(advice.plan)
    facts = [*_facts(best, "" if with_steps else _named(here))] if best is not None else []
    if here.told:
        facts.append(("besides", tuple(say(told(text)) for text in here.told)))
    options = tuple(_option(it) for it in advice.assessments if it is not best)
    return DoGroup(
        say(title, capitalised(words) if not title else words),
        tuple(steps),
        tuple(facts),
        options,
    )


def _named(here: Situation) -> str:
    """The options that name one of several databases, without the table in it."""
    return here.naming.database.partition(" --version-table ")[0]


def _facts(one: Assessment, named: str = "") -> Iterator[tuple[str, tuple[Sentence, ...]]]:
    not_here = one.fitness is Fitness.NOT_HERE
    said = {"why not" if not_here else "why": one.because}
    if not not_here:
        said |= {"takes": (f"{minutes_of(one.minutes)} ({one.minutes.basis})",)}
        said |= {"risks": one.risks, "leaves": one.cannot_fix}
        if any("rewrite --apply" in command for command in one.commands):
            said |= {"way back": (f"migdoctor undo {named}".rstrip(),)}
    for title, sentences in said.items():
        if sentences:
            yield title, tuple(_told(it) for it in sentences)


def _told(text: str) -> Sentence:
    return say(code(text)) if text.startswith("migdoctor ") else say(told(text))


def _option(one: Assessment) -> DoOption:
    commands = () if one.fitness is Fitness.NOT_HERE else one.commands
    title = f"{capitalised(WAYS[one.way])}: {_FITNESS[one.fitness]}"
    return DoOption(title, tuple(_facts(one)), commands)
