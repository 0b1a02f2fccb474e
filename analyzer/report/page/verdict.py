"""The verdict: what is wrong, in one sentence; what not to do; what to do."""

from collections.abc import Iterable, Iterator, Sequence

from analyzer.model.findings.finding import Severity
from analyzer.model.findings.page_source import PageSource
from analyzer.model.findings.prediction import Basis, Loss
from analyzer.model.findings.report import EnvironmentReport
from analyzer.model.words.wording import count
from analyzer.report.diagnosis.forecast_text import size_of
from analyzer.report.page.advised_ways import advised_ways
from analyzer.report.page.no_table import without_table
from analyzer.report.page.overview import Overview
from analyzer.report.page.sentences import Sentence, Span, code, name, names, quote, say, told
from analyzer.report.page.view.incident_page import PageVerdict
from analyzer.report.page.view.level import Level
from analyzer.report.page.view.matrix import Cell

_MOST_COMMITS = 3


def build_verdict(source: PageSource, overview: Overview) -> PageVerdict:
    """Answer what somebody asks who has just been woken."""
    return _Verdict(source, overview).answer()


class _Verdict:
    def __init__(self, source: PageSource, overview: Overview) -> None:
        self.source, self.overview, self.report = source, overview, source.report
        levels = [(it.column.level, it) for it in overview.standings]
        self.broken = [one for level, it in levels if level is Level.BROKEN for one in it.of]
        self.look = [one for level, it in levels if level is Level.LOOK for one in it.of]
        self.told = [one for level, it in levels if level is Level.TOLD for one in it.of]
        self.fine = [one for level, it in levels if level is Level.FINE for one in it.of]
        self.alone = not self.report.several

    def answer(self) -> PageVerdict:
        level, sentence = self._sentence()
        bad = level is Level.BROKEN
        return PageVerdict(
            level,
            sentence,
            tuple(self._remarks()),
            tuple(self._do_not()) if bad else (),
            tuple(self._do()) if bad or level is Level.LOOK else (),
        )

    # the sentence

    def _sentence(self) -> tuple[Level, Sentence]:
        """The worst that is true; it is fine only where the diagnosis ends with status 0."""
        losing = [(it, loss) for it in self.broken for loss in _losses(it)]
        if self.source.status == 0:
            return (Level.TOLD, self._announced()) if self.told else (Level.FINE, self._nothing())
        if losing:
            return Level.BROKEN, self._destroys(losing)
        if self.broken:
            return Level.BROKEN, self._breaks()
        if self.report.unread:
            return Level.LOOK, self._unread()
        return self._by_findings()

    def _destroys(self, losing: Sequence[tuple[EnvironmentReport, Loss]]) -> Sentence:
        where, worst = max(losing, key=lambda it: it[1].rows or 0)
        on = [it.table.environment for it in self.broken]
        there = say(" (the largest loss, on ", name(where.table.environment), ")") if on[1:] else ()
        fails = any(it.prediction.fails_at for it in self.broken)
        return say(
            self._dont(on),
            ": ",
            told(f"{worst.file.basename} {worst.what}"),
            size_of(worst, where.prediction),
            there,
            ", and then it fails." if fails else ".",
        )

    def _breaks(self) -> Sentence:
        on = [it.table.environment for it in self.broken]
        again = self._again()
        fails = any(it.prediction.fails_at for it in self.broken)
        if again:
            were, them = ("was", "it") if len(again) == 1 else ("were", "them")
            end = " and fail." if fails else "."
            return say(
                self._dont(on),
                f": {count(len(again), 'migration')} that already ran {were} renamed, and "
                f"{self.source.migrate} would run {them} again{end}",
            )
        return self._breaks_otherwise(on)

    def _again(self) -> set[str]:
        """The files that ran under another name; most of them wait behind the one that fails."""
        started = {file.path for it in self.broken for file in it.next_steps.runs_again}
        if not started:
            return started
        waiting = {
            pair.new_path
            for pair in self.overview.pairs
            for it, cell in zip(self.overview.standings, pair.cells, strict=True)
            if cell is Cell.OLD and it.column.level is Level.BROKEN
        }
        return started | waiting

    def _breaks_otherwise(self, on: Sequence[str]) -> Sentence:
        for it in self.broken:
            failure, prediction = it.prediction.fails_at, it.prediction
            if failure is not None:
                at = f"{failure.file.basename}: " if failure.file else ""
                verb = "refuses to start" if prediction.refused else "would fail"
                return say(self._dont(on), f": it {verb}: ", told(f"{at}{failure.said}"), ".")
        left = {one.file.path for it in self.broken for one in it.prediction.never_runs}
        if left:
            number = count(len(left), "migration")
            return say(f"{number} would never run, without a message", self._on(on), ".")
        return say("Rows and files disagree", self._on(on), ": ", self._first_error(on), ".")

    def _first_error(self, on: Sequence[str]) -> Span:
        errors = [
            it
            for it in self.report.findings
            if it.environment in on and it.severity is Severity.ERROR
        ]
        rest = f", and {len(errors) - 1} more" if errors[1:] else ""
        return told(f"{errors[0].what}{rest}" if errors else "see the findings")

    def _unread(self) -> Sentence:
        on = [it.name for it in self.report.unread]
        return say(
            names(on),
            " could not be read: what ",
            "it" if len(on) == 1 else "they",
            " would do is not known.",
        )

    def _by_findings(self) -> tuple[Level, Sentence]:
        those = [it for it in self.report.findings if it.severity is not Severity.NOTE]
        bad = any(it.severity is Severity.ERROR for it in those)
        rest = f", and {len(those) - 1} more" if those[1:] else ""
        what = those[0].what if those else "see the findings"
        lead = f"{count(len(those), 'finding' if bad else 'warning')}: "
        return Level.BROKEN if bad else Level.LOOK, say(lead, told(f"{what}{rest}"), ".")

    def _announced(self) -> Sentence:
        environment = self.told[0]
        loss = max(_losses(environment), key=lambda it: it.rows or 0)
        where = f" on {environment.table.environment}" if self.report.several else ""
        return say(
            f"Nothing diverged. {self.source.migrate} removes data{where}, as its text says: ",
            told(f"{loss.file.basename} {loss.what}"),
            size_of(loss, environment.prediction),
            ".",
        )

    def _nothing(self) -> Sentence:
        rows = [it.table.count for it in self.report.environments]
        if gaps := self.report.repository.gaps:
            return say(
                "Each applied version has a file; whether it is the file that ran is not known: ",
                told(gaps[0].what),
                ".",
            )
        if new := without_table(self.report):
            return new
        if self.report.several:
            return say(
                f"Nothing diverged: in all {len(rows)} environments every applied version has the "
                "file that ran."
            )
        denied = self.report.environments[0].denied
        ran = "its file, but not all with its work" if denied else "the file that ran"
        return say(f"Nothing diverged: {count(rows[0], 'applied version')}, each with {ran}.")

    # what to know

    def _remarks(self) -> Iterator[Sentence]:
        if self._nothing_is_lost():
            yield say("Nothing is lost so far.")
        yield from self._came_with()
        yield from self._others()
        yield from self._waiting()
        for it in self.report.unread:
            yield say(
                name(it.name), " could not be read: ", told(f"{it.error.what}: {it.error.why}"), "."
            )

    def _nothing_is_lost(self) -> bool:
        """Whether every catalogue that was read has all that its rows say."""
        read = self.report.environments
        known = all(it.prediction.basis is Basis.CATALOG for it in read) and not self.report.unread
        lacks = any(each.row and each.missing for it in read for each in it.attestation)
        both = any(Cell.BOTH in pair.cells for pair in self.overview.pairs)
        return bool(self.broken) and known and not lacks and not both

    def _came_with(self) -> Iterator[Sentence]:
        commits = {it: None for pair in self.report.renames for it in pair.rename.renamed_in}
        newest = sorted(commits, key=lambda it: it.date, reverse=True)
        for it in newest[:_MOST_COMMITS]:
            number = sum(it in pair.rename.renamed_in for pair in self.report.renames)
            yield say(
                f"{count(number, 'rename')} came with ",
                code(it.commit[:10]),
                " by ",
                name(it.author),
                f", {it.date:%Y-%m-%d %H:%M %z}, ",
                quote(it.subject),
                ".",
            )
        if newest[_MOST_COMMITS:]:
            yield say(f"{len(newest) - _MOST_COMMITS} more commits renamed: see the evidence.")

    def _others(self) -> Iterator[Sentence]:
        if self.alone or not (self.broken or self.look):
            return
        new: list[str] = []
        rest: list[str] = []
        for it in self.fine:
            ran = Cell.NEW in {*self._cells_of(it)}
            (new if ran else rest).append(it.table.environment)
        for those, words in ((new, "ran the new names and"), (rest, "")):
            if those:
                verb = "is fine." if len(those) == 1 else "are fine."
                yield say(names(those), f" {words} {verb}" if words else f" {verb}")

    def _cells_of(self, environment: EnvironmentReport) -> Iterable[Cell]:
        return next(it.cells for it in self.overview.standings if environment in it.of)

    def _waiting(self) -> Iterator[Sentence]:
        if self.broken:
            return
        for it in self.report.environments:
            number = len(it.prediction.would_run)
            if number:
                on = say(" on ", name(it.table.environment)) if self.report.several else ()
                yield say(f"{self.source.migrate} would run {count(number, 'migration')}", on, ".")

    # what not to do, and what to do

    def _do_not(self) -> Iterator[Sentence]:
        on = [it.table.environment for it in self.broken] + [it.name for it in self.report.unread]
        where = say(" to ", names(on, "or")) if self.report.several else ()
        yield say("deploy", where, f": a deploy runs {self.source.migrate}")
        joint = self.report.joint
        if joint is not None and joint.way.value == "rows" and joint.because:
            yield say("give the files their old names back: ", told(joint.because[0]))
        if any(Cell.OLD in pair.cells or Cell.BOTH in pair.cells for pair in self.overview.pairs):
            hides = (
                ": it marks edits as done that never ran"
                if self.source.hidden  # by a rename that also edited
                else (": it leaves the old rows behind, and nothing checks which text ran")
            )
            yield say("insert the missing versions by hand", hides)
        if any(it.prediction.fails_at and it.prediction.fails_at.repeats for it in self.broken):
            yield say("drop what the error says already exists: it holds the data")

    def _do(self) -> Iterator[Sentence]:
        if self.broken:
            yield say("pause deploys")
        yield from advised_ways(self.source)
        for it in self.report.unread:
            yield say(
                "find out what ",
                name(it.name),
                " ran before anything is deployed there: ",
                told(it.error.fix),
            )
        if self.source.hidden and self.broken:
            yield say("deploy the follow-up migration: the edits hid work that never ran")

    # words

    def _dont(self, on: Sequence[str]) -> Sentence:
        return say(f"Do not run {self.source.migrate}", self._on(on, "or"))

    def _on(self, on: Sequence[str], joint: str = "and") -> Sentence:
        return say(" on ", names(on, joint)) if self.report.several else ()


def _losses(environment: EnvironmentReport) -> list[Loss]:
    return [loss for loss in environment.prediction.destroys if loss.rows != 0]
