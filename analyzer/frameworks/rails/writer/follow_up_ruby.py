"""The draft of a migration that brings what edits hid, as Ruby."""

import textwrap
from collections.abc import Collection, Iterator, Sequence

from analyzer.engines.registry import engine_in_hand
from analyzer.frameworks.rails.writer.follow_up_statements import DEMAND
from analyzer.frameworks.rails.writer.follow_up_steps import Steps
from analyzer.model.findings.difference_words import said, said_fully
from analyzer.model.findings.follow_up import FollowUp, Lack, Unwritten
from analyzer.model.findings.schema_diff import ObjectStatus
from analyzer.model.words.text import visible

_WIDTH = 98
_MOST_LINES = 12  # of a statement that is shown in a comment
_REMOVALS = frozenset({"foreign_key", "check", "exclusion", "index"})
_ORDER = (
    "extension",
    "enum",
    "table",
    "removal",
    "column",
    "index",
    "check",
    "exclusion",
    "foreign_key",
)
_DOWN = (
    "# Nothing: on a database that had all of this already, taking it back would take away what",
    "# other migrations made.",
)
_DEMAND = f"""\
  private

  # Stop if the rows that are there do not allow the next step.
  def {DEMAND}(problem, rows)
    raise problem if select_value("#{{rows}} LIMIT 1")
  end
"""
_FOR_VALUES = (
    "  # A new value of an enum can be used only after it was committed. Each step looks first",
    "  # whether it was done, so that this can run again if a later one fails.",
    "  disable_ddl_transaction!",
    "",
)
_WITHOUT_KEYS = (
    "  # Rails rebuilds a table to alter it, and foreign keys would delete rows of other tables",
    "  # meanwhile. They can be switched off outside a transaction alone; each step looks first",
    "  # whether it was done, so that this can run again if a later one fails.",
    "  disable_ddl_transaction!",
    "",
)
_OFF, _ON = (f'    execute "PRAGMA foreign_keys = {it}"' for it in ("OFF", "ON"))
_ACTING = frozenset({"cascade", "nullify", "default"})


def render_draft(follow_up: FollowUp, tool: str) -> str:
    """Write the migration, ready to be read and moved to ``follow_up.path``."""
    steps = Steps(follow_up)
    written = [(lack, [*steps.of(lack)]) for lack in sorted(follow_up.lacks, key=_place)]
    body = [*_steps([(lack, lines) for lack, lines in written if lines])]
    named = [lack for lack, lines in written if not lines]
    grown = {lack.difference.table for lack, lines in written if lines and _is_column(lack)}
    remarks = [*_remarks(named, follow_up.unwritten, grown)]
    parts = [*body, *([""] if body and remarks else []), *remarks]
    rebuilds = bool(body) and _rebuilds(follow_up)
    lines = [
        *_head(follow_up, tool),
        f"class {follow_up.class_name} < {_base(follow_up)}",
        *(_FOR_VALUES if _adds_values(follow_up.lacks) else ()),
        *(_WITHOUT_KEYS if rebuilds else ()),
        "  def up",
        *((_OFF, "") if rebuilds else ()),
        *(f"    {line}".rstrip() for line in parts),
        *(("  ensure", _ON) if rebuilds else ()),
        "  end",
        "",
        "  def down",
        *(f"    {line}" for line in _DOWN),
        "  end",
    ]
    helper = f"\n{_DEMAND}" if any(DEMAND in line for line in body) else ""
    return "\n".join([*lines, ""]) + helper + "end\n"


def _base(follow_up: FollowUp) -> str:
    rails = follow_up.dialect
    return "ActiveRecord::Migration" + (f"[{rails[0]}.{rails[1]}]" if rails else "")


def _adds_values(lacks: Sequence[Lack]) -> bool:
    return any(
        lack.left is None
        and lack.difference.kind == "enum"
        and lack.difference.status is ObjectStatus.DIFFERENT
        for lack in lacks
    )


def _rebuilds(follow_up: FollowUp) -> bool:
    """Whether a table may be rebuilt to whose rows foreign keys of others would react."""
    if engine_in_hand().features.drop_spares_rows:
        return False
    tables = {lack.difference.table for lack in follow_up.lacks if lack.left is None}
    schemas = (follow_up.wanted, follow_up.there)
    keys = (key for it in schemas for table in it.tables.values() for key in table.foreign_keys)
    return any(key.on_delete in _ACTING and key.to_table in tables for key in keys)


def _place(lack: Lack) -> int:
    """Where a step stands: what others need first, what loosens before what demands."""
    it = lack.difference
    removed = it.status is ObjectStatus.EXTRA and it.kind in _REMOVALS
    kind = "removal" if removed else it.kind
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _head(follow_up: FollowUp, tool: str) -> Iterator[str]:
    yield from _comment(
        f"A draft by {tool}: read it, change what you know better, and put it at", ""
    )
    yield f"#   {visible(follow_up.path)}"
    yield from _comment("It adds what the current text has over the text that ran, of", "")
    for revision in follow_up.revisions.values():
        ran, now = revision.ran, revision.now
        former = f", which ran as {ran.basename}" if ran.basename != now.basename else ""
        yield f"#   {visible(now.basename + former)}"
    if follow_up.place is None:
        yield from _comment(
            "No database was looked into: where one has some of it, the step does nothing.", ""
        )
    yield from _comment(
        "Each step locks its table while it looks at the rows; on a large one, build an index with"
        " algorithm: :concurrently instead.",
        "",
    )


def _steps(written: Sequence[tuple[Lack, list[str]]]) -> Iterator[str]:
    path = None
    for number, (lack, lines) in enumerate(written):
        if number:
            yield ""
        if lack.path != path:
            yield f"# {visible(lack.path.rpartition('/')[2])}"
            path = lack.path
        yield from lines


def _is_column(lack: Lack) -> bool:
    return lack.difference.kind == "column"


def _remarks(
    lacks: Sequence[Lack], unwritten: Sequence[Unwritten], grown: Collection[str | None]
) -> Iterator[str]:
    """Tell what is left; ``grown`` are tables that get a column."""
    if not lacks and not unwritten:
        return
    yield "# Not done here, for you to decide:"
    for lack in lacks:
        yield "#"
        name = lack.path.rpartition("/")[2]
        yield from _comment(f"{said_fully(lack)} ({name}): {lack.left}")
        if _is_column(lack) and lack.difference.table in grown:
            yield from _hint(lack)
    for each in unwritten:
        yield "#"
        yield from _comment(f"{said(each)}: {each.why}")
        lines = each.text.splitlines()
        yield from (f"#     {visible(line)}".rstrip() for line in lines[:_MOST_LINES])
        if len(lines) > _MOST_LINES:
            yield f"#     ... and {len(lines) - _MOST_LINES} lines more"


def _hint(lack: Lack) -> Iterator[str]:
    if lack.difference.status is ObjectStatus.EXTRA:
        yield from _comment(
            "If it got another name in the file, rename_column instead of the add_column above"
            " keeps its values."
        )


def _comment(text: str, indent: str = "  ") -> Iterator[str]:
    wrapped = textwrap.wrap(
        visible(text),
        _WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (f"# {line}" for line in wrapped)
