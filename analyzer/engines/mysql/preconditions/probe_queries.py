"""Queries that settle a doubt, and statements: shown to a person, never sent by this program."""

from analyzer.engines.mysql.words import identifier
from analyzer.engines.shared.plain_probes import PlainProbes


def quoted(name: str) -> str:
    """A name as SQL needs it."""
    return identifier(name)


_PLAIN = PlainProbes(quoted)
any_row = _PLAIN.any_row
any_null = _PLAIN.any_null
doubles = _PLAIN.doubles
pointing_nowhere = _PLAIN.pointing_nowhere
breaking = _PLAIN.breaking
values = _PLAIN.values


def dropped_index(name: str) -> str:
    """Drop an index; the table has to be named."""
    return f"DROP INDEX {identifier(name)} ON TABLE_NAME;"


def rebuilt_index(name: str) -> str:
    """No index is broken: the table behind it is looked at instead."""
    return f"CHECK TABLE {identifier(name)};"
