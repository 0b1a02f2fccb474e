"""One migration carried out on a simulated database, effect by effect, as Rails would."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from analyzer.analysis.forecast.dependency_runs import expanded
from analyzer.analysis.forecast.preconditions.column_preconditions import against_columns
from analyzer.analysis.forecast.preconditions.key_preconditions import against_keys
from analyzer.analysis.forecast.preconditions.name_preconditions import against_names
from analyzer.analysis.forecast.preconditions.preconditions import (
    Doubt,
    PreconditionFailure,
    Problem,
    Problems,
    Setting,
    first,
)
from analyzer.analysis.forecast.preconditions.row_preconditions import against_data
from analyzer.analysis.forecast.preconditions.table_preconditions import against_tables
from analyzer.analysis.forecast.simulated_changes import apply
from analyzer.analysis.forecast.simulated_losses import Gone, losses, made_anew
from analyzer.analysis.forecast.simulated_questions import QuestionFailsError, answer
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There, in_transaction
from analyzer.analysis.schema.name_lookup import located
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Parsed, PlainEffect
from analyzer.model.effects.effect_columns import ColumnEffect
from analyzer.model.effects.effect_keys import KeyEffect
from analyzer.model.effects.effect_tables import TableEffect
from analyzer.model.effects.objects import ObjectRef, Role, bare, objects
from analyzer.records import Struct, field, replace


class Met(Struct, frozen=True):
    """A problem, and the line of the effect that meets it."""

    problem: Problem
    line: int


class SimulatedMigration(Struct):
    """The outcome of one simulated migration.

    ``stopped`` is its certain failure; ``doubts`` what may stop it; ``gone`` what it destroyed,
    ``perhaps_gone`` what it destroys if a question is answered so; ``done`` says in words what it
    changed; ``skipped`` what it passed over.
    """

    stopped: Met | None = None
    doubts: list[Met] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    perhaps_gone: list[Gone] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    skipped: list[tuple[str, int]] = field(default_factory=list)

    def unsay(self, which: Callable[[Gone], bool]) -> None:
        """Take some losses for what the text does not say after all."""
        for losses_ in (self.gone, self.perhaps_gone):
            losses_[:] = [replace(it, said=False) if which(it) else it for it in losses_]


class Simulation:
    """A migrate in progress: ``made`` are the tables that it has made itself."""

    def __init__(self, world: SimulatedDatabase, classes: Mapping[str, Parsed]) -> None:
        self.world, self.classes = world, dict(classes)
        self.made: set[str] = set()
        self.blind = False  # whether a migration did what nobody can know from its file

    def run(self, parsed: Parsed, ran_as: str | None = None) -> SimulatedMigration:
        """Carry out a migration as far as it goes; the world is then as it leaves it."""
        run = _MigrationRun(self, parsed, Setting(in_transaction(self.world, parsed), ran_as))
        run.through(expanded(parsed.effects, self.classes, 1))
        for name in run.until_commit & self.world.database.tables.keys():
            del self.world.database.tables[name]
        self.blind |= any(_is_blind(it) for it in run.course.doubts)
        if ran_as is not None:  # what its text says was for the first time
            run.course.unsay(lambda _: True)
        return run.course


class _MigrationRun:
    """The way through one migration."""

    def __init__(self, simulation: Simulation, parsed: Parsed, setting: Setting) -> None:
        self.simulation, self.world = simulation, simulation.world
        self.setting = setting
        self.truncated = _truncated_together(parsed.effects)
        self.course = SimulatedMigration()
        self.answers: dict[int, bool | None] = {}
        self.until_commit: set[str] = set()

    def through(self, effects: Iterable[e.Effect]) -> None:
        """Follow effects until one is refused."""
        for effect in effects:
            by_framework = self.world.methods is not None
            plain = located(self.world.database, bare(effect), by_framework=by_framework)
            try:
                wanted = self._wanted(effect)
            except QuestionFailsError as failed:
                self._refused(failed.refusal, effect.line)
            else:
                if wanted is True:
                    self._certain(plain, rescued=isinstance(effect, e.Guarded) and effect.rescued)
                elif wanted is None and isinstance(effect, e.Guarded):
                    self._perhaps(plain, likely=effect.likely)
                else:
                    self.course.skipped.append((_told(plain), effect.line))
            if self.course.stopped is not None:
                return

    def _wanted(self, effect: e.Effect) -> bool | None:
        """Whether the effect's questions lead to it; each question is asked once."""
        if not isinstance(effect, e.Guarded):
            return True
        unsure = False
        for asked in effect.asked:
            if asked.number not in self.answers:
                if unsure:
                    return None
                self.answers[asked.number] = answer(self.world, asked.condition)
            known = self.answers[asked.number]
            if known is None:
                unsure = True
            elif known is not asked.answer:
                return False
        return None if unsure else True

    def _certain(self, effect: PlainEffect, *, rescued: bool) -> None:
        problem = first(self._problems(effect))
        if isinstance(problem, PreconditionFailure):
            if rescued:
                self._rescued(problem, effect.line)
            else:
                self._refused(problem, effect.line)
            return
        if problem is not None:
            self.course.doubts.append(Met(problem, effect.line))
        taken = self._losses(effect)
        if isinstance(effect, e.WriteData) and effect.or_table is not None:
            self._guessed(effect, list(taken))
        else:
            self.course.gone.extend(taken)
        self._carry_out(effect)

    def _guessed(self, effect: e.WriteData, taken: list[Gone]) -> None:
        """A model in a namespace may use one table or another: what it takes is not certain."""
        if taken:
            why = f"which table {effect.model} uses is not in the file"
            doubt = Doubt(why, f"check which table {effect.model} uses")
            self.course.doubts.append(Met(doubt, effect.line))
            self.course.perhaps_gone.extend(taken)

    def _refused(self, refusal: PreconditionFailure, line: int) -> None:
        """Stop, unless something unseen may have prepared the ground."""
        if any(_is_blind(it) for it in self.course.doubts):
            return
        if self.simulation.blind and refusal.lacks:
            why = f"{refusal}, unless an earlier migration makes it in a way that is not known"
            self.course.doubts.append(Met(Doubt(why, "run it on a copy of this database"), line))
        else:
            self.course.stopped = Met(refusal, line)

    def _rescued(self, refusal: PreconditionFailure, line: int) -> None:
        """The file catches the error; the database may end the transaction all the same."""
        ended = self.world.engine.features.errors_end_transaction and refusal.by_engine
        if self.setting.transaction and ended:
            why = f"{refusal}; the file rescues it, but inside a transaction all that follows fails"
            self.course.doubts.append(Met(Doubt(why, "run it on a copy of this database"), line))

    def _perhaps(self, effect: PlainEffect, *, likely: bool) -> None:
        """Under a question that cannot be answered: harmless where both answers are."""
        problem = first(self._problems(effect))
        taken = list(self._losses(effect))
        why = "whether it does this depends on a condition that only a run can answer"
        if problem is not None:
            said = str(problem) if isinstance(problem, PreconditionFailure) else problem.why
            why, harmful = f"{why}; if so: {said}", True
        else:
            harmful = bool(taken) or isinstance(effect, e.Opaque)
        if harmful:
            blind = isinstance(effect, e.Opaque) and effect.file is None
            doubt = Doubt(why, "run it on a copy of this database", blind)
            self.course.doubts.append(Met(doubt, effect.line))
        self.course.perhaps_gone.extend(taken)
        hanging = list(_hanging(self.world, effect))
        if likely and not isinstance(problem, PreconditionFailure):
            self._carry_out(effect)
        self.world.open.update(hanging)

    def _losses(self, effect: PlainEffect) -> Iterator[Gone]:
        """What an effect destroys; on some engines, what foreign keys take along with it."""
        yield from losses(self.world, effect, self.simulation.made)
        if not self.world.engine.features.drop_spares_rows:
            from analyzer.analysis.forecast.simulated_deletes import taken_along

            yield from taken_along(self.world, effect, self.simulation.made, self.setting)

    def _carry_out(self, effect: PlainEffect) -> None:
        changed = apply(self.world, effect)
        match effect:
            case e.CreateTable(table) if changed:
                self.simulation.made.add(table.name)
                if effect.until_commit:
                    self.until_commit.add(table.name)
            case e.RenameTable(old, new) if old in self.simulation.made:
                self.simulation.made.discard(old)
                self.simulation.made.add(new)
            case e.DropTable(name):
                self.simulation.made.discard(name)
            case _:
                pass
        if changed:
            self.course.unsay(lambda gone: made_anew(gone, effect))
            self.course.done.append(_told(effect))
        elif not isinstance(effect, e.ReadData | e.Opaque | e.RunMigration):
            self.course.skipped.append((_told(effect), effect.line))

    def _problems(self, effect: PlainEffect) -> Problems:
        setting = self.setting
        if isinstance(effect, e.WriteData) and effect.action is e.DataAction.TRUNCATE:
            setting = replace(setting, truncated=self.truncated.get(effect.line, frozenset()))
        return problems(self.world, effect, setting)


