"""RENAME and DROP, of tables and whatever else a migration has."""

from collections.abc import Iterator

from analyzer.engines.postgresql.parser.sql_node import (
    Node,
    dotted,
    name_of,
    opened,
    strings,
    table_of,
)
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect


def rename(fields: Node, line: int) -> Iterator[Effect]:
    """ALTER ... RENAME."""
    if fields.get("relationType") in {"OBJECT_VIEW", "OBJECT_MATVIEW"} and fields.get("subname"):
        yield e.ChangeOther("ALTER VIEW", line)
        return
    new, kind = str(fields.get("newname", "")), str(fields.get("renameType", ""))
    table, old = table_of(fields.get("relation")), str(fields.get("subname", ""))
    match kind:
        case "OBJECT_TABLE":
            yield e.RenameTable(table, new, line, by_sql=True)
        case "OBJECT_COLUMN":
            yield e.RenameColumn(table, old, new, line, by_sql=True)
        case "OBJECT_INDEX":
            yield e.RenameIndex(None, table, new, line)
        case "OBJECT_TABCONSTRAINT":
            yield e.RenameObject("constraint", f"{table}.{old}", f"{table}.{new}", line)
        case "OBJECT_TYPE":
            yield e.RenameEnum(name_of(opened(fields.get("object"))[1].get("items")), new, line)
        case _:
            name = table or name_of(opened(fields.get("object"))[1].get("items"))
            word = kind.removeprefix("OBJECT_").lower().replace("matview", "materialized_view")
            yield e.RenameObject(word, name or old, new, line)


def drop(fields: Node, line: int) -> Iterator[Effect]:
    """DROP of anything."""
    kind, if_exists = str(fields.get("removeType", "")), bool(fields.get("missing_ok"))
    cascade = fields.get("behavior") == "DROP_CASCADE"
    names = [dotted(_words(node)) for node in fields.get("objects") or ()]
    for name in names:
        match kind:
            case "OBJECT_TABLE":
                along = tuple(it for it in names if it != name)
                yield e.DropTable(name, line, if_exists, cascade, along=along)
            case "OBJECT_INDEX":
                concurrently = bool(fields.get("concurrent"))
                yield e.RemoveIndex(
                    None, line, name, if_exists=if_exists, concurrently=concurrently
                )
            case "OBJECT_EXTENSION":
                yield e.DisableExtension(name, line)
            case "OBJECT_TYPE":
                yield e.DropEnum(name, line, if_exists, cascade=cascade)
            case _:
                word = kind.removeprefix("OBJECT_").lower().replace("matview", "materialized_view")
                yield e.DropObject(word, name, line, if_exists, cascade)


def _words(node: Node) -> list[str]:
    kind, fields = opened(node)
    match kind:
        case "List":
            return strings(fields.get("items"))
        case "TypeName":
            return strings(fields.get("names"))
        case "ObjectWithArgs":
            return strings(fields.get("objname"))
        case "String":
            return [str(fields.get("sval", ""))]
        case _:
            return []
