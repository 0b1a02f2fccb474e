"""Which migration must run before which, and why: all migrations are followed in their order."""

from collections.abc import Iterable, Sequence

from analyzer.analysis.forecast.dependency_runs import runs
from analyzer.analysis.order.dependency_cycles import find_cycles
from analyzer.analysis.order.dependency_touches import Known, know, touches, watched_rows
from analyzer.analysis.order.lifetimes import Life, LiveObjects, awaited
from analyzer.analysis.order.missing_objects import explain_missing
from analyzer.engines.ports.types import Types
from analyzer.model.core.condition import holds
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import ObjectRef, Role, bare, objects
from analyzer.model.findings.dependency import (
    DependencyGraph,
    Edge,
    MigrationLine,
    Skipped,
    Tie,
    Violation,
)
from analyzer.model.findings.schema_state import ReadMigration, UnknownPart
from analyzer.records import Struct, field

_CHANGES = frozenset({Role.CREATES, Role.ALTERS, Role.DROPS})
_STRICT = frozenset({"table", "column", "type", "extension", "index", "migration"})


def build_graph(migrations: Sequence[ReadMigration], types: Types | None = None) -> DependencyGraph:
    """Find the order that must hold between migrations.

    What a migration needs is provided by the latest earlier one that creates it or gives it its
    name; where only a later one does, that is a violation. What is under a guard is needed only
    where the guard lets it happen.

    Args: migrations: in the order in which they run (by version).
        types: the engine's, which knows what a server has by itself; None where nobody will ask
            what is missing.
    """
    effects = runs(migrations)
    tracer = _Tracer(migrations, know(effects))
    for index, done in enumerate(effects):
        tracer.follow(index, done)
    edges = tuple(edge for _, edge in sorted(tracer.edges.items(), key=_by_end))
    return DependencyGraph(
        tuple(migrations),
        edges,
        tuple(tracer.violations.values()),
        find_cycles(edges, tracer.violations.values()),
        explain_missing(tracer.missing, migrations, tracer.opaque, types),
        tuple(tracer.skipped.values()),
        tuple(tracer.opaque),
    )


