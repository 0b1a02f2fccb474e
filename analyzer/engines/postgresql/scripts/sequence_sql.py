"""The statement that lets a sequence go on from a number, for people to type."""

from analyzer.model.schema.database_state import SequenceState


def set_sequence(sequence: SequenceState, value: int | None, *, called: bool | None = None) -> str:
    """Let a sequence stand at a number; see the port."""
    given = "" if called is None else f", {str(called).lower()}"
    return f"SELECT pg_catalog.setval('{_quoted(sequence)}', {value}{given})"


def _quoted(one: SequenceState) -> str:
    parts = (part.replace('"', '""').replace("'", "''") for part in (one.schema, one.name))
    return ".".join(f'"{part}"' for part in parts)
