"""Our own frozen structs as JSON documents, and back: manifests, snapshots, plans."""

import json
import types
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from analyzer.records import Struct, asdict

Kind = TypeVar("Kind", bound=Struct)


def to_document(thing: Struct, **head: object) -> str:
    """Write a struct as JSON, after what ``head`` says of the document."""
    return json.dumps({**head, **asdict(thing)}, indent=1) + "\n"


def from_document(kind: type[Kind], found: Mapping[str, Any]) -> Kind:
    """Read what `to_document` wrote; fields that are not known are passed over.

    Raises:
        ValueError, TypeError, KeyError: it is not of that form.
    """
    hints = get_type_hints(kind)
    names = [name for name in kind.__struct_fields__ if name in found]
    return kind(**{name: _value(hints[name], found[name]) for name in names})


def _value(hint: Any, found: Any) -> Any:  # noqa: ANN401  a type, and JSON of any shape
    if get_origin(hint) is types.UnionType:
        inner = next(one for one in get_args(hint) if one is not types.NoneType)
        return None if found is None else _value(inner, found)
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint), found)
    if isinstance(hint, type) and issubclass(hint, Struct):
        return from_document(hint, found)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(found)
    if isinstance(hint, type) and not isinstance(found, (hint, int) if hint is float else hint):
        raise TypeError(f"{found!r} is not a {hint.__name__}")
    return found


def _tuple(hints: tuple[Any, ...], found: list[Any]) -> tuple[Any, ...]:
    if hints[-1] is Ellipsis:
        return tuple(_value(hints[0], one) for one in found)
    return tuple(_value(hint, one) for hint, one in zip(hints, found, strict=True))
