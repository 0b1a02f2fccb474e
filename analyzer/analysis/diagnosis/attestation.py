"""Whether what migrations make is in the database: for each row, and for each file without one.

All migrations that ran are followed in the order of their versions, so that what a later one
renamed or dropped is looked for under its last name, or not at all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.assumed_order import AssumedOrder, KnownEnds, ParsedOf
from analyzer.analysis.diagnosis.catalog_lookup import Lookup
from analyzer.analysis.diagnosis.row_evidence import RowEvidence, Said
from analyzer.analysis.forecast.object_owners import Owners
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, in_transaction
from analyzer.analysis.schema.unread_names import UnreadNames
from analyzer.engines.base import Engine
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version_table import AppliedRow
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import ObjectRef, Role, objects
from analyzer.model.findings.attestation import Attestation, Attested, Presence
from analyzer.model.schema.catalog import Catalog
from analyzer.records import Struct, replace

if TYPE_CHECKING:
    from analyzer.analysis.diagnosis.waiting_files import CatalogEvidence

Ran = Sequence[tuple[AppliedRow, MigrationFile | None]]
_DROPPING = re.compile(r"(?:drop|remove|delete)_(?:table_)?(\w+?)(?:_table)?")
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
    engine: Engine,
    known: KnownEnds | None = None,
) -> tuple[Attestation, ...]:
    """Look for the objects of every row's migration, and of every file that has no row.

    Args:
        ran: each row with the text that ran, None where that is not known; in version order.
        renamed: by the path under which it ran, what carries the migration today: attested by
            today's text, in the place of the one that ran.
        waiting: today's files that never ran, by all that the rows say.
        engine: brings types and expressions into their one form.
        known: where courses lead to, as far as other databases of this run asked.
    """
    known = {} if known is None else known
    examined = _Examination(ran, parsed_of, catalog, engine, known)
    of_files = [_of_file(file, evidence) for file, evidence in examined.files(tuple(waiting))]
    of_rows = list(examined.rows(ran))
    if renamed:
        now = [(row, file and renamed.get(file.path, file)) for row, file in ran]
        carried = {file.path for file in renamed.values()}
        today = _Examination(now, parsed_of, catalog, engine, known)
        of_files += [_without_row(it) for it in today.rows(now) if it.file.path in carried]
    return (*of_rows, *sorted(of_files, key=lambda it: it.file.version))


def _without_row(attestation: Attestation) -> Attestation:
    """Today's text of a migration that ran under another version."""
    unknown = attestation.presence is Presence.UNKNOWN
    verdict = Attested.UNKNOWN if unknown else Attested.APPLIED
    return replace(attestation, row=None, verdict=verdict, doubted=None)


