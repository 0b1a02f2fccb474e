"""Advice as text: what to do first, then what else is possible, then what is not, and why."""

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
from analyzer.model.findings.prediction import Loss
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.report.repair_path_text import render_path, render_rest
from analyzer.report.wrapping import filled

_NAMES = {
    RecoveryOption.RENAME_BACK: "give the files their old names back",
    RecoveryOption.REWRITE: "give the rows the versions of their files",
    RecoveryOption.FULL: "back everything up and rebuild from scratch",
    RecoveryOption.TABLES: "rebuild, and move the data table by table",
}
_JOINT = {
    JointWay.NOTHING: "none of them diverged",
    JointWay.FILES: "give the files their old names back, once for all",
    JointWay.ROWS: "files keep their names, and the rows are rewritten",
    JointWay.SETTLE: "something must be settled first",
}
_TITLES = {Fitness.POSSIBLE: "Also possible", Fitness.NOT_HERE: "Not here"}
_LABEL = 11  # columns
_BOLD, _RED, _PLAIN = "\x1b[1m", "\x1b[31;1m", "\x1b[0m"


def render(advice: AdviceForAll, width: int, *, colour: bool) -> str:
    """Render the advice for all environments as text that ends with a newline."""
    page = _AdvicePage(width, colour=colour)
    alone = advice.joint is None
    parts = ["\n".join(page.environment(one, alone=alone)) for one in advice.advices]
    if advice.joint is not None:
        parts.insert(0, "\n".join(page.together(advice, advice.joint)))
    return "\n\n".join(parts) + "\n"


class _AdvicePage:
    def __init__(self, width: int, *, colour: bool) -> None:
        self.width, self.colour = max(width, 60), colour

    def together(self, advice: AdviceForAll, joint: JointChoice) -> Iterator[str]:
        """All lines on what is right for all environments."""
        yield self._bold(f"All environments: {_JOINT[joint.way]}")
        for it in advice.unread:
            yield self._red(f"{it.name} could not be read: {it.error.what}: {it.error.why}.")
            yield self._item(f"to read it: {it.error.fix}")
        yield from (self._plain(f"{why[:1].upper()}{why[1:]}.") for why in joint.because)
        for name, why in joint.stuck:
            yield self._item(f"{name} needs another repair: {why}")
        notes = dict.fromkeys(one.situation.naming.note for one in advice.advices if one.plan)
        yield from (self._plain(note) for note in notes if note and advice.plan)
        if advice.plan:
            yield render_path(advice.plan, self.width)

    def environment(self, advice: Advice, *, alone: bool) -> Iterator[str]:
        """All lines on one environment."""
        here = advice.situation
        yield self._bold(f"{visible(here.environment)}: {visible(here.place)}")
        if here.whose:
            yield self._plain(here.whose)
        if here.stops:
            yield self._red(f"The next migrate would fail: {visible(here.stops)}")
        for loss in here.losses:
            yield self._loss(loss)
        if advice.settle:
            yield from map(self._plain, advice.settle)
            return
        if not advice.assessments:
            yield from self._sound(here)
            if advice.plan and alone:
                yield f"\n{render_rest(advice.plan, self.width)}"
            return
        if advice.choice is None:
            yield from self._without_a_way(advice)
        else:
            yield from map(self._item, here.told)
        yield from self._ways(advice, alone=alone)

    def _sound(self, here: Situation) -> Iterator[str]:
        each = "each with its file." if here.told else "each with the file that ran."
        each = each if not here.gone else "and no repair is needed."
        applied = count(len(here.versions), "applied version")
        yield self._plain(f"Nothing to repair: {applied}, {each}")
        yield from map(self._item, here.told)

    def _ways(self, advice: Advice, *, alone: bool) -> Iterator[str]:
        here = advice.situation
        for fitness in Fitness:
            judged = [one for one in advice.assessments if one.fitness is fitness]
            if judged and fitness in _TITLES:
                yield f"\n{self._bold(_TITLES[fitness])}"
            for assessment in judged:
                if fitness is Fitness.BEST:
                    yield from self._note(here)
                yield from self._assessment(assessment, "" if alone else here.naming.database)
                if fitness is Fitness.BEST and alone:
                    yield f"\n{render_rest(advice.plan, self.width)}"

    def _loss(self, loss: Loss) -> str:
        said = f"the next migrate {visible(loss.what)}"
        if loss.rows == 0:
            return self._plain(f"{said[0].upper()}{said[1:]}; it holds no rows: nothing is lost.")
        return self._red(f"DATA LOSS: {said}")

    def _without_a_way(self, advice: Advice) -> Iterator[str]:
        """List what is left to do row by row and file by file."""
        here = advice.situation
        if not here.migrate.safe:
            yield self._red(f"Do not run the migrate yet: {visible(here.migrate.because)}")
        if here.migrate.safe and not advice.plan:
            yield self._plain("No repair is recommended; why not is said below.")
        if advice.plan:
            yield self._bold("What to do")
            yield from self._note(here)
            yield render_path(advice.plan, self.width)
        yield from map(self._item, here.told)

    def _note(self, here: Situation) -> Iterator[str]:
        """Name the variable to set before the commands."""
        if here.naming.note:
            yield self._plain(here.naming.note)

    def _item(self, text: str) -> str:
        return self._hang("-", text)

    def _assessment(self, one: Assessment, named: str) -> Iterator[str]:
        best = one.fitness is Fitness.BEST
        command = f"migdoctor {one.way.value} {named}".rstrip()
        name = f"{_NAMES[one.way]} ({command})"
        yield self._hang("Best", name) if best else filled(f"- {name}", self.width, rest="  ")
        yield from self._list(
            "because" if one.fitness is not Fitness.NOT_HERE else "why not", one.because
        )
        if one.fitness is Fitness.NOT_HERE:
            return
        yield self._hang("takes", _minutes(one.minutes))
        yield from self._list("risks", one.risks)
        yield from self._list("leaves", one.cannot_fix)

    def _list(self, label: str, said: Sequence[str]) -> Iterator[str]:
        for number, text in enumerate(said):
            yield self._hang("" if number else label, text)

    def _hang(self, label: str, text: str) -> str:
        first, rest = f"  {label:<{_LABEL - 2}}", " " * (_LABEL + 2)
        return filled(visible(text), self.width, first, rest)

    def _plain(self, text: str) -> str:
        return filled(visible(text), self.width)

    def _bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self.colour else text

    def _red(self, text: str) -> str:
        filled = self._plain(text)
        return f"{_RED}{filled}{_PLAIN}" if self.colour else filled


def _minutes(minutes: Minutes) -> str:
    low, high = max(1, round(minutes.low)), max(1, round(minutes.high))
    span = f"{low} to {high}" if high > low else f"{low}"
    return f"about {span} minutes ({minutes.basis})"