def _is_blind(met: Met) -> bool:
    return isinstance(met.problem, Doubt) and met.problem.blind


def problems(world: SimulatedDatabase, effect: PlainEffect, setting: Setting) -> Problems:
    """List the problems of an effect, in the order in which a database would meet them."""
    if isinstance(effect, e.Opaque):
        yield _doubt(effect)
    elif isinstance(effect, e.ReadData | e.WriteData):
        yield from against_data(world, effect, setting)
    elif isinstance(effect, TableEffect):
        yield from against_tables(world, effect)
    elif isinstance(effect, ColumnEffect):
        yield from against_columns(world, effect)
    elif isinstance(effect, KeyEffect):
        yield from against_keys(world, effect, setting)
    elif not isinstance(effect, e.RunMigration):
        yield from against_names(world, effect)


def _doubt(effect: e.Opaque) -> Doubt:
    """Code that is not understood may do anything."""
    settle = f"read {effect.file or f'line {effect.line}'}"
    what = effect.text.splitlines()[0] if effect.text else "this"
    return Doubt(f"{what}: {effect.why}", settle, blind=effect.file is None)


def _truncated_together(effects: Sequence[e.Effect]) -> Mapping[int, frozenset[str]]:
    """The tables that one TRUNCATE names: those of the same line."""
    found: dict[int, set[str]] = {}
    for table, line in _truncations(effects):
        found.setdefault(line, set()).add(table)
    return {line: frozenset(tables) for line, tables in found.items()}