class _Examination:
    """All migrations that ran, and those files without a row whose work is done."""

    def __init__(
        self,
        ran: Ran,
        parsed_of: ParsedOf,
        catalog: Catalog,
        engine: Engine,
        known: KnownEnds,
    ) -> None:
        self.parsed_of = parsed_of
        self.looked_into = replace(catalog, sizes={})  # they differ, and say nothing here
        self.live = SimulatedDatabase.live(catalog, engine)
        available = catalog.available_extensions or None
        start = Owners(SimulatedDatabase.of_files(engine, available, table_case=catalog.table_case))
        files = [file for _, file in ran if file is not None]
        self.course = AssumedOrder(start, parsed_of, files, known)
        self.hidden = UnreadNames.by([parsed_of(file) for file in files])
        self.meant = frozenset(filter(None, map(_meant_to_drop, files)))
        self.excused: set[ObjectRef] = set()
        unknown = [row for row, file in ran if file is None]
        self.unknown = max(unknown, key=lambda row: row.version.key, default=None)

    def files(
        self, waiting: Sequence[MigrationFile]
    ) -> "Iterator[tuple[MigrationFile, CatalogEvidence]]":
        """Judge the files without a row. One whose work is done counts as run for the others."""
        found: dict[str, CatalogEvidence] = {}
        left = list(waiting)
        while left:
            done = self._judged(left, found)
            if not done:
                break
            left = [file for file in left if file.path not in done]
            self.course.take_in([file for file in waiting if file.path in done])
        return ((file, found[file.path]) for file in waiting)

    def _judged(
        self, files: Sequence[MigrationFile], found: "dict[str, CatalogEvidence]"
    ) -> set[str]:
        """Judge files side by side; returns those whose work is done, each object told once."""
        from analyzer.analysis.diagnosis.waiting_files import Judge  # mostly nothing waits

        base = self.course.end()
        judge = Judge(base, Lookup(self.live, base.world))
        done, told = set[str](), set[ObjectRef]()
        for file, trial in self.course.with_each(files):
            evidence = judge.evidence(file, self.parsed_of(file), trial)
            found[file.path] = evidence
            self.excused.update(evidence.excused)
            if evidence.complete and told.isdisjoint(evidence.present):
                done.add(file.path)
                told.update(evidence.present)
        return done

    def rows(self, ran: Ran) -> Iterator[Attestation]:
        """Judge the rows by the texts that ran."""
        known, names = self.course.reached()
        of = self.looked_into, self.hidden, self.meant, frozenset(self.excused)
        evidence, found = known.conclude(of, self._evidence)
        for row, file in ran:
            if file is not None:
                one = names[file.path], file.blob
                if one not in found:
                    found[one] = self._found(evidence.of(one[0]), file)
                yield self._of_row(row, file, found[one])

    def _evidence(self, owners: Owners) -> tuple[RowEvidence, dict[tuple[str, str], "_Found"]]:
        dropped = {it for it in self.meant if ObjectRef("table", it) in owners.made_by}
        lookup = Lookup(self.live, owners.world)
        hidden = self.hidden.and_also(dropped)
        return RowEvidence(owners, lookup, hidden, frozenset(self.excused)), {}

    def _found(self, said: Said, file: MigrationFile) -> "_Found":
        there = (*said.present, *said.done)
        # all or nothing: what it took away was made anew since
        anew = bool(there) and in_transaction(self.live, self.parsed_of(file))
        stays = () if anew else said.stays
        gone = (*said.missing, *stays, *said.unrenamed)
        presence = Presence.SOME if said.invalid else _presence(there, gone)
        missing = (
            *_outermost(said.missing),
            *(f"{it} is still there" for it in _outermost(stays)),
            *said.unrenamed,
            *map(_invalid, said.invalid),
        )
        return _Found(presence, _outermost(said.present), missing, bool(gone))

    def _of_row(self, row: AppliedRow, file: MigrationFile, found: "_Found") -> Attestation:
        shown = found.present, found.missing
        if found.gone and self.unknown is not None and row.version < self.unknown.version:
            newest = self.unknown.version.text
            return Attestation(
                file, row, Presence.UNKNOWN, Attested.UNKNOWN, *shown, doubted=newest
            )
        return Attestation(file, row, found.presence, _ROW[found.presence], *shown)


class _Found(Struct, frozen=True):
    """What the catalogue shows of a migration that ran; ``gone``: whether anything is not so."""

    presence: Presence
    present: tuple[str, ...]
    missing: tuple[str, ...]
    gone: bool


def _of_file(file: MigrationFile, evidence: "CatalogEvidence") -> Attestation:
    """The verdict on a file without a row."""
    there = (*evidence.present, *(evidence.taken if evidence.complete else ()))
    presence = _presence(there, evidence.missing)
    if evidence.invalid:
        presence = Presence.SOME
    gone = tuple(f"{ref} is gone" for ref in evidence.taken) if evidence.complete else ()
    present = (*_outermost(evidence.present), *gone)
    missing = (*_outermost(evidence.missing), *map(_invalid, evidence.invalid))
    verdict = _WAITING[presence]
    return Attestation(
        file,
        None,
        presence,
        verdict,
        present,
        missing,
        tolerant=evidence.tolerant,
        repeats=evidence.repeats,
    )


def _invalid(ref: ObjectRef) -> str:
    return f"{ref} is INVALID"


def _presence(present: Sequence[object], missing: Sequence[object]) -> Presence:
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


def _meant_to_drop(file: MigrationFile) -> str | None:
    """The table that a migration drops by its name; its text may leave that to somebody's hands."""
    found = _DROPPING.fullmatch(file.name.slug)
    return found[1] if found else None


def choose_by_catalog(
    files: Sequence[MigrationFile],
    parsed_of: ParsedOf,
    catalog: Catalog,
    engine: Engine,
    others: Iterable[MigrationFile],
) -> MigrationFile | None:
    """The one of several migrations whose objects are there, while those of all others are not.

    What two of them make does not count, nor what another migration makes, takes away or renames.

    Args: others: further migrations that may have run.
    Returns: None where the catalogue does not tell.
    """
    lookup = Lookup(SimulatedDatabase.live(catalog, engine), SimulatedDatabase.of_files(engine))
    made = [_made(parsed_of(file), lookup) for file in files]
    touched = {ref for file in others for ref in _made_or_taken(parsed_of(file))}
    found = []
    for place, file in enumerate(files):
        shared = set[ObjectRef]().union(*(it for at, it in enumerate(made) if at != place))
        own = made[place] - shared - touched
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


def _made_or_taken(parsed: Parsed) -> Iterator[ObjectRef]:
    told = {Role.CREATES, Role.DROPS}
    return (ref for it in parsed.effects for role, ref in objects(it) if role in told)
