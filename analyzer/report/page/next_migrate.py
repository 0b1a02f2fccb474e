"""What the next migrate would do, in order, until it stops."""

from collections.abc import Iterator, Sequence

from analyzer.model.findings.page_source import PageSource
from analyzer.model.findings.prediction import Basis, Forecast, MigrationOutcome, Prediction
from analyzer.model.findings.report import EnvironmentReport
from analyzer.model.words.wording import count, enumerated
from analyzer.report.diagnosis.forecast_text import size_of
from analyzer.report.page.environment_columns import ColumnStanding
from analyzer.report.page.sentences import Sentence, capitalised, code, name, say, told
from analyzer.report.page.view.incident_page import NextCard, NextLine

_WORDS = {
    MigrationOutcome.RUNS: ("runs", "runs"),
    MigrationOutcome.NO_OP: ("does nothing", "nothing"),
    MigrationOutcome.DESTROYS: ("DESTROYS", "destroys"),
    MigrationOutcome.FAILS: ("FAILS", "fails"),
    MigrationOutcome.UNKNOWN: ("may fail", "may"),
}
_MOST_RUNNING = 6  # that just run, told one by one
_MOST_WAITING = 1
_NOT_SEEN = "what was made by hand is not seen. With the address of the database more is known."
BY_FILES = f"Predicted from files and rows alone: {_NOT_SEEN}"
BY_CATALOG = (
    "Carried out in memory on the schema that each database has now. What ran before a failure "
    "stays."
)


def note_of(source: PageSource) -> str:
    """Say what the predictions rest on."""
    told = [(it.table.environment, it.prediction.basis) for it in source.report.environments]
    by_files = [name for name, basis in told if basis is Basis.FILES]
    if not by_files:
        return BY_CATALOG
    if len(by_files) == len(told):
        return BY_FILES
    return f"{BY_CATALOG} Of {enumerated(by_files)} only files and rows are known: {_NOT_SEEN}"


def build_next(standings: Sequence[ColumnStanding]) -> tuple[NextCard, ...]:
    """Make a card of each kind of environment that was read."""
    return tuple(_card(it) for it in standings if it.of)


def _card(standing: ColumnStanding) -> NextCard:
    prediction = standing.of[0].prediction
    return NextCard(
        tuple(it.table.environment for it in standing.of),
        say(_summary(prediction)),
        (*_lines(standing.of), *_left_out(prediction)),
        standing.column.level,
    )


def _summary(prediction: Prediction) -> str:
    runs = len(prediction.would_run)
    if prediction.refused:
        return "refuses to start"
    if prediction.fails_at is not None:
        return f"runs {count(runs, 'migration')}, then fails" if runs else "fails at the first"
    doubt = f", {len(prediction.may_fail)} of which may fail" if prediction.may_fail else ""
    return f"runs {count(runs, 'migration')}{doubt}" if runs else "nothing to run"


def _lines(those: Sequence[EnvironmentReport]) -> Iterator[NextLine]:
    prediction = those[0].prediction
    if prediction.refuses is not None:
        yield NextLine(
            "REFUSES", "fails", say(told(capitalised(prediction.refuses.said.rstrip("."))), ".")
        )
    for group in _groups(prediction.migrations):
        word, kind = _WORDS[group[0].outcome]
        yield NextLine(word, kind, _named(group), tuple(_notes(group[0], those)))
    if prediction.waits:
        word = "not reached" if prediction.refuses is None else "not started"
        yield NextLine(word, "not", _waiting(prediction))
    failure = prediction.fails_at
    if failure is not None and failure.stays:
        yield NextLine(
            "stays",
            "may",
            say(
                told("; ".join(failure.stays)),
                ": no transaction takes it back",
            ),
        )


def _left_out(prediction: Prediction) -> Iterator[NextLine]:
    for it in prediction.never_runs:
        note = say(told(capitalised(it.reason)), ".")
        yield NextLine("never runs", "fails", say(code(it.file.basename)), (note,))


def _groups(forecasts: Sequence[Forecast]) -> Iterator[Sequence[Forecast]]:
    """Many that just run, in a row, are told together."""
    run: list[Forecast] = []
    for forecast in (*forecasts, None):
        if forecast is not None and forecast.outcome is MigrationOutcome.RUNS:
            run.append(forecast)
            continue
        if len(run) > _MOST_RUNNING:
            yield run
        else:
            yield from ([it] for it in run)
        run = []
        if forecast is not None:
            yield [forecast]


def _named(group: Sequence[Forecast]) -> Sentence:
    first = group[0]
    if len(group) > 1:
        last = group[-1].file.basename
        return say(f"{len(group)} migrations, ", code(first.file.basename), " to ", code(last))
    line = f", line {first.line}" if first.line else ""
    return say(code(first.file.basename), line)


def _waiting(prediction: Prediction) -> Sentence:
    those = prediction.waits
    if len(those) <= _MOST_WAITING:
        return say(code(those[0].basename))
    return say(
        f"{len(those)} migrations, ", code(those[0].basename), " to ", code(those[-1].basename)
    )


def _notes(forecast: Forecast, those: Sequence[EnvironmentReport]) -> Iterator[Sentence]:
    if forecast.because and forecast.outcome is not MigrationOutcome.RUNS:
        yield say(told(capitalised(forecast.because)), ".")
    for environment in those:  # each loss is told, also of environments that stand alike
        prediction = environment.prediction
        own = (it for it in prediction.migrations if it.file.path == forecast.file.path)
        for loss in (loss for it in own for loss in it.losses if loss.rows != 0):
            where = say(name(environment.table.environment), ": ") if those[1:] else ()
            announced = ", as its text says" if loss.announced else ""
            yield say(where, "data loss: ", told(loss.what), size_of(loss, prediction), announced)
    if forecast.settle:
        yield say("to settle it: ", told(forecast.settle))
    rests = forecast.rests_on
    if rests is not None and rests.path != forecast.file.path:
        yield say("only if ", code(rests.basename), " gets through")
