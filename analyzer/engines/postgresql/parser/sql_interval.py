"""Intervals in one form: ``7 hours``, ``07:00:00`` and ``PT7H`` are one length of time."""

import re
from decimal import Decimal

_ISO = re.compile(
    r"P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?"
    r"(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+(?:\.\d+)?)S)?)?"
)
_CLOCK = re.compile(r"([+-]?)(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?")
_WORDS = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([a-z]+)")
_LONGEST = 500  # characters; PostgreSQL itself takes no more than some parts
# unit -> which of months, days and seconds, and how many of them
_UNITS = {
    "year": (0, 12),
    "yr": (0, 12),
    "y": (0, 12),
    "mon": (0, 1),
    "month": (0, 1),
    "week": (1, 7),
    "w": (1, 7),
    "day": (1, 1),
    "d": (1, 1),
    "hour": (2, 3600),
    "hr": (2, 3600),
    "h": (2, 3600),
    "minute": (2, 60),
    "min": (2, 60),
    "m": (2, 60),
    "second": (2, 1),
    "sec": (2, 1),
    "s": (2, 1),
}
_ISO_UNITS = ("y", "mon", "w", "d", "h", "m", "s")


def interval_form(text: str) -> str:
    """An interval as months, days and seconds; as it is where it is in none of the known forms."""
    if len(text) > _LONGEST:
        return text
    iso = _ISO.fullmatch(text.strip())
    if iso is not None and any(iso.groups()):
        return _summed([(part, unit) for part, unit in zip(iso.groups(), _ISO_UNITS, strict=True)])
    rest, parts = text.strip().lower(), list[tuple[str | None, str]]()
    clock = _CLOCK.search(rest)
    if clock is not None:
        sign = clock[1]
        parts += [(f"{sign}{clock[2]}", "h"), (f"{sign}{clock[3]}", "m")]
        parts.append((f"{sign}{clock[4] or 0}", "s"))
        rest = rest[: clock.start()] + rest[clock.end() :]
    parts += [(number, _singular(unit)) for number, unit in _WORDS.findall(rest)]
    known = parts and not _WORDS.sub("", rest).strip() and all(unit in _UNITS for _, unit in parts)
    return _summed(parts) if known else text


def _singular(unit: str) -> str:
    return unit if unit in _UNITS else unit.removesuffix("s")


def _summed(parts: list[tuple[str | None, str]]) -> str:
    sums = [Decimal(0), Decimal(0), Decimal(0)]
    for number, unit in parts:
        place, times = _UNITS[unit]
        sums[place] += Decimal(number or 0) * times
    months, days, seconds = (f"{value.normalize():f}" for value in sums)
    return f"{months} months {days} days {seconds} seconds"
