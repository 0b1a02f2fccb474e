"""Effects added up to a schema: a replay of all migrations, in memory and without any database."""

from collections.abc import Iterable, Sequence

from analyzer.analysis.schema.name_lookup import forget_temporary, is_temporary, located
from analyzer.analysis.schema.schema_database import Database, EffectRefusedError
from analyzer.analysis.schema.schema_effects import apply_effect
from analyzer.engines.base import Engine
from analyzer.engines.registry import engine_in_hand
from analyzer.model.core.condition import holds
from analyzer.model.core.version import NO_VERSION
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect, Parsed, PlainEffect
from analyzer.model.effects.inverse import inverse
from analyzer.model.effects.objects import ObjectRef, Role, objects
from analyzer.model.findings.schema_state import Conflict, ReadMigration, SchemaState, UnknownPart
from analyzer.model.schema.schema import Schema
from analyzer.records import Struct, field, replace

_CHANGES = frozenset({Role.CREATES, Role.ALTERS, Role.DROPS})


def replay(
    migrations: Iterable[ReadMigration],
    start: Schema | None = None,
    *,
    engine: Engine | None = None,
    table_case: bool | None = None,
) -> SchemaState:
    """Add up what migrations do.

    Args: migrations: in the order in which they run (by version).  start: what is there before
        the first of them; None for an empty database.  engine: says whether the case of a name
        means anything; None for where it does.  table_case: what a server says of its tables.
    Returns: the schema after the last one. An effect that the schema at its point does not allow is
        left out and told as a conflict; one under a condition that cannot be decided is done where
        the file's form makes that likely, and told as unknown.
    """
    run = _Replay(Database.of(start or Schema(), engine, table_case=table_case))
    for migration in migrations:
        if migration.stood_for:
            continue
        run.path = migration.path
        run.answers.clear()
        run.apply_all(migration.parsed.effects)
        forget_temporary(run.database)
        if migration.parsed.class_name is not None:
            run.earlier[migration.parsed.class_name] = migration.parsed
    return SchemaState(
        run.database.schema(), tuple(run.conflicts), tuple(run.opaque), run.responsible
    )


def schema_of_effects(effects: Sequence[Effect], path: str = "") -> SchemaState:
    """The schema that a schema file's effects build from nothing."""
    return replay([ReadMigration(NO_VERSION, path, Parsed(tuple(effects)))])


