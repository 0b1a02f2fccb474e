"""The prediction in words: what the next migrate would do, step by step, the worst in red."""

from collections.abc import Callable, Iterator, Sequence

from analyzer.model.findings.prediction import Basis, Forecast, Loss, MigrationOutcome, Prediction
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.report.wrapping import filled

Paint = Callable[[str, str], str]
RED, YELLOW, PLAIN = "\x1b[31;1m", "\x1b[33m", ""
_MOST = 6  # migrations that just run, told one by one
_WORDS = {
    MigrationOutcome.RUNS: ("runs", PLAIN),
    MigrationOutcome.NO_OP: ("does nothing", PLAIN),
    MigrationOutcome.DESTROYS: ("DESTROYS", RED),
    MigrationOutcome.FAILS: ("FAILS", RED),
    MigrationOutcome.UNKNOWN: ("may fail", YELLOW),
}
_PLACED = (MigrationOutcome.DESTROYS, MigrationOutcome.UNKNOWN)  # a failure's reason names its line
_INDENT = 2 + max(len(word) for word, _ in _WORDS.values()) + 2
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1024
_ROUGH = 10  # from here on a digit after the point tells nothing


def loss_sentences(prediction: Prediction) -> Iterator[tuple[str, str]]:
    """Word each loss, with its colour; a table without rows loses none."""
    for loss in prediction.destroys:
        name = visible(loss.file.basename)
        if loss.rows == 0:
            yield f"{name} {visible(loss.what)}; it holds no rows.", YELLOW
        else:
            yield f"DATA LOSS: {name} {visible(loss.what)}{size_of(loss, prediction)}.", RED


def size_of(loss: Loss, prediction: Prediction) -> str:
    """Word the size of a loss, as far as it is known."""
    told = []
    if loss.rows is not None:
        told.append(f"about {loss.rows:,} row{'' if loss.rows == 1 else 's'}")
    elif prediction.basis is Basis.CATALOG:
        told.append("rows never counted by the database")
    if loss.bytes is not None:
        told.append(human_size(loss.bytes))
    return f" ({', '.join(told)})" if told else ""


def human_size(size: int) -> str:
    """A number of bytes as a person says it: ``1.4 MB``."""
    value, unit = float(size), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    places = 1 if unit and value < _ROUGH else 0
    return f"{value:.{places}f} {_UNITS[unit]}"


def steps(prediction: Prediction, width: int, paint: Paint) -> list[str]:
    """The lines that tell what becomes of each pending migration, in Rails' order."""
    lines: list[str] = []
    for group in _groups(prediction.migrations):
        lines.append(_head(group, paint) + _hung(visible(_named(group)), width))
        lines.extend(_details(group[0], width))
    if prediction.basis is Basis.FILES and prediction.migrations:
        lines.append(_filled(_BY_FILES, width, ""))
    return lines


_BY_FILES = (
    "(Predicted from files and rows alone: anything made by hand, or before the first migration, "
    "is not seen. With a database address more is known.)"
)


def _head(group: Sequence[Forecast], paint: Paint) -> str:
    word, colour = _WORDS[group[0].outcome]
    padded = f"{word:<{_INDENT - 4}}"
    return f"  {paint(padded, colour) if colour else padded}  "


def _named(group: Sequence[Forecast]) -> str:
    first, last = group[0], group[-1].file.basename
    if len(group) > 1:
        return f"{count(len(group), 'migration')}, {first.file.basename} to {last}"
    line = f", line {first.line}" if first.line and first.outcome in _PLACED else ""
    return f"{last}{line}"


def _groups(forecasts: Sequence[Forecast]) -> Iterator[list[Forecast]]:
    """Many that just run, in a row, are told together."""
    run: list[Forecast] = []
    for forecast in forecasts:
        if forecast.outcome is MigrationOutcome.RUNS:
            run.append(forecast)
            continue
        yield from _together(run)
        run = []
        yield [forecast]
    yield from _together(run)


def _together(run: list[Forecast]) -> Iterator[list[Forecast]]:
    if len(run) > _MOST:
        yield run
    else:
        yield from ([forecast] for forecast in run)


def _details(forecast: Forecast, width: int) -> Iterator[str]:
    indent = " " * _INDENT
    if forecast.outcome is not MigrationOutcome.RUNS:
        yield _filled(visible(forecast.because), width, indent)
    if forecast.outcome is MigrationOutcome.UNKNOWN:
        for loss in forecast.losses:
            yield _filled(f"if it runs, it {visible(loss.what)}", width, indent)
        if forecast.settle:
            yield _filled(f"to settle it: {visible(forecast.settle)}", width, indent)
    if forecast.rests_on is not None and forecast.rests_on != forecast.file:
        yield _filled(f"only if {forecast.rests_on.basename} gets through", width, indent)


def _hung(text: str, width: int) -> str:
    return _filled(text, width, " " * _INDENT).lstrip()


def _filled(text: str, width: int, indent: str) -> str:
    return filled(text, width, indent, indent)
