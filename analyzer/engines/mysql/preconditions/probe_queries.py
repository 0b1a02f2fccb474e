"""Queries that settle a doubt, and statements: shown to a person, never sent by this program."""

from analyzer.engines.mysql.words import identifier, literal
from analyzer.engines.shared.plain_probes import PlainProbes


def quoted(name: str) -> str:
    """A name as SQL needs it."""
    return identifier(name)


def constraint(table: str, name: str) -> str:
    """A row where a table has a constraint of this name."""
    return (
        "SELECT 1 FROM information_schema.table_constraints WHERE table_schema = DATABASE()"  # noqa: S608  quoted
        f" AND table_name = {literal(table)} AND constraint_name = {literal(name)}"
    )


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
