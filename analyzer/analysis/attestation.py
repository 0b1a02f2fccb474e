"""Whether what migrations make is in the database: for each row, and for each file without one.

All migrations that ran are followed in the order of their versions, so that what a later one
renamed or dropped is looked for under its last name, or not at all.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from analyzer.analysis.catalog_lookup import Lookup
from analyzer.analysis.object_owners import Owners
from analyzer.analysis.schema_database import Database
from analyzer.analysis.simulated_rows import Rows
from analyzer.analysis.simulated_world import World
from analyzer.model import effect as e
from analyzer.model.attestation import Attestation, Attested, Presence
from analyzer.model.catalog import Catalog
from analyzer.model.effect import Parsed
from analyzer.model.migration import MigrationFile
from analyzer.model.objects import ObjectRef, Role, bare, objects
from analyzer.model.version_table import AppliedRow

ParsedOf = Callable[[MigrationFile], Parsed]
Ran = Sequence[tuple[AppliedRow, MigrationFile | None]]
_WORD = re.compile(r"\w+")
_ROW = {
    Presence.ALL: Attested.APPLIED,
    Presence.SOME: Attested.HALF_APPLIED,
    Presence.NONE: Attested.ROW_WITHOUT_EFFECT,
    Presence.UNKNOWN: Attested.UNKNOWN,
}
_WAITING = {
    Presence.ALL: Attested.EFFECT_WITHOUT_ROW,
    Presence.SOME: Attested.HALF_APPLIED,
    Presence.NONE: Attested.PENDING,
    Presence.UNKNOWN: Attested.UNKNOWN,
}


def attest(
    ran: Ran,
    renamed: Mapping[str, MigrationFile],
    waiting: Iterable[MigrationFile],
    parsed_of: ParsedOf,
    catalog: Catalog,
) -> tuple[Attestation, ...]:
    """Look for the objects of every row's migration, and of every file that has no row.

    Args:
        ran: each row with the text that ran, None where that is not known; in version order.
        renamed: by the path under which it ran, what carries the migration today: attested by
            today's text, in the place of the one that ran.
        waiting: today's files that never ran, by all that the rows say.
    """
    live = World.live(catalog)
    witness = _Witness(_owners(ran, parsed_of, catalog), live, ran, parsed_of)
    of_rows = [witness.row(row, file) for row, file in ran if file is not None]
    of_files = [witness.waiting(file) for file in waiting]
    if renamed:
        now = [(row, file and renamed.get(file.path, file)) for row, file in ran]
        witness = _Witness(_owners(now, parsed_of, catalog), live, now, parsed_of)
        carried = {file.path for file in renamed.values()}
        of_files += [
            _without_row(witness.row(row, file))
            for row, file in now
            if file is not None and file.path in carried
        ]
    return (*of_rows, *sorted(of_files, key=lambda it: it.file.version))


def _owners(ran: Ran, parsed_of: ParsedOf, catalog: Catalog) -> Owners:
    available = catalog.available_extensions or None
    owners = Owners(World(Database(), Rows(), complete=False, available=available))
    for _, file in ran:
        if file is not None:
            owners.follow(file.path, parsed_of(file))
    return owners


def _without_row(attestation: Attestation) -> Attestation:
    """Today's text of a migration that ran under another version."""
    unknown = attestation.presence is Presence.UNKNOWN
    verdict = Attested.UNKNOWN if unknown else Attested.APPLIED
    return replace(attestation, row=None, verdict=verdict)


