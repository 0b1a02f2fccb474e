"""Objects that the files leave open: only a run would know whether they are there."""

from collections.abc import Iterable, Iterator

from analyzer.model.core.condition import AllOf, AnyOf, Condition, ExtensionAvailable, Not, Unsure
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import ObjectRef, Role, objects
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.records import Struct


class Options(Struct, frozen=True):
    """Objects that a database may lack, and that it may have, by the same files."""

    may_lack: frozenset[ObjectRef] = frozenset()
    may_have: frozenset[ObjectRef] = frozenset()


def options_of(migrations: Iterable[ReadMigration]) -> Options:
    """Find what is made or dropped only under a condition that cannot be decided."""
    made, made_perhaps, dropped_perhaps = set[ObjectRef](), set[ObjectRef](), set[ObjectRef]()
    for effect in _effects(migrations):
        unsure = isinstance(effect, e.Guarded) and _is_unsure(effect.condition)
        for role, ref in objects(effect):
            if role is Role.CREATES:
                (made_perhaps if unsure else made).add(ref)
            elif role is Role.DROPS and unsure:
                dropped_perhaps.add(ref)
    return Options(
        frozenset((made_perhaps - made) | dropped_perhaps),
        frozenset(made_perhaps | dropped_perhaps),
    )


def _effects(migrations: Iterable[ReadMigration]) -> Iterator[e.Effect]:
    return (effect for migration in migrations for effect in migration.parsed.effects)


def _is_unsure(condition: Condition) -> bool:
    match condition:
        case Unsure() | ExtensionAvailable():
            return True
        case Not(inner):
            return _is_unsure(inner)
        case AllOf(parts) | AnyOf(parts):
            return any(map(_is_unsure, parts))
        case _:
            return False
