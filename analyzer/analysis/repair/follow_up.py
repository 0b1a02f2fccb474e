"""What edits of migrations bring that a database lacks: the difference of two schemas.

The texts of today and the texts that ran are replayed in the same order, so that only what the
edits change differs. Of that, what the database lacks is what a follow-up must bring.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial

from analyzer.analysis.repair.follow_up_limits import parted
from analyzer.analysis.schema.schema import replay
from analyzer.analysis.schema.schema_diff import compare_schemas
from analyzer.analysis.schema.schema_facets import default_text
from analyzer.analysis.schema.schema_options import options_of
from analyzer.engines.base import Engine
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import Role, objects
from analyzer.model.findings.follow_up import Lack
from analyzer.model.findings.schema_diff import Blame, Change, Difference, Holding, ObjectStatus
from analyzer.model.findings.schema_state import ReadMigration, SchemaState
from analyzer.model.schema.schema import Computed, Schema
from analyzer.records import Struct, replace

_Key = tuple[str, str | None, str]  # kind, table, name
_GONE = "all of it is missing, which no edit explains: see migdoctor schema --diff database"
_WHOLE = frozenset({"*"})  # the object itself, not only some of its properties


class MigrationTexts(Struct, frozen=True):
    """An application's migrations, as they are now and as they ran.

    Args:
        now: all files of today in version order.
        ran: by today's path, the text and the version that ran, of all that ran otherwise.
        edited: the paths whose text changed after it ran.
        pending: the paths that the next migrate runs.
        gone: what ran and is deleted since.
    """

    now: Sequence[ReadMigration]
    ran: Mapping[str, ReadMigration]
    edited: frozenset[str]
    pending: frozenset[str] = frozenset()
    gone: Sequence[ReadMigration] = ()

    def as_it_ran(self, also: Sequence[ReadMigration] = ()) -> list[ReadMigration]:
        """Sort the files: those that ran, by the version that ran, then those still to run."""
        ran = [self.ran.get(it.path, it) for it in self.now if it.path not in self.pending]
        return [*_sorted([*ran, *also]), *self.to_run()]

    def to_run(self) -> list[ReadMigration]:
        """List the pending files, which run before the follow-up, as it is newer than all."""
        return [it for it in self.now if it.path in self.pending]


class SchemaGap(Struct, frozen=True):
    """The differences that a follow-up found, those to leave alone, and those to bring."""

    wanted: Schema
    there: Schema
    lacks: tuple[Lack, ...]


def find_gap(texts: MigrationTexts, live: Schema | None, engine: Engine) -> SchemaGap:
    """Find what today's texts of the edited migrations bring that is not there.

    Args:
        live: the database's schema; None where there is none to look into: then what ran is
            taken for what is there.
        engine: brings types and expressions into the one form that their ways of writing share.
    """
    state = replay(texts.now, engine=engine)
    if live is None:
        there = replay(texts.as_it_ran(also=texts.gone), engine=engine).schema
    else:
        there = replay(texts.to_run(), live, engine=engine).schema
    scope = _scope(texts, state, engine)
    found = compare_schemas(state, there, Holding(), _blame(texts, state), engine)
    kept = [*filter(None, (_within(it, scope) for it in found))]
    kept += _extensions(texts, there if live is None else live, kept)
    kept += _computed_anew(state.schema, replay(texts.as_it_ran(), engine=engine).schema)

    @cache
    def changed_by(path: str) -> frozenset[_Key]:
        return _changed_by(path, texts, engine)

    lacks = (
        lack if _key(it) in scope or it.kind != "table" else replace(lack, left=_GONE)
        for it in map(partial(_as_sure_as, texts.now), kept)
        for lack in parted(it, state.schema, there, _path(it, texts, changed_by), engine.title)
    )
    return SchemaGap(state.schema, there, tuple(lacks))


def _as_sure_as(migrations: Iterable[ReadMigration], difference: Difference) -> Difference:
    """Leave an extension open unless some file enables it without asking the server for it."""
    if difference.kind != "extension" or difference.status is not ObjectStatus.MISSING:
        return difference
    sure = (difference.name, True) in {pair for it in migrations for pair in _enabled(it)}
    return replace(difference, allowed=not sure)


def _sorted(migrations: Iterable[ReadMigration]) -> list[ReadMigration]:
    return sorted(migrations, key=lambda it: (it.version, it.path))


def _blame(texts: MigrationTexts, state: SchemaState) -> Blame:
    options = options_of(texts.now)
    versions = {it.path: it.version for it in texts.now}
    return Blame(versions, None, state.opaque, options.may_lack, options.may_have)


# What the edits change


def _scope(
    texts: MigrationTexts, today: SchemaState, engine: Engine
) -> Mapping[_Key, frozenset[str]]:
    """The objects that the edits change, by what of them; in the order of then, and of now."""
    now = {it.path: it for it in texts.now}
    then = texts.as_it_ran()
    turned = [replace(it, parsed=now[it.path].parsed) for it in then]
    unedited = [replace(it, parsed=texts.ran.get(it.path, it).parsed) for it in texts.now]
    pairs = (
        (replay(turned, engine=engine), replay(then, engine=engine)),
        (today, replay(unedited, engine=engine)),
    )
    scope: dict[_Key, frozenset[str]] = {}
    for state, before in pairs:
        for it in compare_schemas(state, before.schema, Holding(), Blame({}), engine):
            changed = frozenset(change.what for change in it.changes) or _WHOLE
            scope[_key(it)] = scope.get(_key(it), frozenset()) | changed
    return scope


def _changed_by(path: str, texts: MigrationTexts, engine: Engine) -> frozenset[_Key]:
    """The objects that one edit alone changes."""
    then = texts.as_it_ran()
    (edited,) = (it for it in texts.now if it.path == path)
    turned = [replace(it, parsed=edited.parsed) if it.path == path else it for it in then]
    before = replay(then, engine=engine).schema
    found = compare_schemas(replay(turned, engine=engine), before, Holding(), Blame({}), engine)
    return frozenset(map(_key, found))


def _key(difference: Difference) -> _Key:
    return difference.kind, difference.table, difference.name


def _within(found: Difference, scope: Mapping[_Key, frozenset[str]]) -> Difference | None:
    """The part of a difference that the edits account for; None where it is none of theirs."""
    if found.table is not None and "*" in scope.get(("table", found.table, found.table), ()):
        return found
    changed = scope.get(_key(found))
    if changed is None:
        own = found.kind == "table" and found.status is ObjectStatus.MISSING
        return found if own and any(table == found.table for _, table, _ in scope) else None
    if changed & _WHOLE or not found.changes:
        return found
    changes = tuple(change for change in found.changes if change.what in changed)
    return replace(found, changes=changes) if changes else None


def _extensions(
    texts: MigrationTexts, there: Schema, found: Sequence[Difference]
) -> Iterator[Difference]:
    """Extensions that only the new texts enable: enabling them twice does no harm.

    Another migration may enable one as well, or may have found it missing on the server.
    """
    known = {it.name for it in found if it.kind == "extension"}
    edited = [it for it in texts.now if it.path in texts.edited]
    before = {it.path: {name for name, _ in _enabled(texts.ran[it.path])} for it in edited}
    anew = {name for it in edited for name, _ in _enabled(it) if name not in before[it.path]}
    for name in sorted(anew - known - there.extensions):
        yield Difference(ObjectStatus.MISSING, "extension", name)


def _enabled(migration: ReadMigration) -> Iterator[tuple[str, bool]]:
    """The extensions that a migration enables, and whether it does without a condition."""
    for effect in migration.parsed.effects:
        match effect:
            case e.EnableExtension(name):
                yield name, True
            case e.Guarded(e.EnableExtension(name)):
                yield name, False
            case _:
                continue


def _computed_anew(wanted: Schema, before: Schema) -> Iterator[Difference]:
    """Defaults that a new text computes: they are in no comparison, as nobody can foresee them."""
    for table in wanted.tables.values():
        former = before.tables.get(table.name)
        for column in table.columns if former is not None else ():
            other = former.column(column.name) if former is not None else None
            computed = isinstance(column.default, Computed)
            if computed and other is not None and other.default != column.default:
                change = Change(
                    "default", default_text(column.default), default_text(other.default)
                )
                yield Difference(
                    ObjectStatus.DIFFERENT, "column", column.name, table.name, changes=(change,)
                )


# Which edit brings it


def _path(
    difference: Difference, texts: MigrationTexts, changed_by: Callable[[str], Collection[_Key]]
) -> str:
    """The edited file that touches the object or its table last, or whose edit makes it so."""
    responsible = difference.responsible
    if responsible is not None and responsible.path in texts.edited:
        return responsible.path
    edited = [it for it in texts.now if it.path in texts.edited]
    own = f"{difference.table}.{difference.name}"
    bare = () if difference.kind == "column" else (difference.name,)
    for name in (own, *bare, difference.table):
        for it in reversed(edited):
            if name is not None and name in _names(it) | _names(texts.ran[it.path]):
                return it.path
    causes = (it.path for it in edited if _key(difference) in changed_by(it.path))
    return next(causes, edited[-1].path)


def _names(migration: ReadMigration) -> set[str]:
    """The names of all that a migration creates, changes or drops."""
    return {
        ref.name
        for effect in migration.parsed.effects
        for role, ref in objects(effect)
        if role in {Role.CREATES, Role.ALTERS, Role.DROPS}
    }
