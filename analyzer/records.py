"""What our facts are made of: structs that cost a thirtieth of a dataclass to define.

``class Row(Struct, frozen=True)`` has what ``@dataclass(frozen=True, slots=True)`` gives: fields in
order, defaults, equality, a hash, a repr, patterns of ``match``. A command defines some hundred of
them before it does anything, so this is a good part of its time.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field, structs

if TYPE_CHECKING:
    from dataclasses import replace  # the same; of this one mypy checks the fields
else:

    def replace(thing, /, **changes):  # noqa: ANN001, ANN003, ANN201  see above
        """Copy a struct with other values for some fields; a dataclass too, where one must be."""
        if isinstance(thing, Struct):
            return structs.replace(thing, **changes)
        import dataclasses

        return dataclasses.replace(thing, **changes)


__all__ = ["Struct", "asdict", "field", "replace"]


def asdict(thing: Struct) -> dict[str, Any]:
    """Write a struct as plain data: a dict of its fields, the structs within it too."""
    return {name: _plain(getattr(thing, name)) for name in thing.__struct_fields__}


def _plain(value: Any) -> Any:  # noqa: ANN401  a field of any type
    if isinstance(value, Struct):
        return asdict(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(one) for one in value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value
