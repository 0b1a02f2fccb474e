"""Ruby text of guards: what must be there, or must not be there yet, for a statement to be done."""

import re
import textwrap
from collections.abc import Iterable, Sequence

from analyzer.frameworks.ports.writer import NewMigration
from analyzer.frameworks.rails.names import camelize
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import ObjectRef, bare
from analyzer.model.schema.schema import ForeignKey, Index

_PLAIN = re.compile(r"[A-Za-z_]\w*[?!]?", re.ASCII)
_IDEMPOTENT = re.compile(
    r"find_or_create|find_or_init|ON\s+CONFLICT|NOT\s+EXISTS|upsert|insert_all\b", re.IGNORECASE
)


def symbol(name: str) -> str:
    """A name as a Ruby symbol that interpolates nothing."""
    if _PLAIN.fullmatch(name):
        return f":{name}"
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f":'{escaped}'"


def there(needs: Iterable[ObjectRef]) -> str | None:
    """The condition that objects are there; None where Rails has no question for their kind."""
    wanted = sorted(needs, key=lambda ref: (ref.kind != "table", ref))
    tables = {ref.name for ref in wanted if ref.kind == "table"}
    parts = []
    for ref in wanted:
        table, _, column = ref.name.rpartition(".")
        if ref.kind == "table":
            parts.append(f"table_exists?({symbol(ref.name)})")
        elif ref.kind == "column" and table not in tables:
            parts.append(f"column_exists?({symbol(table)}, {symbol(column)})")
        elif ref.kind != "column":
            return None
    return " && ".join(parts) or None


def not_done(effects: Sequence[e.Effect], text: str) -> str | None:
    """The condition that effects were not done before; empty where twice is once.

    Returns: None where it cannot be told, so that doing them twice would do harm.
    """
    for effect in map(bare, effects):
        question = _question(effect)
        if question is not None:
            return question
        if not _harmless_twice(effect, text):
            return None
    return ""


def _question(effect: e.PlainEffect) -> str | None:
    """The question whether an effect is still to be done; None where Rails has none."""
    match effect:
        case e.AddColumn(table, added):
            return f"!column_exists?({symbol(table)}, {symbol(added.name)})"
        case e.AddIndex(table, index):
            return _index_question(table, index)
        case e.AddForeignKey(table, key) if key.columns:
            return f"!foreign_key_exists?({symbol(table)}, column: {symbol(key.columns[0])})"
        case e.RenameColumn(table, old):
            return f"column_exists?({symbol(table)}, {symbol(old)})"
        case e.RenameTable(old):
            return f"table_exists?({symbol(old)})"
        case _:
            return None


def _index_question(table: str, index: Index) -> str:
    if not all(column.isidentifier() for column in index.columns):
        return f"!index_name_exists?({symbol(table)}, {symbol(index.name)})"
    columns = ", ".join(map(symbol, index.columns))
    return f"!index_exists?({symbol(table)}, [{columns}], name: {symbol(index.name)})"


def _harmless_twice(effect: e.PlainEffect, text: str) -> bool:
    match effect:
        case e.WriteData(action=e.DataAction.INSERT):
            return _IDEMPOTENT.search(text) is not None
        case e.ReadData() | e.ChangeDefault() | e.ChangeNull() | e.ChangeColumn():
            return True
        case e.WriteData(action=action):
            return action is not e.DataAction.CHANGE
        case _:
            return False


def key_statement(table: str, key: ForeignKey) -> str:
    """The statement that adds a foreign key by itself, where it is not there yet."""
    column = symbol(key.columns[0])
    options = [f"column: {column}"]
    if key.primary_key:
        options.append(f"primary_key: {symbol(key.primary_key[0])}")
    for option, value in (("on_delete", key.on_delete), ("on_update", key.on_update)):
        if value is not None:
            options.append(f"{option}: {symbol(value)}")
    said = f"add_foreign_key {symbol(table)}, {symbol(key.to_table)}, {', '.join(options)}"
    return f"{said} unless foreign_key_exists?({symbol(table)}, column: {column})"


def key_removal(table: str, key: ForeignKey) -> str:
    """The statement that takes the foreign key away again."""
    said = f"{symbol(table)}, column: {symbol(key.columns[0])}"
    return f"remove_foreign_key {said} if foreign_key_exists?({said})"


_KEY_OPTION = re.compile(
    rb"(?:(?<!\s)\s++)?,\s*+(?::foreign_key\s*+=>|foreign_key:)\s*+(?:true|\{[^{}]*+\})"
)


def without_key(lines: Sequence[bytes], column: str) -> list[bytes] | None:
    """Lines of a table's block without the foreign key of a column; None where it is not plain."""
    name = re.escape(column.removesuffix("_id").encode())
    named = re.compile(rb"[:\"']" + name + rb"(?:_id)?\b")
    found = [
        place for place, line in enumerate(lines) if named.search(line) and _KEY_OPTION.search(line)
    ]
    if len(found) != 1:
        return None
    changed = list(lines)
    changed[found[0]] = _KEY_OPTION.sub(b"", lines[found[0]], count=1)
    return changed


_KEEPS_BLANKS = re.compile(rb"<<[-\"'`A-Z_]")  # a heredoc in which blanks count


def said(condition: str) -> str:
    """A condition as it is told to people."""
    return f"if {condition}"


def guarded(lines: Sequence[bytes], ranges: Sequence[tuple[int, int]], condition: str) -> bytes:
    """Put ``if`` and ``end`` around lines; those inside move to the right where that is safe."""
    out = list(lines)
    for first, last in ranges:
        head = lines[first - 1]
        indent = head[: len(head) - len(head.lstrip())]
        end = b"\r\n" if head.endswith(b"\r\n") else b"\n"
        inside = list(lines[first - 1 : last])
        if not any(_KEEPS_BLANKS.search(line) for line in inside):
            inside = [b"  " + line if line.strip() else line for line in inside]
        if not inside[-1].endswith(b"\n"):
            inside[-1] += end
        inside[0] = indent + b"if " + condition.encode() + end + inside[0]
        inside[-1] += indent + b"end" + end
        out[first - 1 : last] = [b"".join(inside), *([b""] * (last - first))]
    return b"".join(out)


def unless_done(text: str, guard: str) -> str:
    """Statements that are done only where the guard says so; always where it is empty."""
    if not guard:
        return text
    head = f"unless {guard[1:]}" if guard.startswith("!") else f"if {guard}"
    return f"{head}\n{_indented(text, 2).rstrip()}\nend\n"


def remark(text: str) -> str:
    """A comment."""
    return f"# {text}"


def migration(new: NewMigration) -> bytes:
    """The text of a new migration."""
    base = "ActiveRecord::Migration"
    base += f"[{new.dialect[0]}.{new.dialect[1]}]" if new.dialect else ""
    lines = [
        remark(new.remark),
        f"class {camelize(new.slug)} < {base}",
        *([] if new.ddl_transaction else ["  disable_ddl_transaction!", ""]),
        "  def up",
        _indented(new.up.rstrip("\n"), 4),
        "  end",
        "",
        "  def down",
        textwrap.indent(new.down, "    "),
        "  end",
        "end",
        "",
    ]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _indented(text: str, blanks: int) -> str:
    return (
        text
        if _KEEPS_BLANKS.search(text.encode("utf-8", "replace"))
        else textwrap.indent(text, " " * blanks)
    )
