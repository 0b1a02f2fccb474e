"""Things that migrations need and none creates, and why that may be fine."""

from collections.abc import Iterable, Mapping, Sequence

from analyzer.engines.ports.types import Types
from analyzer.frameworks.registry import NEVER_APPLICATIONS
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.findings.dependency import MigrationLine, Missing
from analyzer.model.findings.schema_state import ReadMigration, UnknownPart

_ENGINES = {
    "active_storage_": "Active Storage",
    "action_text_": "Action Text",
    "action_mailbox_": "Action Mailbox",
    "solid_queue_": "Solid Queue",
    "solid_cache_": "Solid Cache",
    "solid_cable_": "Solid Cable",
    "good_job": "GoodJob",
    "oauth_": "Doorkeeper",
    "spree_": "Spree",
}
_BEGINNING = (
    "an application that began with a schema file, or whose old migrations were removed, has it "
    "from there, as does one whose engine or gem creates it"
)
_UNTOLD = {
    "column": "the model may have it as an attribute that is not a column",
    "extension": "a database may have it from its template, or an administrator may have enabled "
    "it",
    "index": "it may have another name here, or come from a schema file",
}


def explain_missing(
    missing: Mapping[ObjectRef, Mapping[MigrationLine, None]],
    migrations: Sequence[ReadMigration],
    opaque: Iterable[UnknownPart],
    types: Types | None = None,
) -> tuple[Missing, ...]:
    """Say of each missing thing who needs it and where it may come from, tables first."""
    unread = {part.path for part in opaque}
    order = {migration.path: place for place, migration in enumerate(migrations)}
    ranks = ("table", "column")
    told = sorted(missing, key=lambda ref: (ref.kind not in ranks, ref.kind != "table", ref))
    return tuple(
        Missing(ref, tuple(missing[ref]), _why(ref, tuple(missing[ref]), unread, order))
        for ref in told
        if not _own(ref, types)
    )


def _own(ref: ObjectRef, types: Types | None) -> bool:
    """Whether the framework or the engine makes it by itself."""
    if ref.name.partition(".")[0] in NEVER_APPLICATIONS:
        return True
    return types is not None and (types.is_system(ref.name) or types.is_everywhere(ref.name))


def _why(
    ref: ObjectRef, users: Sequence[MigrationLine], unread: set[str], order: Mapping[str, int]
) -> str:
    for start, engine in _ENGINES.items():
        if ref.name.startswith(start):
            return f"{engine} has migrations of its own, which may not have been copied here"
    said = _UNTOLD.get(ref.kind, _BEGINNING)
    first = min(order[place.path] for place in users)
    earlier = (path for path in sorted(unread, key=order.__getitem__) if order[path] < first)
    hidden = next(earlier, None)
    return (
        said if hidden is None else f"{said}; or code that cannot be read makes it, as in {hidden}"
    )
