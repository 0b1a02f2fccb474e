"""The one place through which every recommendation passes, whatever command prints it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from analyzer.analysis.advice.tried_in_memory import (
    PredictedMigrate,
    State,
    carry_out,
    judge,
    next_migrate,
)
from analyzer.analysis.diagnosis.existing_work import is_there
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.frameworks.base import Framework
from analyzer.frameworks.path_names import name_at
from analyzer.model.core.blob import blob_id
from analyzer.model.core.defining_line import with_line
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.core.version import Version
from analyzer.model.core.version_table import AppliedRow
from analyzer.model.findings.attestation import Attestation, Attested
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileApplied,
    FileRenamed,
)
from analyzer.model.findings.next_steps import Action, NextMigrate, Verdict
from analyzer.model.findings.prediction import Prediction
from analyzer.model.findings.report import EnvironmentReport
from analyzer.model.plans.plan import FilePlan, MoveFile, ReplaceLine, RowPlan
from analyzer.records import Struct, replace
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.predict import never_ran, next_run_of, predict_migrate, rows_of
from analyzer.workflow.forecast.relevant_texts import RelevantTexts, texts_that_ran


class FixCheck(Struct, frozen=True, dict=True):
    """Carries actions out in memory, on one environment as it is now, and judges the outcome.

    ``alone``: no other database was read that could tell what ran elsewhere.
    """

    inference: Inference
    diagnosis: Diagnosis
    prediction: Prediction
    attested: tuple[Attestation, ...]
    alone: bool = True

    @classmethod
    def of(cls, inference: Inference, environment: EnvironmentReport) -> "FixCheck":
        """What judges advice on an environment that was diagnosed."""
        return cls(
            inference, environment.diagnosis, environment.prediction, environment.attestation
        )

    def of_twin(self, inference: Inference) -> "FixCheck":
        """The same for an environment with the same rows and catalogue; what was judged is kept."""
        twin = replace(self, inference=inference)
        twin.__dict__.update(self.__dict__)
        return twin

    def at(self, there: PredictedMigrate) -> "FixCheck":
        """The same where things have come to be otherwise than they are."""
        later = replace(self, prediction=there.prediction)
        later.__dict__["now"] = there
        return later

    @property
    def framework(self) -> Framework:
        """Whose files and rows these are."""
        return self.inference.framework

    @property
    def migrate_name(self) -> str:
        """The framework's command that runs what is pending, for messages."""
        return self.framework.commands.migrate

    def judge(self, action: Action) -> Verdict:
        """Whether an action may be recommended, why not, and whether to migrate after it.

        The same one is weighed by whoever plans it, and by whoever recommends it.
        """
        known = next((verdict for one, verdict in self._judged if one == action), None)
        if known is None:
            known = self._judge(action)
            self._judged.append((action, known))
        return known

    @cached_property
    def _judged(self) -> list[tuple[Action, Verdict]]:
        return []

    def _judge(self, action: Action) -> Verdict:
        if action.from_zero:
            from analyzer.workflow.forecast.rebuilding import why_no_rebuild

            return Verdict(why_no_rebuild(self.inference), NextMigrate(safe=False))
        return judge(self.now, self._predicted(carry_out(self.now.state, action)))

    def after(self, *actions: Action) -> PredictedMigrate:
        """Things once actions were carried out one after another, and what the migrate does."""
        state = self.now.state
        for action in actions:
            state = carry_out(state, action)
        return self._predicted(state)

    @cached_property
    def migrate(self) -> NextMigrate:
        """Whether a migrate may be recommended as things are."""
        return next_migrate(self.now)

    @cached_property
    def now(self) -> PredictedMigrate:
        """Things as they are, and what the next migrate does."""
        return PredictedMigrate(
            State(
                self.inference.target.files,
                rows_of(self.inference),
                self.framework.numbering.read,
                dict(self._done()),
                dict(self._ran_as()),
                heads=self.framework.store.heads,
            ),
            self.prediction,
        )

    def renames(self, plan: FilePlan, contents: Mapping[str, bytes]) -> Action:
        """A file plan as an action; of a changed class line the new content is remembered."""
        by_path = {file.path: file for file in self.inference.target.files.files}
        lines: dict[str, list[ReplaceLine]] = {}
        for it in plan.steps:
            if isinstance(it, ReplaceLine):
                lines.setdefault(it.path, []).append(it)
        listed = self._listed(lines, contents)
        moved = {move.target for move in plan.moves}
        stays = (MoveFile(path, path) for path in lines if path not in moved)
        return Action(
            moved=tuple(
                (
                    move.source,
                    _as_listed(self._become(by_path[move.source], move, lines, contents), listed),
                )
                for move in (*plan.moves, *stays)
                if move.source in by_path
            )
        )

    def _listed(
        self, lines: Mapping[str, Sequence[ReplaceLine]], contents: Mapping[str, bytes]
    ) -> dict[str, Version]:
        """The versions that changed journals tell, by path."""
        found: dict[str, Version] = {}
        keys = self.framework.keys
        if keys is None or keys.journal is None:
            return found
        from analyzer.analysis.repair.tool_journal import journals_in

        for journal in journals_in(self.inference.target.files, keys):
            text = contents.get(journal.blob)
            if text is None:
                continue
            for line in lines.get(journal.path, ()):
                text = with_line(text, line.line, line.after)
            folder = journal.path.removesuffix(str(keys.journal))
            found |= {f"{folder}{name}": it for name, it in keys.listed(text).items()}
        return found

    def both(self, rows: RowPlan, files: FilePlan) -> Action:
        """A combined plan as an action."""
        return replace(self.renames(files, {}), rows=rows.steps)

    def _become(
        self,
        file: MigrationFile,
        move: MoveFile,
        lines: Mapping[str, Sequence[ReplaceLine]],
        contents: Mapping[str, bytes],
    ) -> MigrationFile:
        moved = renamed(self.framework, file, move.target)
        edits = lines.get(move.target, ())
        if not edits or file.blob not in contents:
            return self._as_read(moved)
        text = contents[file.blob]
        for line in edits:
            text = with_line(text, line.line, line.after)
        blob = blob_id(text, length=len(file.blob))
        self.inference.past_files.texts.remember(blob, text)
        return self._as_read(replace(moved, blob=blob))

    def _as_read(self, file: MigrationFile) -> MigrationFile:
        """The same with the name that its text tells, where the text tells it."""
        if self.framework.keys is None:
            return file
        content = self.inference.past_files.content(file.blob)
        name = self.framework.keys.name(file.name, content)
        return replace(file, name=name) if isinstance(name, MigrationName) else file

    def has_run(self, path: str) -> bool:
        """Whether a row says that a file of today ran, under whichever version."""
        return any(ran == path for ran, _ in self._ran_as())

    @cached_property
    def ran_before(self) -> frozenset[str]:
        """Paths of files that ran, be it under another version or with their row gone since.

        What another file has made is no sign that a file ran.
        """
        renamed = {it.new.path for it in self.diagnosis.renames}
        done = {path for path in self.now.state.done if path in renamed}
        alone = {it.file.path for it in self.attested if _ran_without_row(it)}
        return frozenset({path for path, _ in self._ran_as()} | done | alone)

    def _predicted(self, state: State) -> PredictedMigrate:
        if (state.rows, state.files) == (self.now.state.rows, self.now.state.files):
            return self.now
        ran = state.ran_as
        run = next_run_of(self.inference, state.files, state.rows, state.unran)
        return PredictedMigrate(state, predict_migrate(self.inference, self._ran_texts, run, ran))

    def _done(self) -> Iterator[tuple[str, str]]:
        """Whose work is there: what ran, unless nothing of it is left, and what is all there."""
        for path, version in self._ran_as():
            if path not in self._nothing_of:
                yield path, f"it ran as {version}"
        for it in self.attested:
            if _ran_without_row(it):
                yield it.file.path, "everything it creates exists"
        for file in self._made_already(tuple(never_ran(self.diagnosis))):
            yield file.path, "everything it creates exists"

    def _made_already(self, waiting: Sequence[MigrationFile]) -> Sequence[MigrationFile]:
        """Those whose work is in the database, or in what the files that ran add up to."""
        catalog, parsed = self.inference.catalog, self.inference.contents.parsed
        if catalog is not None:
            world = SimulatedDatabase.live(catalog, self.inference.engine)
            return [file for file in waiting if is_there(parsed(file), world)]
        texts = self._ran_texts
        world = texts.world(waiting)
        made = [file for file in waiting if is_there(parsed(file), world)]
        whole = texts.world(made, wide=True) if made else None
        return [file for file in made if whole is None or is_there(parsed(file), whole)]

    @cached_property
    def _ran_texts(self) -> RelevantTexts:
        return texts_that_ran(self.inference, self.diagnosis)

    @cached_property
    def texts_today(self) -> RelevantTexts:
        """Today's files."""
        files = self.inference.target.files.files
        return RelevantTexts(self.inference, lambda: files)

    @cached_property
    def _nothing_of(self) -> frozenset[str]:
        """Files of whose work the database has nothing, whatever their rows say."""
        empty = [it for it in self.attested if it.verdict is Attested.ROW_WITHOUT_EFFECT]
        rows = {it.row.version.text for it in empty if it.row is not None}
        return frozenset(path for path, version in self._ran_as() if version in rows)

    def _ran_as(self) -> Iterator[tuple[str, str]]:
        for verdict in self.diagnosis.files:
            match verdict:
                case FileApplied(file, row):
                    yield file.path, row.version.text
                case FileRenamed(file, _, AppliedRow() as row, _) | FileRenamed(
                    file, _, None, AppliedRow() as row
                ):
                    yield file.path, row.version.text
                case _:
                    continue


def _ran_without_row(it: Attestation) -> bool:
    return it.row is None and it.verdict is Attested.EFFECT_WITHOUT_ROW


def _as_listed(file: MigrationFile, listed: Mapping[str, Version]) -> MigrationFile:
    """A file with the version that a journal tells, if one does."""
    version = listed.get(file.path)
    return file if version is None else replace(file, name=replace(file.name, version=version))


def renamed(framework: Framework, file: MigrationFile, path: str) -> MigrationFile:
    """A file under another path; one whose name is none keeps the name that it had."""
    name = name_at(framework.files, path)
    return MigrationFile(path, name if isinstance(name, MigrationName) else file.name, file.blob)
