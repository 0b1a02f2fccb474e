"""What the next migrate runs into, who made what is in its way, and the way out."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from analyzer.analysis.diagnosis.existing_work import creates, makers
from analyzer.analysis.diagnosis.findings import (
    catalog_contradictions,
    ignored_files,
    renamed,
    shared_names,
)
from analyzer.analysis.diagnosis.findings.next_migrate import (
    DESTROYS,
    FAILS,
    about_failure,
    about_loaded,
    about_losses,
)
from analyzer.analysis.diagnosis.findings.pending_files import IF_NEVER_RAN
from analyzer.analysis.forecast.object_owners import Owners
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.renames.ran_files import ran_files
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import DataAction, Effect, ReadData, WriteData
from analyzer.model.effects.objects import bare
from analyzer.model.findings.attestation import Attested
from analyzer.model.findings.diagnosis import RowAmbiguous, RowDeleted, RowOrphaned
from analyzer.model.findings.finding import Finding
from analyzer.model.findings.prediction import Failure, Loss, LossKind
from analyzer.model.findings.rule import Rule
from analyzer.model.words.wording import listed
from analyzer.records import Struct, field, replace
from analyzer.workflow.forecast.fix_check import FixCheck
from analyzer.workflow.forecast.name_changes import git_mv, move_last, recording, then
from analyzer.workflow.forecast.other_databases import ask_others

_OF_OLD_ROWS = frozenset({DataAction.UPDATE, DataAction.DELETE, DataAction.TRUNCATE})
_SHOWN = 3  # losses of one file, told one by one
_TOLD_ELSEWHERE = frozenset(
    {
        renamed.RENAMED.code,
        shared_names.SHARED_VERSION.code,
        shared_names.SHARED_CLASS.code,
        ignored_files.ILLEGAL_NAME.code,
        renamed.RECORDED_TWICE.code,
        catalog_contradictions.EFFECT_WITHOUT_ROW.code,
        catalog_contradictions.HALF_APPLIED.code,
    }
)


class Obstacles(Struct, frozen=True, dict=True):
    """Looks at what the next migrate would run into in one environment.

    ``recorded`` takes the versions that are to get a row.
    """

    check: FixCheck
    recorded: set[str] = field(default_factory=set)

    def findings(self, told: Iterable[Finding]) -> Iterator[Finding]:
        """A finding for each certain failure and each loss that no text announces.

        Args: told: all others; what one of them tells with its own way out is not told twice.
        """
        known = {finding.path for finding in told if finding.code in _TOLD_ELSEWHERE}
        prediction = self.check.prediction
        losses: dict[str, list[Loss]] = {}
        for loss in self.check.now.unannounced():
            losses.setdefault(loss.file.path, []).append(loss)
        yield from (self._loses(found) for path, found in losses.items() if path not in known)
        failure = prediction.fails_at
        file = failure.file if failure is not None and prediction.migrations else None
        if failure is not None and file is not None and file.path not in known:
            yield self._fails(failure, file)

    def is_made(self, row: RowDeleted) -> bool:
        """Whether the work of a deleted migration is in the catalogue, or another file's too."""
        for it in self.check.attested:
            if it.row == row.row:
                if it.verdict is Attested.APPLIED:
                    return True
                break
        return self._is_made_by_files(row)

    def needs_nothing(self, row: RowDeleted) -> bool:
        """Whether no new database misses what a deleted migration did, which made no object.

        It only changed or deleted rows, of which a new database has none yet; or it went together
        with others whose work a file of today has (a squash).
        """
        parsed = self.check.inference.contents.parsed(row.last_seen.file)
        if creates(parsed):
            return False
        if not parsed.partial and parsed.effects and all(map(_only_old_rows, parsed.effects)):
            return True
        together = [
            it
            for it in self.check.diagnosis.rows
            if isinstance(it, RowDeleted) and it.last_seen.commit == row.last_seen.commit
        ]
        return any(map(self._is_made_by_files, together))

    def _is_made_by_files(self, row: RowDeleted) -> bool:
        parsed = self.check.inference.contents.parsed
        made = creates(parsed(row.last_seen.file))
        files = self.check.texts_today.bearing_on([row.last_seen.file]) if made else []
        return bool(made) and made <= frozenset().union(*(creates(parsed(it)) for it in files))

    def _loses(self, losses: Sequence[Loss]) -> Finding:
        loss, file = losses[0], losses[0].file
        if self._is_loaded(file):
            said = listed([f"{one.what}{_size(one)}" for one in losses], _SHOWN, "; ")
            return self._loaded(file, DESTROYS, said)
        methods = self.check.framework.preconditions.methods() if loss.by_key else None
        found = about_losses(
            loss,
            listed([f"{one.what}{_size(one)}" for one in losses], _SHOWN, "; "),
            self._made(file, loss.line, there=loss.kind is LossKind.EMPTIED),
            self.check.inference.table.environment,
            self.check.migrate_name,
            None if methods is None else methods.without_keys,
            ask_others(self.check, [file]),
        )
        return self._or_record(found, file)

    def _fails(self, failure: Failure, file: MigrationFile) -> Finding:
        if self._is_loaded(file):
            return self._loaded(file, FAILS, f"stops with {failure.said}")
        found = about_failure(
            file,
            failure,
            self._made(file, failure.line, there=failure.repeats),
            self._way_out(file, failure),
            self.check.inference.table.environment,
            self.check.migrate_name,
        )
        return self._or_record(found, file)

    def _is_loaded(self, file: MigrationFile) -> bool:
        """Whether it is no migration, but the schema file, which is loaded before them."""
        return file not in self.check.inference.target.files.files

    def _loaded(self, file: MigrationFile, rule: Rule, said: str) -> Finding:
        table = self.check.inference.table
        return about_loaded(
            file, rule, said, str(table.table), table.environment, self.check.migrate_name
        )

    def _or_record(self, found: Finding, file: MigrationFile) -> Finding:
        """Tell to record the file's row instead, where everything it creates exists."""
        if file.path not in self.check.now.state.done:
            return found
        record = recording(self.check, file)
        if not record.verdict.allowed:
            return found
        self.recorded.add(self.check.framework.numbering.bare(file.version))
        fix = (
            f"do not run {self.check.migrate_name} yet: everything it creates exists already; "
            f"compare, and record its row: {record.command}{then(self.check, record.verdict)}"
        )
        return replace(found, fix=fix, command=record.command)

    def _made(self, file: MigrationFile, line: int | None, *, there: bool) -> str:
        """Name the maker of what is in the way; ``there``: something is."""
        parsed = self.check.inference.contents.parsed(file)
        found = dict(makers(parsed, line, self._owners))
        if found:
            ref, path = next(iter(found.items()))
            ran = self._ran_by_path[path]
            return f"; {ref.kind} {ref.name} was made by {ran}"
        rows = self.check.diagnosis.rows
        unknown = [it.row.version.text for it in rows if isinstance(it, RowOrphaned | RowAmbiguous)]
        if not there:
            return ""
        if unknown:
            ran = listed(unknown, _SHOWN)
            return f"; no file created the object in its way: perhaps what ran as {ran} did"
        return "; no migration that ran created the object in its way: somebody created it by hand"

    def _way_out(self, file: MigrationFile, failure: Failure) -> str:
        """Give the fix if it worked in memory, else say how to find one."""
        if first := ask_others(self.check, [file]):
            return first
        action = move_last(self.check, file)
        verdict = self.check.judge(action)
        if verdict.allowed and verdict.migrate.safe:
            return (
                f"it needs what a later one creates; {IF_NEVER_RAN}let it run last: "
                f"{git_mv(action)}"
            )
        if failure.repeats:
            return (
                "compare what is there with the file; put what the database lacks into a "
                "migration of its own"
            )
        return "correct the file, and try it on a copy of the database first"

    @cached_property
    def _ran(self) -> tuple[MigrationFile, ...]:
        found = ran_files(self.check.diagnosis, self.check.inference.then)
        return tuple(file for _, file in found if file is not None)

    @cached_property
    def _ran_by_path(self) -> dict[str, str]:
        return {file.path: file.basename for file in self._ran}

    @cached_property
    def _owners(self) -> Owners:
        """The objects that migrations which ran created, by maker."""
        owners = Owners(SimulatedDatabase.of_files(self.check.inference.engine))
        for file in self._ran:
            owners.follow(file.path, self.check.inference.contents.parsed(file))
        return owners


def _only_old_rows(effect: Effect) -> bool:
    """Whether it changes or deletes rows that are there, and nothing else."""
    plain = bare(effect)
    if isinstance(plain, ReadData):
        return True
    return isinstance(plain, WriteData) and plain.action in _OF_OLD_ROWS


def _size(loss: Loss) -> str:
    return f" (about {loss.rows:,} row{'' if loss.rows == 1 else 's'})" if loss.rows else ""
