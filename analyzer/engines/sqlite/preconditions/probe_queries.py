"""Queries that settle a doubt, and statements: shown to a person, never sent by this program."""

from analyzer.engines.shared.plain_probes import PlainProbes
from analyzer.engines.sqlite.words import identifier, literal


def quoted(name: str) -> str:
    """A name as SQL needs it."""
    return identifier(name)


def constraint(table: str, name: str) -> str:
    """A row where a table has a constraint of this name, which stands in its text alone."""
    called = (literal(f"%CONSTRAINT {it} %") for it in (identifier(name), name))
    there = " OR ".join(f"sql LIKE {it}" for it in called)
    return f"SELECT 1 FROM sqlite_master WHERE name = {literal(table)} AND ({there})"  # noqa: S608  quoted


_PLAIN = PlainProbes(quoted)
any_row = _PLAIN.any_row
any_null = _PLAIN.any_null
doubles = _PLAIN.doubles
pointing_nowhere = _PLAIN.pointing_nowhere
breaking = _PLAIN.breaking
values = _PLAIN.values


def dropped_index(name: str) -> str:
    """Drop an index."""
    return f"DROP INDEX {identifier(name)};"


def rebuilt_index(name: str) -> str:
    """Make an index anew."""
    return f"REINDEX {identifier(name)};"
