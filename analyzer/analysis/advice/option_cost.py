"""How long each way takes: from the size of the data and a short measured dump, as a range."""

from analyzer.model.findings.advice import Minutes, Rate, RecoveryOption, Situation, Volume

# Loading is slower than reading, since indexes are built: times the dump, at best and at worst.
_LOAD = (1.0, 4.0)
_COMPARE = (0.5, 1.5)  # counting and comparing each table, times the dump
_EACH_TABLE = (0.05, 0.2)  # minutes for what is started and checked once a table
_BY_HAND = {  # minutes where nothing was measured: what such work is said to take
    RecoveryOption.RENAME_BACK: (15.0, 30.0),
    RecoveryOption.REWRITE: (15.0, 30.0),
    RecoveryOption.FULL: (30.0, 60.0),
    RecoveryOption.TABLES: (60.0, 120.0),
}
_CARE = {  # minutes for reading, deciding, committing, deploying; to be added to what machines do
    RecoveryOption.RENAME_BACK: (5.0, 20.0),
    RecoveryOption.REWRITE: (5.0, 15.0),
    RecoveryOption.FULL: (5.0, 15.0),
    RecoveryOption.TABLES: (15.0, 40.0),
}


def minutes_for(way: RecoveryOption, situation: Situation) -> Minutes:
    """Estimate how long a way takes here; the basis says whether anything was measured."""
    volume, rate = situation.volume, situation.rate
    if volume is None or rate is None:
        low, high = _BY_HAND[way]
        return Minutes(low, high, "a rule of thumb; nothing was measured")
    low, high = _machine_minutes(way, volume, rate)
    care_low, care_high = _CARE[way]
    return Minutes(low + care_low, high + care_high, _basis(way, volume, rate))


def _machine_minutes(way: RecoveryOption, volume: Volume, rate: Rate) -> tuple[float, float]:
    dump_low, dump_high = (volume.size / speed / 60 for speed in (rate.high, rate.low))
    if way is RecoveryOption.RENAME_BACK:
        return 0.0, 0.0
    if way is RecoveryOption.REWRITE:
        return dump_low, dump_high  # the backup before it
    low, high = (
        dump * (1 + load + compare)
        for dump, load, compare in zip((dump_low, dump_high), _LOAD, _COMPARE, strict=True)
    )
    if way is RecoveryOption.TABLES:
        low, high = low + volume.tables * _EACH_TABLE[0], high + volume.tables * _EACH_TABLE[1]
    return low, high


def _basis(way: RecoveryOption, volume: Volume, rate: Rate) -> str:
    if way is RecoveryOption.RENAME_BACK:
        return "a commit and a deploy; the database is not touched"
    measured = f"{megabytes(volume.size)} read at {_speed(rate)} in a short trial"
    if way is RecoveryOption.REWRITE:
        quick = _machine_minutes(way, volume, rate)[1] < 1
        return f"the backup takes seconds: {measured}" if quick else f"with a backup: {measured}"
    return f"dump, load and compare: {measured}"


def _speed(rate: Rate) -> str:
    return f"{rate.low / 1e6:.0f} to {rate.high / 1e6:.0f} MB/s"


def megabytes(size: int) -> str:
    """A size in words."""
    if size < 1e6:  # noqa: PLR2004  1 MB
        return "less than 1 MB"
    return f"{size / 1e6:,.0f} MB" if size < 10e9 else f"{size / 1e9:,.0f} GB"  # noqa: PLR2004  10 GB