class _Replay(Struct):
    """The replay between two effects."""

    database: Database
    path: str = ""
    conflicts: list[Conflict] = field(default_factory=list)
    opaque: list[UnknownPart] = field(default_factory=list)
    responsible: dict[ObjectRef, str] = field(default_factory=dict)
    earlier: dict[str, Parsed] = field(default_factory=dict)
    answers: dict[int, bool | None] = field(default_factory=dict)  # of one run of one migration
    depth: int = 0

    def apply_all(self, effects: Iterable[Effect]) -> None:
        """Apply effects in order."""
        for effect in effects:
            if isinstance(effect, e.Guarded):
                self._guarded(effect)
            else:
                self._told(effect)

    def _guarded(self, effect: e.Guarded) -> None:
        decided = self._answered(effect.asked)
        if isinstance(effect.effect, e.Opaque | e.ReadData | e.WriteData):
            if decided is not False:
                self._told(effect.effect)
            return
        if decided is None:
            text = type(effect.effect).__name__
            why = "it depends on a condition that cannot be decided here"
            done = "taken as done" if effect.likely else "taken as not done"
            self.opaque.append(UnknownPart(self.path, effect.line, text, f"{why}: {done}"))
        if not (effect.likely if decided is None else decided):
            return
        if decided is None or effect.rescued:
            self._silently(effect.effect)
        else:
            self._told(effect.effect)

    def _answered(self, asked: Sequence[e.AnsweredQuestion]) -> bool | None:
        """Whether all questions get the answers that are asked for; each is asked only once."""
        verdicts: list[bool | None] = []
        for question in asked:
            if question.number not in self.answers:
                answer = holds(question.condition, self.database.fact_holds)
                self.answers[question.number] = answer
            known = self.answers[question.number]
            verdicts.append(None if known is None else known is question.answer)
        return False if False in verdicts else None if None in verdicts else True

    def _silently(self, effect: PlainEffect) -> None:
        try:
            self._apply(effect)
        except EffectRefusedError:
            return

    def _told(self, effect: PlainEffect) -> None:
        try:
            self._apply(effect)
        except EffectRefusedError as refused:
            self.conflicts.append(Conflict(self.path, effect.line, str(refused)))

    def _apply(self, effect: PlainEffect) -> None:
        match effect:
            case e.Opaque(text, line, why):
                self.opaque.append(UnknownPart(self.path, line, text, why, effect.within))
            case e.RunMigration():
                self._run(effect)
            case e.ReadData() | e.WriteData():
                return
            case _:
                meant = located(self.database, effect)
                self._tell_kept(meant)
                apply_effect(self.database, meant)  # type: ignore[arg-type]  # of the same kinds
                if not is_temporary(meant):
                    self._remember(effect)
                    self._tell_unknown_columns(effect)

    def _remember(self, effect: PlainEffect) -> None:
        if isinstance(effect, e.RenameTable):
            self._carry(effect.old, effect.new)
        for role, ref in objects(effect):
            if role not in _CHANGES or (role is Role.ALTERS and ref.kind == "table"):
                continue
            self.responsible[ref] = self.path

    def _tell_unknown_columns(self, effect: PlainEffect) -> None:
        """CREATE TABLE AS: the columns are those of a query; or a type is computed."""
        if not isinstance(effect, e.CreateTable) or effect.temporary:
            return
        told = [f"{it} is computed" for it in effect.computed]
        if effect.query is not None:
            told.append("its columns are those of a query, which only the database knows")
        for why in told:
            self.opaque.append(UnknownPart(self.path, effect.line, effect.table.name, why))

    def _tell_kept(self, effect: object) -> None:
        """A column changes in a table that is made anew: it may keep what the file does not say."""
        if engine_in_hand().features.alters_in_place or not isinstance(effect, e.ChangeColumn):
            return
        from analyzer.analysis.schema.remade_tables import may_keep

        if kept := may_keep(self.database, effect):
            why = f"the framework's version decides whether it keeps {', '.join(kept)}"
            text = f"{effect.table}.{effect.column.name}"
            self.opaque.append(UnknownPart(self.path, effect.line, text, why))

    def _carry(self, old: str, new: str) -> None:
        """Carry over, under a table's new name, what is known of its parts."""
        self.opaque = [
            replace(it, text=f"{new}.{it.text.removeprefix(f'{old}.')}")
            if it.text.startswith(f"{old}.")
            else it
            for it in self.opaque
        ]
        for ref, path in list(self.responsible.items()):
            if ref.name.startswith(f"{old}."):
                moved = ObjectRef(ref.kind, f"{new}.{ref.name.removeprefix(f'{old}.')}")
                self.responsible[moved] = path
        for before, after in self.database.former.items():
            index = self.responsible.get(ObjectRef("index", before))
            if index is not None:
                self.responsible.setdefault(ObjectRef("index", after), index)

    def _run(self, effect: e.RunMigration) -> None:
        """Run another migration's effects, or take them back."""
        parsed = self.earlier.get(effect.class_name.rpartition("::")[2])
        if parsed is None or self.depth > _DEEPEST:
            why = "the migration that it runs is not among those before it"
            self.opaque.append(UnknownPart(self.path, effect.line, effect.class_name, why))
            return
        self.depth += 1
        answers, self.answers = self.answers, {}
        try:
            self.apply_all(parsed.effects if effect.up else _way_down(parsed))
        finally:
            self.depth -= 1
            self.answers = answers


_DEEPEST = 5


def _way_down(parsed: Parsed) -> Sequence[Effect]:
    if parsed.down is not None:
        return parsed.down
    turned: list[Effect] = []
    for effect in reversed(parsed.effects):
        inner = effect.effect if isinstance(effect, e.Guarded) else effect
        back = inverse(inner)
        text = type(inner).__name__
        turned.append(back or e.Opaque(text, inner.line, "how to reverse it is not written down"))
    return turned
