"""SQL that appends notes: sealed by SQLite itself, in whatever transaction it stands in."""

from collections.abc import Iterator, Sequence

from analyzer.engines.shared.notes import MEANWHILE, NOT_OURS, notes_beside
from analyzer.engines.sqlite.notes.digest_sql import DIGEST, TEXT, digest_lines
from analyzer.engines.sqlite.notes.note_reading import TYPES
from analyzer.engines.sqlite.scripts.demands import demand, frame
from analyzer.engines.sqlite.scripts.sql_file import BEGIN, BY_HAND, COMMIT, WHO, client_lines
from analyzer.engines.sqlite.words import identifier, literal
from analyzer.model.core.version_table import NOTES_TABLE, TableName
from analyzer.model.notes.note import COLUMNS, MadeNotes, NewNote, Notebook
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count

_NOTES = identifier("main", NOTES_TABLE)
_MAYBE = frozenset({"path", "sha256", "commit_id"})
_KEY = "INTEGER PRIMARY KEY AUTOINCREMENT"  # SQLite then keeps beside it how many there were
_END, _NEW, _SEALED = "migdoctor_end", "migdoctor_new", "migdoctor_sealed"
_FIELDS = ("version", "path", "sha256", "commit_id", "kind")
_TOLD = ("e.number", *(f"NEW.{it}" for it in _FIELDS), "e.moment", "e.who", "e.seal")
"""What a seal covers, in its order."""


def render_notes(
    notes: Sequence[NewNote], table: TableName, notebook: Notebook, *, anew: bool, lock_timeout: str
) -> str:
    """Write an SQL file that appends notes, and makes their table where it is not there.

    They are sealed before the file is locked, as that takes some milliseconds for each.

    Args:
        notes: at least one.
        table: the version table.
        notebook: what was read; the file stops where the last note is another one by now.
        anew: whether they begin a chain.
        lock_timeout: how long to wait for the file's lock.
    """
    assert notebook.home is not None  # noqa: S101  it was read in a database
    seal = literal(notebook.last_seal)
    last = max((it.number for it in notebook.notes), default=0)
    before = literal(notebook.home.beginning) if anew else seal
    end = f"SELECT {last} AS number, {before} AS seal"
    done = f"Noted {count(len(notes), 'version')} in {visible(str(notes_beside(table)))}."
    unchanged = f"(SELECT seal FROM {_NOTES} ORDER BY number DESC LIMIT 1) IS {seal}"  # noqa: S608  ours
    lines = [
        "-- Notes what ran: made by migdoctor record.",
        client_lines(lock_timeout),
        "PRAGMA temp_store = MEMORY;",
        *_sealed(notes, end, by=""),
        BEGIN,
        *frame(),
        f"CREATE TABLE IF NOT EXISTS {_NOTES} ({_columns()});",
        *_demand_own(),
        *demand("last", *MEANWHILE, [unchanged]),
        *_kept(),
        COMMIT,
        f"SELECT {literal(done)} AS migdoctor;",
        "",
    ]
    return "\n".join(lines)


def render_note_block(made: MadeNotes) -> Iterator[str]:
    """Write the statements that append notes about changed rows to a table that is there."""
    yield from _demand_own()
    end = f"SELECT number, seal FROM {_NOTES} ORDER BY number DESC LIMIT 1"  # noqa: S608  ours
    yield from _sealed(made.notes, end, by=f" ({made.by})")
    yield from _kept()


def _columns() -> str:
    texts = (
        f"{name} {kind}{'' if name in _MAYBE else ' NOT NULL'}"
        for name, kind in zip(COLUMNS[1:], TYPES[1:], strict=True)
    )
    return ", ".join([f"{COLUMNS[0]} {_KEY}", *texts])


def _demand_own() -> Iterator[str]:
    there = f"FROM sqlite_master WHERE lower(tbl_name) = '{NOTES_TABLE}' AND type"
    own = f"EXISTS (SELECT 1 {there} = 'table') AND NOT EXISTS (SELECT 1 {there} = 'trigger')"
    yield from demand("own", *NOT_OURS, [own])


def _sealed(notes: Sequence[NewNote], end: str, *, by: str) -> Iterator[str]:
    """Put notes into a temporary table, each with its number and its seal.

    Args: end: the query of the last note's number and seal.
    """
    yield from digest_lines()
    yield f"CREATE TEMP TABLE IF NOT EXISTS {WHO} (who TEXT);"
    who = f"coalesce((SELECT who FROM temp.{WHO}), {literal(BY_HAND)}) || {literal(by)}"  # noqa: S608  ours
    yield (
        f"CREATE TEMP TABLE {_END} AS SELECT number, seal, {who} AS who,\n"  # noqa: S608  ours
        f"  strftime('%Y-%m-%dT%H:%M:%f000Z', 'now') AS moment FROM ({end});"
    )
    yield f"CREATE TEMP TABLE {_NEW} ({', '.join(_FIELDS)});"
    yield f"CREATE TEMP TABLE {_SEALED} ({', '.join(COLUMNS)});"
    yield _trigger()
    for note in notes:
        values = (note.version, note.path, note.sha256, note.commit_id, str(note.kind))
        yield f"INSERT INTO {_NEW} VALUES ({', '.join(map(literal, values))});"  # noqa: S608  quoted


def _trigger() -> str:
    """Seal each note behind the one before."""
    parts = " || ',' ||\n    ".join(
        f"coalesce(length(CAST({it} AS BLOB)) || ':' || {it}, '-')" for it in _TOLD
    )
    fields = ", ".join(f"NEW.{it}" for it in _FIELDS)
    return (
        f"CREATE TEMP TRIGGER migdoctor_sealing AFTER INSERT ON {_NEW} BEGIN\n"  # noqa: S608  ours
        f"  UPDATE {_END} SET number = number + 1;\n"
        f"  DELETE FROM {TEXT};\n"
        f"  INSERT INTO {TEXT} SELECT {parts} FROM {_END} AS e;\n"
        f"  INSERT INTO {_SEALED} SELECT e.number, {fields}, e.moment, e.who, e.seal, d.digest\n"
        f"    FROM {_END} AS e, {DIGEST} AS d;\n"
        f"  UPDATE {_END} SET seal = (SELECT digest FROM {DIGEST});\n"
        "END;"
    )


def _kept() -> Iterator[str]:
    """Append what is sealed. A number that was lost is given again: SQLite's own goes back, too."""
    yield f"INSERT INTO {_NOTES} SELECT * FROM {_SEALED} ORDER BY number;"  # noqa: S608  ours
    yield (
        f"UPDATE main.sqlite_sequence SET seq = (SELECT max(number) FROM {_NOTES})\n"  # noqa: S608  ours
        f"  WHERE name = '{NOTES_TABLE}';"
    )