def _truncations(effects: Sequence[e.Effect]) -> Iterator[tuple[str, int]]:
    for plain in map(bare, effects):
        if isinstance(plain, e.WriteData) and plain.action is e.DataAction.TRUNCATE:
            yield plain.table, plain.line


def _hanging(world: SimulatedDatabase, effect: PlainEffect) -> Iterator[ObjectRef]:
    """Objects that are there after an effect and not without it, or the other way round."""
    for role, ref in objects(effect):
        there = world.has(ref)
        made = role is Role.CREATES and there is not There.YES
        if world.complete and (made or (role is Role.DROPS and there is There.YES)):
            yield ref


def _told(effect: PlainEffect) -> str:
    """An effect in a few words: the kind in English, and the object."""
    if isinstance(effect, e.ChangeOther):
        return effect.what
    words = "".join(f" {it.lower()}" if it.isupper() else it for it in type(effect).__name__)
    touched = [ref for role, ref in objects(effect) if role is not Role.NEEDS]
    made = [ref for role, ref in objects(effect) if role in {Role.CREATES, Role.DROPS}]
    ref = next(iter(made or touched), None)
    told = f"{words.strip()} {ref.name}" if ref is not None else words.strip()
    renames = e.RenameTable | e.RenameColumn | e.RenameIndex | e.RenameEnum | e.RenameObject
    return f"{told} to {effect.new}" if isinstance(effect, renames) else told
