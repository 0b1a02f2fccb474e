"""The prediction in words: what the next migrate would do, step by step, the worst in red."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.prediction import Basis, Forecast, Loss, MigrationOutcome, Prediction
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.report.wrapping import filled

Paint = Callable[[str, str], str]
RED, YELLOW, PLAIN = "\x1b[31;1m", "\x1b[33m", ""
_MOST = 6  # migrations that just run, told one by one
_MOST_ANNOUNCED = 3  # losses that never-run migrations announce, told one by one
_MOST_STEPS = 30  # of a long list; what fails or loses data unannounced is told in any case
_WORDS = {
    MigrationOutcome.RUNS: ("runs", PLAIN),
    MigrationOutcome.NO_OP: ("does nothing", PLAIN),
    MigrationOutcome.DESTROYS: ("DESTROYS", RED),
    MigrationOutcome.FAILS: ("FAILS", RED),
    MigrationOutcome.UNKNOWN: ("may fail", YELLOW),
}
_COUNTED = {
    MigrationOutcome.RUNS: "that run",
    MigrationOutcome.NO_OP: "with nothing to do",
    MigrationOutcome.DESTROYS: "that say that they remove data",
    MigrationOutcome.UNKNOWN: "that may fail",
}
_PLACED = (MigrationOutcome.DESTROYS, MigrationOutcome.UNKNOWN)  # a failure's reason names its line
_INDENT = 2 + max(len(word) for word, _ in _WORDS.values()) + 2
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1024
_ROUGH = 10  # from here on a digit after the point tells nothing


def loss_sentences(prediction: Prediction) -> Iterator[tuple[str, str]]:
    """Word each loss, with its colour; a table without rows loses none.

    Many that the texts of migrations which never ran announce are counted in one sentence, last.
    """
    announced = [loss for loss in prediction.destroys if loss.announced and loss.rows != 0]
    counted = announced if len(announced) > _MOST_ANNOUNCED else []
    for loss in prediction.destroys:
        if loss not in counted:
            yield _loss_sentence(loss, prediction)
    if counted:
        yield _many_announced(counted), RED


def _many_announced(losses: Sequence[Loss]) -> str:
    files = len({loss.file.path for loss in losses})
    say = "its text says" if files == 1 else "their texts say"
    first = losses[0]
    return (
        f"DATA LOSS: {count(files, 'pending migration')} would remove data, as {say}; the first "
        f"is {visible(first.file.basename)}: it {visible(first.what)}."
    )


def _loss_sentence(loss: Loss, prediction: Prediction) -> tuple[str, str]:
    name = visible(loss.file.basename)
    if loss.rows == 0:
        return f"{name} {visible(loss.what)}; it holds no rows.", YELLOW
    return f"DATA LOSS: {name} {visible(loss.what)}{size_of(loss, prediction)}.", RED


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


def steps(prediction: Prediction, width: int, paint: Paint, *, whole: bool = False) -> list[str]:
    """The lines that tell what becomes of each pending migration, in the tool's order.

    Args: whole: a long list to its end.
    """
    lines: list[str] = []
    left: list[Forecast] = []
    condition: MigrationFile | None = None
    for place, group in enumerate(_groups(prediction.migrations)):
        if not (whole or _is_told(group[0], place)):
            left += group
            continue
        lines.append(_head(group, paint) + _hung(visible(_named(group)), width))
        lines.extend(_details(group[0], width))
        if group[0].rests_on not in {condition, group[0].file}:
            condition = group[0].rests_on
            lines.extend(_condition(condition, width))
    if left:
        lines.append(_rest(left, width))
    if prediction.basis is Basis.FILES and prediction.migrations:
        lines.append(_filled(_BY_FILES, width, ""))
    return lines


def _is_told(forecast: Forecast, place: int) -> bool:
    """Whether a step is told where the list is long: an early one, or one that does harm."""
    harms = any(not (loss.announced or loss.is_reworked) for loss in forecast.losses)
    return place < _MOST_STEPS or harms or forecast.outcome is MigrationOutcome.FAILS


def _rest(left: Sequence[Forecast], width: int) -> str:
    """Count the steps that are not told."""
    counts = Counter(it.outcome for it in left)
    said = ", ".join(f"{counts[kind]} {word}" for kind, word in _COUNTED.items() if counts[kind])
    return _filled(f"and {len(left)} more ({said}); -v lists them all", width, "  ")


def _condition(file: MigrationFile | None, width: int) -> Iterator[str]:
    """What this step and all that follow rest on."""
    if file is not None:
        text = f"only if {visible(file.basename)} gets through, as all that follows"
        yield _filled(text, width, " " * _INDENT)


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
            from analyzer.report.diagnosis.doubt_words import answered

            yield _filled(f"to settle it: {visible(answered(forecast.settle))}", width, indent)


def _hung(text: str, width: int) -> str:
    return _filled(text, width, " " * _INDENT).lstrip()


def _filled(text: str, width: int, indent: str) -> str:
    return filled(text, width, indent, indent)