class _Tracer(Struct):
    """The way through the migrations; ``index`` is the one whose turn it is."""

    migrations: Sequence[ReadMigration]
    known: Known
    world: LiveObjects = field(default_factory=LiveObjects)
    index: int = 0
    line: int = 1
    edges: dict[tuple[int, int, ObjectRef], Edge] = field(default_factory=dict)
    violations: dict[tuple[int, ObjectRef], Violation] = field(default_factory=dict)
    skipped: dict[tuple[int, ObjectRef], Skipped] = field(default_factory=dict)
    missing: dict[ObjectRef, dict[MigrationLine, None]] = field(default_factory=dict)
    opaque: list[UnknownPart] = field(default_factory=list)
    answers: dict[int, bool | None] = field(default_factory=dict)

    def follow(self, index: int, effects: Iterable[e.Effect]) -> None:
        """Let one migration do what it does."""
        self.index = index
        self.answers.clear()
        temporary = []
        for effect in effects:
            self.line = bare(effect).line
            self._follow(effect)
            plain = bare(effect)
            if isinstance(plain, e.CreateTable) and plain.temporary:
                temporary.append(ObjectRef("table", plain.table.name))
        for ref in temporary:
            self.world.remove(ref, index)

    # guards

    def _follow(self, effect: e.Effect) -> None:
        if not isinstance(effect, e.Guarded):
            self._apply(effect, soft=False)
            return
        decided = self._answered(effect.asked)
        if decided is False:
            self._skip(effect)
        elif decided is None and not effect.likely:
            self._look(effect.effect)
        else:
            self._apply(effect.effect, soft=decided is None or effect.rescued)

    def _answered(self, asked: Sequence[e.AnsweredQuestion]) -> bool | None:
        """Whether all questions get the answers that are asked for; each is asked only once."""
        verdicts: list[bool | None] = []
        for question in asked:
            if question.number not in self.answers:
                self.answers[question.number] = holds(question.condition, self.world.fact_holds)
            known = self.answers[question.number]
            verdicts.append(None if known is None else known is question.answer)
        return False if False in verdicts else None if None in verdicts else True

    def _skip(self, effect: e.Guarded) -> None:
        """Remember a change that is left out only because what it waits for comes later."""
        waits_for = next(awaited(effect.condition, self.world), None)
        change = next((ref for role, ref in objects(effect) if role is Role.CREATES), None)
        if waits_for is None or change is None or change in self.world.alive:
            return
        if self.known.after(change, self.index) is not None:
            return  # somebody does it later
        provider = self.known.after(waits_for, self.index)
        if provider is not None:
            path = self.migrations[self.index].path
            self.skipped[self.index, change] = Skipped(
                path, effect.line, change, waits_for, self.migrations[provider].path
            )

    def _look(self, effect: e.PlainEffect) -> None:
        """See what an effect would use, though most likely it does not happen."""
        for role, ref in touches(effect, self.known):
            if role is not Role.CREATES:
                self._need(ref, soft=True)

    # effects

    def _apply(self, effect: e.PlainEffect, *, soft: bool) -> None:
        match effect:
            case e.Opaque(text, line, why):
                path = self.migrations[self.index].path
                self.opaque.append(UnknownPart(path, line, text, why))
            case e.RunMigration():
                return
            case e.WriteData() | e.ReadData():
                self._work_on_rows(effect, soft=soft)
            case _:
                self._change(effect, soft=soft)

    def _change(self, effect: e.PlainEffect, *, soft: bool) -> None:
        named = touches(effect, self.known)
        created = [ref for role, ref in named if role is Role.CREATES]
        if self._already_there(effect, created):
            return
        optional = bool(getattr(effect, "if_exists", False))
        forced = isinstance(effect, e.CreateTable) and effect.force
        for role, ref in named:
            if role is Role.DROPS or (role is not Role.CREATES and ref not in created):
                self._need(ref, soft=soft or optional)
        if isinstance(effect, e.RenameTable):
            self.world.rename_table(effect, self.index)
        dropped = [ref for role, ref in named if role is Role.DROPS]
        for ref in [*dropped, *(created[:1] if forced else ())]:
            self._destroy(ref)
        if (watched := watched_rows(effect)) is not None:
            self._after_rows(watched)
        for ref in created:
            self._create(ref)
        self._settle(effect)

    def _already_there(self, effect: e.PlainEffect, created: Sequence[ObjectRef]) -> bool:
        """Whether an effect passes over what it finds: then it does nothing."""
        tolerant = getattr(effect, "if_not_exists", False) or isinstance(
            effect, e.EnableExtension | e.CreateEnum
        )
        return bool(tolerant and created and created[0] in self.world.alive)

    def _create(self, ref: ObjectRef) -> None:
        remover = self.world.gone.get(ref)
        if remover is not None:
            self._edge(remover, ref, Tie.REUSES)
        table = ref.name.rpartition(".")[0] if ref.kind in _IN_TABLES else None
        self.world.create(ref, self.index, table)

    def _destroy(self, ref: ObjectRef) -> None:
        life = self.world.remove(ref, self.index)
        if life is None:
            return
        for user in life.users:
            self._edge(user, ref, Tie.DESTROYS)

    def _settle(self, effect: e.PlainEffect) -> None:
        """Add the other names of an effect's objects, and note what is unknown of them."""
        match effect:
            case e.CreateTable(table, query=query, like=like):
                self.world.create_table_keys(table, self.index)
                self.world.inherit(table.name, like, self.index)
                if query is not None:
                    self.world.unsure.add(table.name)
            case e.AddIndex(table, index):
                self.world.create_index(table, index, self.index)
            case e.AddForeignKey(table, key):
                self.world.create_key(table, key, self.index)
            case e.RenameColumn():
                self.world.rename_column(effect)
            case _:
                return

    # rows

    def _work_on_rows(self, effect: e.WriteData | e.ReadData, *, soft: bool) -> None:
        table = self._candidate(effect)
        self._need(ObjectRef("table", table), soft=soft)
        for column in effect.columns:
            self._need(ObjectRef("column", f"{table}.{column}"), soft=soft)
        if not isinstance(effect, e.WriteData) or effect.action is not e.DataAction.INSERT:
            self._after_rows(table)
        if isinstance(effect, e.WriteData):
            self.world.written[table] = self.index

    def _candidate(self, effect: e.WriteData | e.ReadData) -> str:
        """The table that is meant: of two, the one that is there, else the one that will be."""
        names = [effect.table, *([effect.or_table] if effect.or_table else [])]
        refs = [ObjectRef("table", name) for name in names]
        there = [ref.name for ref in refs if self.world.find(ref) is not None]
        ever = [ref.name for ref in refs if ref in self.known.creators]
        return [*there, *ever, *names][0]

    def _after_rows(self, table: str) -> None:
        writer = self.world.written.get(table)
        if writer is not None:
            self._edge(writer, ObjectRef("data", table), Tie.DATA)

    # needs

    def _need(self, ref: ObjectRef, *, soft: bool) -> None:
        life = self.world.find(ref)
        if life is not None:
            self._use(life, ref)
        elif not soft and ref not in self.world.alive:
            self._lack(ref)

    def _use(self, life: Life, ref: ObjectRef) -> None:
        life.users.setdefault(self.index, self.line)
        if ref.kind == "column":
            table = self.world.find(ObjectRef("table", ref.name.rpartition(".")[0]))
            if table is not None:
                table.users.setdefault(self.index, self.line)
        self._edge(life.provider, life.ref, Tie.NEEDS)

    def _lack(self, ref: ObjectRef) -> None:
        """Something is not there: it comes later, or went before, or nobody ever creates it.

        Nothing can be said where code before it was left unread that may make anything.
        """
        if any(it.parsed.partial for it in self.migrations[: self.index + 1]):
            return
        table = ref.name.rpartition(".")[0] if ref.kind == "column" else ""
        if table in self.world.unsure:
            return
        later = self.known.after(ref, self.index)
        gone = self.world.gone.get(ref)
        if later is None and table and self.world.find(ObjectRef("table", table)) is None:
            return  # told of its table
        if later is not None or (gone is not None and ref.kind in _STRICT):
            self._violate(ref, later, gone)
        elif ref.kind in _STRICT and ref.kind != "migration":
            place = MigrationLine(self.migrations[self.index].path, self.line)
            self.missing.setdefault(ref, {})[place] = None

    def _violate(self, ref: ObjectRef, later: int | None, gone: int | None) -> None:
        path = self.migrations[self.index].path
        if gone == self.index:
            return
        self.violations.setdefault(
            (self.index, ref),
            Violation(
                path,
                self.line,
                ref,
                None if later is None else self.migrations[later].path,
                None if gone is None else self.migrations[gone].path,
            ),
        )

    def _edge(self, before: int, because: ObjectRef, tie: Tie) -> None:
        if before == self.index:
            return
        paths = self.migrations[before].path, self.migrations[self.index].path
        self.edges.setdefault((before, self.index, because), Edge(*paths, because, tie, self.line))


def _by_end(item: tuple[tuple[int, int, ObjectRef], Edge]) -> tuple[int, int, str]:
    before, after, because = item[0]
    return after, before, str(because)


_IN_TABLES = frozenset({"column", "index", "foreign_key", "constraint"})
