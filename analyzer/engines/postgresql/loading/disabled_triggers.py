"""Foreign keys and triggers, suspended while rows are copied."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from analyzer.engines.postgresql.catalog import load_queries as q
from analyzer.engines.postgresql.words import identifier, literal
from analyzer.engines.sessions import Session
from analyzer.model.recovery.recovery import TablePart

_ENABLE = {"O": "ENABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


@contextmanager
def suspended_rules(session: Session, parts: Sequence[TablePart]) -> Iterator[None]:
    """Drop foreign keys and disable triggers of tables for the block, within its transaction.

    Putting the keys back checks every row. Where the block raises, nothing is put back: the
    transaction is not committed then, which undoes it all.

    Raises:
        DatabaseError: rows break a key that is put back.
    """
    labels = {part.label for part in parts}
    keys = [
        row
        for row in session.rows(q.FOREIGN_KEYS)
        if row["table"] in labels or row["refers_to"] in labels
    ]
    triggers = [row for row in session.rows(q.TRIGGERS) if row["root"] in labels]
    for key in keys:
        session.run(f"ALTER TABLE {_table_of(key)} DROP CONSTRAINT {identifier(key['name'])}")
    for trigger in triggers:
        _alter_trigger(session, trigger, "DISABLE")
    yield
    session.run("SET CONSTRAINTS ALL IMMEDIATE")  # or ALTER TABLE meets waiting triggers
    for trigger in triggers:
        _alter_trigger(session, trigger, _ENABLE[trigger["enabled"]])
    for key in keys:
        _add_key(session, key)


def _add_key(session: Session, key: Mapping[str, Any]) -> None:
    table, name = _table_of(key), identifier(key["name"])
    session.run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {key['definition']}")
    if key["comment"] is not None:
        session.run(f"COMMENT ON CONSTRAINT {name} ON {table} IS {literal(key['comment'])}")


def _alter_trigger(session: Session, trigger: Mapping[str, Any], how: str) -> None:
    table = identifier(trigger["schema"], trigger["table"])
    session.run(f"ALTER TABLE ONLY {table} {how} TRIGGER {identifier(trigger['name'])}")


def _table_of(key: Mapping[str, Any]) -> str:
    return identifier(key["own_schema"], key["own_table"])
