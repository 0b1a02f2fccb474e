"""SQL that appends notes: sealed by the server, in whatever transaction it stands in.

Making a table commits, and so does giving it a comment: the table is made before the transaction,
and `anchor_notes` says afterwards how many notes there are.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from analyzer.engines.mysql.access.gateway import MysqlGateway
from analyzer.engines.mysql.access.version_table import place_of, quoted
from analyzer.engines.mysql.scripts.demands import demand
from analyzer.engines.mysql.scripts.sql_file import BEGIN, END, GO, MADE, STOP, WHO, head_lines
from analyzer.engines.mysql.words import literal
from analyzer.engines.shared.notes import MEANWHILE, NOT_OURS, anchored, notes_beside
from analyzer.errors import AnalyzerError
from analyzer.model.core.version_table import TableName
from analyzer.model.notes.note import Anchor, MadeNotes, NewNote, Notebook
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count

_PATIENCE = "SET SESSION lock_wait_timeout = 2"  # seconds: no run waits long for a comment
_COLUMNS = (
    "number bigint NOT NULL PRIMARY KEY, version text NOT NULL, path text, sha256 text, "
    "commit_id text, kind text NOT NULL, recorded_at datetime(6) NOT NULL, "
    "recorded_by text NOT NULL, previous text NOT NULL, seal text NOT NULL"
)
_TAIL = "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
_FIELDS = ("version", "path", "sha256", "commit_id", "kind")
_SEALED = ("number", *_FIELDS, "moment", "by", "previous")
"""What a seal covers, in its order; each is a variable of the session."""
_STORED = ("number", *_FIELDS, "at", "by", "previous")
_PARTS = ",\n  ".join(
    f"COALESCE(CONCAT(LENGTH(@migdoctor_{it}), ':', @migdoctor_{it}), '-')" for it in _SEALED
)
# a digest like the one in analysis/notes/seals.py
_SEAL = f"SET @migdoctor_seal = SHA2(CONCAT_WS(',',\n  {_PARTS}), 256);"


def render_notes(
    notes: Sequence[NewNote], table: TableName, notebook: Notebook, *, anew: bool, lock_timeout: str
) -> str:
    """Write an SQL file that appends notes, and makes their table where it is not there.

    Args:
        notes: at least one.
        table: the version table.
        notebook: what was read; the file stops where the last note is another one by now.
        anew: whether they begin a chain.
        lock_timeout: how long to wait for locks.
    """
    assert notebook.home is not None  # noqa: S101  it was read in a database
    beside = notes_beside(table)
    done = f"Noted {count(len(notes), 'version')} in {visible(str(beside))}."
    lines = [
        "-- Notes what ran: made by migdoctor record.",
        *head_lines(lock_timeout),
        *_make(beside),
        *_demand_own(beside),
        BEGIN,
        *_last_note(beside),
        *demand(f"@migdoctor_seal <=> {literal(notebook.last_seal)}", *MEANWHILE),
        *_append(notes, beside, notebook.home.beginning if anew else None, by=""),
        END,
        f"SELECT IF({GO} = 1, {literal(done)}, {STOP}) AS migdoctor;",
        "",
    ]
    return "\n".join(lines)


def render_note_block(made: MadeNotes, table: TableName) -> Iterator[str]:
    """Write the statements that append notes about changed rows to a table that is there."""
    beside = notes_beside(table)
    yield from _demand_own(beside)
    yield from _last_note(beside)
    yield from _append(made.notes, beside, None, by=f" ({made.by})")


def anchor_notes(gateway: MysqlGateway, table: TableName) -> None:
    """Let the table's comment say how many notes there are, and the last one's seal.

    Where that fails, as by a role that may not, what cuts notes off at the end goes unseen.
    """
    beside = quoted(notes_beside(table))
    with suppress(AnalyzerError), gateway.session() as session:
        (last,) = session.rows(
            f"SELECT number, seal FROM {beside} ORDER BY number DESC LIMIT 1"  # noqa: S608  quoted
        )
        comment = anchored(Anchor(int(last["number"]), str(last["seal"])))
        session.run(_PATIENCE)
        session.run(f"ALTER TABLE {beside} COMMENT = {literal(comment)}")


def _make(beside: TableName) -> Iterator[str]:
    made = f"CREATE TABLE IF NOT EXISTS {quoted(beside)} ({_COLUMNS}) {_TAIL}"
    there = f"SELECT 1 FROM information_schema.tables WHERE {place_of(beside)}"  # noqa: S608  quoted
    yield f"{MADE}IF(EXISTS ({there}), 'DO 0', {literal(made)});"
    yield "PREPARE migdoctor_made FROM @migdoctor_made;"
    yield "EXECUTE migdoctor_made;"


def _demand_own(beside: TableName) -> Iterator[str]:
    own = f"{place_of(beside)} AND engine = 'InnoDB'"
    on_it = place_of(beside, ("event_object_schema", "event_object_table"))
    yield from demand(
        f"EXISTS (SELECT 1 FROM information_schema.tables WHERE {own})\n"  # noqa: S608  quoted
        f"  AND NOT EXISTS (SELECT 1 FROM information_schema.triggers WHERE {on_it})",
        *NOT_OURS,
    )


def _last_note(beside: TableName) -> Iterator[str]:
    """The last note; two that append at once go one after the other."""
    yield "SET @migdoctor_number = NULL, @migdoctor_seal = NULL;"
    yield (
        f"SELECT number, seal INTO @migdoctor_number, @migdoctor_seal FROM {quoted(beside)}\n"  # noqa: S608  quoted
        "  ORDER BY number DESC LIMIT 1 FOR UPDATE;"
    )


def _append(
    notes: Sequence[NewNote], beside: TableName, beginning: str | None, *, by: str
) -> Iterator[str]:
    yield "SET @migdoctor_at = UTC_TIMESTAMP(6);"
    yield "SET @migdoctor_moment = CONCAT(REPLACE(@migdoctor_at, ' ', 'T'), 'Z'),"
    yield f"  @migdoctor_by = CONCAT(COALESCE({WHO}, CURRENT_USER()), {literal(by)});"
    for place, note in enumerate(notes):
        yield from _one(note, beside, beginning if place == 0 else None)


def _one(note: NewNote, beside: TableName, beginning: str | None) -> Iterator[str]:
    """Append a note behind the one that the variables tell, and let them tell this one."""
    values = (note.version, note.path, note.sha256, note.commit_id, str(note.kind))
    told = zip(_FIELDS, map(literal, values), strict=True)
    yield f"SET {', '.join(f'@migdoctor_{name} = {value}' for name, value in told)};"
    before = "@migdoctor_seal" if beginning is None else literal(beginning)
    yield "SET @migdoctor_number = COALESCE(@migdoctor_number, 0) + 1,"
    yield f"  @migdoctor_previous = {before};"
    yield _SEAL
    columns = "@migdoctor_" + ", @migdoctor_".join((*_STORED, "seal"))
    yield f"INSERT INTO {quoted(beside)} SELECT {columns} FROM DUAL WHERE {GO} = 1;"  # noqa: S608  quoted
    yield f"SET {GO} = IF(ROW_COUNT() = 1, {GO}, 0);"