class _Witness:
    """What the catalogue says of one migration after the other."""

    def __init__(self, owners: Owners, live: World, ran: Ran, parsed_of: ParsedOf) -> None:
        self.owners, self.parsed_of = owners, parsed_of
        self.lookup = Lookup(live, owners.world)
        self.hidden = set(_unread_words(parsed_of(file) for _, file in ran if file is not None))
        unknown = [row.version.number for row, file in ran if file is None]
        self.newest_unknown = max(unknown, default=-1)

    def row(self, row: AppliedRow, file: MigrationFile) -> Attestation:
        """A row, by the text that ran."""
        made = [ref for ref, path in self.owners.made_by.items() if path == file.path]
        dropped = [ref for ref, path in self.owners.removed.items() if path == file.path]
        present = [ref for ref in self._told(made) if self.lookup.has(ref)]
        missing = [ref for ref in self._told(made) if not self.lookup.has(ref)]
        missing = [ref for ref in missing if not self._explained(ref, row)]
        stays = [ref for ref in self._told(dropped) if self.lookup.has(ref)]
        went = [ref for ref in self._told(dropped) if not self.lookup.has(ref)]
        presence = _presence([*present, *went], [*missing, *stays])
        told = (*_outermost(missing), *(f"{it} is still there" for it in _outermost(stays)))
        return Attestation(file, row, presence, _ROW[presence], _outermost(present), told)

    def waiting(self, file: MigrationFile) -> Attestation:
        """A file without a row: what it would make, less what others made already."""
        trial = self.owners.fork()
        trial.follow(file.path, self.parsed_of(file))
        lookup = Lookup(self.lookup.live, trial.world)
        made = [ref for ref in trial.made_by if ref.kind != "extension"]
        made = [ref for ref in made if ref not in trial.uncertain and lookup.tells(ref)]
        present = [ref for ref in made if lookup.has(ref)]
        missing = [ref for ref in made if not lookup.has(ref)]
        presence = _presence(present, missing)
        shown = _outermost(present), _outermost(missing)
        return Attestation(file, None, presence, _WAITING[presence], *shown)

    def _told(self, refs: Sequence[ObjectRef]) -> list[ObjectRef]:
        unsure = self.owners.uncertain
        return [ref for ref in refs if ref not in unsure and self.lookup.tells(ref)]

    def _explained(self, ref: ObjectRef, row: AppliedRow) -> bool:
        """Whether a later row whose text is not known, or code not read, may have taken it away."""
        if row.version.number < self.newest_unknown:
            return True
        return not self.hidden.isdisjoint(_WORD.findall(ref.name))


def _presence(present: Sequence[ObjectRef], missing: Sequence[ObjectRef]) -> Presence:
    if not present and not missing:
        return Presence.UNKNOWN
    if not missing:
        return Presence.ALL
    return Presence.SOME if present else Presence.NONE


def _outermost(refs: Sequence[ObjectRef]) -> tuple[str, ...]:
    """The objects without those inside a table that is among them."""
    tables = {ref.name for ref in refs if ref.kind == "table"}
    inner = ("column", "foreign_key", "constraint")
    kept = [
        ref
        for ref in refs
        if not (ref.kind in inner and ref.name.rpartition(".")[0] in tables)
        and not (ref.kind == "index" and any(f"_{name}_" in ref.name for name in tables))
    ]
    return tuple(str(ref) for ref in sorted(kept))


def _unread_words(migrations: Iterable[Parsed]) -> Iterator[str]:
    """The words of code that could not be read: what it names it may have changed."""
    for parsed in migrations:
        for effect in map(bare, parsed.effects):
            if isinstance(effect, e.Opaque):
                yield from _WORD.findall(effect.text)


def choose_by_catalog(
    files: Sequence[MigrationFile], parsed_of: ParsedOf, catalog: Catalog
) -> MigrationFile | None:
    """The one of several migrations whose objects are there, while those of all others are not.

    What two of them make does not count. Returns: None where the catalogue does not tell.
    """
    lookup = Lookup(World.live(catalog), World(Database(), Rows(), complete=False))
    made = [_made(parsed_of(file), lookup) for file in files]
    found = []
    for place, file in enumerate(files):
        others = set[ObjectRef]().union(*(it for at, it in enumerate(made) if at != place))
        own = made[place] - others
        there = {ref for ref in own if lookup.has(ref)}
        if there and there != own:
            return None
        if there:
            found.append(file)
        elif not own:
            return None
    return found[0] if len(found) == 1 else None


def _made(parsed: Parsed, lookup: Lookup) -> set[ObjectRef]:
    return {
        ref
        for effect in parsed.effects
        if not isinstance(effect, e.Guarded)
        for role, ref in objects(effect)
        if role is Role.CREATES and ref.kind != "extension" and lookup.tells(ref)
    }
