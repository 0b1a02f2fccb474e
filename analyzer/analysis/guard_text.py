"""Ruby text of guards: what must be there, or must not be there yet, for a statement to be done."""

import re
from collections.abc import Iterable, Sequence

from analyzer.model import effect as e
from analyzer.model.objects import ObjectRef, bare
from analyzer.model.schema import ForeignKey

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


def is_idle(effect: e.Effect) -> bool:
    """Whether an effect has nothing to do where what it works on does not exist yet."""
    match bare(effect):
        case e.ReadData() | e.DropTable() | e.RemoveColumn() | e.RemoveIndex() | e.RemoveForeignKey():
            return True
        case e.RemoveConstraint() | e.DropObject() | e.DropEnum() | e.ValidateConstraint():
            return True
        case e.WriteData(action=action):
            return action is not e.DataAction.INSERT
        case _:
            return False


def not_done(effects: Sequence[e.Effect], text: str) -> str | None:
    """The condition that effects were not done before; empty where twice is once.

    Returns: None where it cannot be told, so that doing them twice would do harm.
    """
    for effect in map(bare, effects):
        match effect:
            case e.AddColumn(table, column):
                return f"!column_exists?({symbol(table)}, {symbol(column.name)})"
            case e.AddIndex(table, index):
                columns = ", ".join(map(symbol, index.columns))
                name = symbol(index.name)
                return f"!index_exists?({symbol(table)}, [{columns}], name: {name})"
            case e.AddForeignKey(table, key):
                column = symbol(key.columns[0]) if key.columns else "nil"
                return f"!foreign_key_exists?({symbol(table)}, column: {column})"
            case e.RenameColumn(table, old):
                return f"column_exists?({symbol(table)}, {symbol(old)})"
            case e.RenameTable(old):
                return f"table_exists?({symbol(old)})"
            case e.WriteData(action=e.DataAction.INSERT):
                if not _IDEMPOTENT.search(text):
                    return None
            case e.ReadData() | e.WriteData() | e.ChangeDefault() | e.ChangeNull() | e.ChangeColumn():
                continue
            case _:
                return None
    return ""


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


_KEY_OPTION = re.compile(rb"\s*,\s*(?::foreign_key\s*=>|foreign_key:)\s*(?:true|\{[^{}]*\})")


def without_key(lines: Sequence[bytes], column: str) -> list[bytes] | None:
    """Lines of a table's block without the foreign key of a column; None where it is not plain."""
    name = column.removesuffix("_id").encode()
    found = [
        place for place, line in enumerate(lines)
        if re.search(rb"[:\"']" + re.escape(name) + rb"(?:_id)?\b", line) and _KEY_OPTION.search(line)
    ]  # fmt: skip
    if len(found) != 1:
        return None
    changed = list(lines)
    changed[found[0]] = _KEY_OPTION.sub(b"", lines[found[0]], count=1)
    return changed
