"""Who is responsible for a difference, and which unread parts of migrations may explain it."""

import re
from collections.abc import Sequence

from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.schema_diff import (
    LISTED_KINDS,
    Blame,
    Difference,
    ObjectStatus,
    Responsible,
)
from analyzer.model.findings.schema_state import SchemaState, UnknownPart
from analyzer.records import replace

_WORD = re.compile(r"\w+")
_UNREAD = ("the whole file", "the rest of the file", "the rest of the method")
_STEP = re.compile(r"(?:[A-Z][a-z]+){2,}")  # AddColumn: an effect whose condition is not decided
_STEPS = {
    "Table": frozenset({"table", "column", "index", "foreign_key", "check", "primary_key"}),
    "Column": frozenset({"column", "index", "foreign_key", "check"}),
    "Default": frozenset({"column"}),
    "Null": frozenset({"column"}),
    "Index": frozenset({"index"}),
    "Key": frozenset({"foreign_key", "primary_key"}),
    "Constraint": frozenset({"check", "exclusion", "index", "foreign_key"}),
    "Enum": frozenset({"enum", "column"}),
    "Extension": frozenset({"extension"}),
    "Object": LISTED_KINDS | {"sequence"},
}
_OWN_TABLE = frozenset({"column", "primary_key", "check", "exclusion", "unique"})
_KINDS = {"enum": "type", "check": "constraint", "exclusion": "constraint"}


def blamed(difference: Difference, state: SchemaState, blame: Blame) -> Difference:
    """Attach the responsible migration and the parts that may explain the difference."""
    path = _path(difference, state)
    open_ = {ObjectStatus.MISSING: blame.may_lack, ObjectStatus.EXTRA: blame.may_have}
    return replace(
        difference,
        allowed=_ref(difference) in open_.get(difference.status, ()),
        responsible=None if path is None else _responsible(path, blame),
        unsure=_explanations(difference, path, blame.unsure),
    )


def _responsible(path: str, blame: Blame) -> Responsible:
    version = blame.versions.get(path)
    if version is None:
        return Responsible("", path, None)
    ran = version.key in blame.ran if blame.ran is not None and version.is_valid else None
    return Responsible(version.text, path, ran)


def _path(difference: Difference, state: SchemaState) -> str | None:
    """The migration that touched the object last; its table's where the object is only in files."""
    refs = [_ref(difference)]
    if difference.table is not None and difference.status is not ObjectStatus.EXTRA:
        refs.append(ObjectRef("table", difference.table))
    return next((state.responsible[ref] for ref in refs if ref in state.responsible), None)


def _ref(difference: Difference) -> ObjectRef:
    kind = _KINDS.get(difference.kind, difference.kind)
    if difference.table is None or kind in {"table", "index"}:
        return ObjectRef(kind, difference.name)
    return ObjectRef(kind, f"{difference.table}.{difference.name}")


def _explanations(
    difference: Difference, path: str | None, unsure: Sequence[UnknownPart]
) -> tuple[UnknownPart, ...]:
    """Parts that name the object or its table, are in the same migration, or hide a whole file."""
    names = {difference.table} if difference.kind in _OWN_TABLE else {difference.name}
    names |= {difference.table} - {None}
    return tuple(
        part
        for part in unsure
        if (part.within is None or difference.kind != "table")
        and (
            part.text in _UNREAD
            or not names.isdisjoint(_words(part.text))
            or (part.path == path and _concerns(part, difference.kind))
        )
    )


def _concerns(part: UnknownPart, kind: str) -> bool:
    """Whether a part may concern a kind of object: of a step under a condition, its name tells."""
    if _STEP.fullmatch(part.text) is None:
        return True
    return any(kind in kinds for word, kinds in _STEPS.items() if word in part.text)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text))
