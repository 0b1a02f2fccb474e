"""Findings that the catalogue gives: where it contradicts the rows, or knows more than they do."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from analyzer.engines.base import Engine
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.attestation import Attestation, Attested
from analyzer.model.findings.diagnosis import Diagnosis, FileBlocked, FilePending, RowDeleted
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.words.object_words import few

_INVALID = " is INVALID"
_CONSTRAINT = "constraint:"
_NOT_BUILT = "building it failed, or has not ended (CREATE INDEX CONCURRENTLY)"
REMOVE_OR_FINISH = "remove by hand what is there, or make the rest by hand and insert the row"
"""What a file that has no row and half of its work asks for, as long as no rows are looked at."""

ROW_WITHOUT_EFFECT = Rule(
    code="MD122",
    name="row-without-effect",
    severity=Severity.ERROR,
    title="row without effect",
    why="Nothing that the migration creates is in the database, and no migrate will make it.",
    fix="Let it run, or put what is missing into a migration of its own.",
    bad="row   20250101000000\nfile  20250101000000_create_songs.rb\nno table songs",
    good="row   20250101000000\nfile  20250101000000_create_songs.rb\ntable songs",
    found_by="analyzer.analysis.diagnosis.findings.catalog_contradictions.find_attested",
)
EFFECT_WITHOUT_ROW = Rule(
    code="MD123",
    name="effect-without-row",
    severity=Severity.WARNING,
    title="effect without row",
    why="All that the file creates is there, but the next migrate runs it.",
    fix="Compare, then insert its row.",
    bad="no row\nfile  20250101000000_create_songs.rb\ntable songs",
    good="row   20250101000000\nfile  20250101000000_create_songs.rb\ntable songs",
    found_by="analyzer.analysis.diagnosis.findings.catalog_contradictions.find_attested",
)
HALF_APPLIED = Rule(
    code="MD124",
    name="half-applied",
    severity=Severity.ERROR,
    title="part of what the migration creates is missing",
    why="Its row says that it ran, but the database has only part of what it creates, or an index "
    "is marked INVALID, because building it stopped half way.",
    fix="Create the missing part, in a new migration or by hand. Do not drop the part that is "
    "there: it may hold data.",
    bad="row  20250101000000\ntable songs, but its index index_songs_on_title is INVALID",
    good="REINDEX INDEX CONCURRENTLY index_songs_on_title;",
    found_by="analyzer.analysis.diagnosis.findings.catalog_contradictions.find_attested",
)


def find_attested(
    attestations: Iterable[Attestation],
    diagnosis: Diagnosis,
    transactional: Callable[[MigrationFile], bool],
    environment: str,
    migrate: str,
    engine: Engine,
    former: Callable[[MigrationFile], str] = lambda _: "",
) -> Iterator[Finding]:
    """Say where rows and catalogue disagree.

    Args:
        transactional: whether a migration runs in a transaction.
        former: the name under which a file may have run before, and until when; or nothing.
    """
    never_ran = {
        verdict.file.path
        for verdict in diagnosis.files
        if isinstance(verdict, FilePending | FileBlocked)
    }
    gone = {verdict.row for verdict in diagnosis.rows if isinstance(verdict, RowDeleted)}
    recorded = {verdict.row.version.key for verdict in diagnosis.rows}
    for it in attestations:
        if it.row is None and it.file.path not in never_ran:
            continue
        if it.row is None and it.file.version.key in recorded:
            continue  # another migration has that row: no second one can be inserted
        about = _AboutMigration(it, environment, migrate, engine, former)
        in_one = transactional(it.file)
        if it.row is None:
            yield from about.of_file(in_one=in_one)
        else:
            yield from about.of_row(deleted=it.row in gone, in_one=in_one)


class _AboutMigration:
    """The findings on one migration."""

    def __init__(
        self,
        attestation: Attestation,
        environment: str,
        migrate: str,
        engine: Engine,
        former: Callable[[MigrationFile], str],
    ) -> None:
        self.former = former
        self.it, self.environment, self.migrate = attestation, environment, migrate
        self.engine, rules = engine, engine.preconditions
        self.dropped_index, self.rebuilt_index = rules.dropped_index, rules.rebuilt_index
        self.name = attestation.file.basename
        self.invalid = [
            text.removesuffix(_INVALID).partition(":")[2]
            for text in attestation.missing
            if text.endswith(_INVALID)
        ]
        self.missing = [text for text in attestation.missing if not text.endswith(_INVALID)]

    def of_row(self, *, deleted: bool, in_one: bool) -> Iterator[Finding]:
        """Say what is wrong with a row. ``deleted``: today no file carries the migration."""
        verdict = self.it.verdict
        if self.it.doubted is not None:
            yield self._doubted(self.it.doubted)
        elif verdict is Attested.ROW_WITHOUT_EFFECT:
            yield self._row_without_effect(Severity.NOTE if deleted else Severity.ERROR)
        elif verdict is Attested.HALF_APPLIED and self.missing:
            yield self._incomplete(Severity.NOTE if deleted else Severity.WARNING, in_one=in_one)
        if self.invalid:
            yield self._unusable(Severity.NOTE if deleted else Severity.WARNING)

    def of_file(self, *, in_one: bool) -> Iterator[Finding]:
        """Say what is wrong with a file that has no row."""
        if self.invalid:
            yield self._stopped_building()
        elif self.it.verdict is Attested.EFFECT_WITHOUT_ROW:
            yield self._effect_without_row()
        elif self.it.verdict is Attested.HALF_APPLIED:
            yield self._stopped_halfway(in_one=in_one)

    def _finding(self, rule: Rule, severity: Severity, *, what: str, why: str, fix: str) -> Finding:
        row, file = self.it.row, self.it.file
        version = file.version.text if row is None else row.version.text
        return rule.finding(
            severity=severity,
            what=what,
            why=why,
            fix=fix,
            environment=self.environment,
            version=version,
            path=file.path,
        )

    def _row_without_effect(self, severity: Severity) -> Finding:
        row = self.it.row
        unkept = all(text.startswith(_CONSTRAINT) for text in self.missing)
        loaded = "; a schema file of an older release omits check constraints" if unkept else ""
        return self._finding(
            ROW_WITHOUT_EFFECT,
            severity,
            what=f"row {row.version if row else ''} says that {self.name} ran, but "
            f"none of it is in the database: {few(self.missing)}",
            why=f"a schema load marks every older file as run{loaded}; or somebody wrote the row "
            f"by hand, or dropped the objects; {self.migrate} will never make them",
            fix="find out which; to make it run, delete the row, or put what is missing into a "
            "migration of its own",
        )

    def _doubted(self, unknown: str) -> Finding:
        return self._finding(
            HALF_APPLIED,
            Severity.NOTE,
            what=f"{self.name} ran, but the database lacks {few(self.missing)}",
            why=f"row {unknown}, whose migration is not known, is newer and may have taken it "
            "away; until that is known, the catalogue proves nothing against this row",
            fix=f"find the file of row {unknown} (another branch, another folder), then diagnose "
            "again; change nothing before",
        )

    def _effect_without_row(self) -> Finding:
        skipped = self.it.tolerant and not self.it.repeats
        done = "all its work is"
        runs = "skips all of it" if skipped else "runs it anyway"
        if self.it.tolerant and self.it.repeats:
            done = "all objects that it creates are"
            runs = "skips what exists, and repeats the rest, such as writing rows"
        return self._finding(
            EFFECT_WITHOUT_ROW,
            Severity.NOTE if skipped else Severity.WARNING,
            what=f"{self.name} has no row, but {done} in the database: {few(self.it.present)}",
            why=f"{self._ran_without_row()}, or somebody did this by hand or from a dump; "
            f"{self.migrate} {runs}",
            fix="compare them with the file; if they are the same, insert the row "
            f"{self.it.file.version}",
        )

    def _ran_without_row(self) -> str:
        name = self.former(self.it.file)
        return f"it ran as {name}, and that row is gone" if name else "its row was deleted"

    def _stopped_halfway(self, *, in_one: bool) -> Finding:
        why = (
            "it runs in a transaction, so it did not stop halfway: somebody made these by hand, or "
            "another migration did"
            if in_one
            else "most likely it failed halfway, without a transaction that undoes everything"
        )
        return self._finding(
            HALF_APPLIED,
            Severity.ERROR,
            what=f"{self.name} has no row, but part of its work is in the database: "
            f"{few(self.it.present)}; missing: {few(self.missing)}",
            why=f"{why}; {self.migrate} starts at its first line",
            fix=REMOVE_OR_FINISH,
        )

    def _incomplete(self, severity: Severity, *, in_one: bool) -> Finding:
        how = (
            "it runs in a transaction, so something was dropped afterwards, or a different text ran"
            if in_one
            else "it runs without a transaction, and may have stopped halfway"
        )
        name = self.former(self.it.file)
        if name:
            how = f"{how}; it was {name}, so its text from before the rename may have run"
        return self._finding(
            HALF_APPLIED,
            severity,
            what=f"{self.name} ran, but part of its work is missing: {few(self.missing)}",
            why=f"{how}; {self.migrate} will not fix it",
            fix="put what is missing into a migration of its own",
        )

    def _unusable(self, severity: Severity) -> Finding:
        """An index of a migration that has its row."""
        return self._finding(
            HALF_APPLIED,
            severity,
            what=f"{self.name} ran, but {_indexes(self.invalid)} INVALID: "
            f"{self.engine.title} does not use it for queries",
            why=f"{_NOT_BUILT}; {self.migrate} will not fix it",
            fix=f"{self._unless_building()}, {self._rebuilt()} rebuilds it; {_DOUBLED}",
        )

    def _stopped_building(self) -> Finding:
        """An index of a migration that has no row."""
        rest = f"; missing: {few(self.missing)}" if self.missing else ""
        next_time = (
            "skips it, as the name is taken, and it stays INVALID"
            if self.it.tolerant
            else "starts at its first line and fails at what is there"
        )
        return self._finding(
            HALF_APPLIED,
            Severity.ERROR,
            what=f"{self.name} has no row, and {_indexes(self.invalid)} INVALID{rest}",
            why=f"{_NOT_BUILT}; {self.migrate} {next_time}",
            fix=f"{self._unless_building()}, {self._built_again()}; {_DOUBLED}",
        )

    def _rebuilt(self) -> str:
        return " ".join(map(self.rebuilt_index, self.invalid))

    def _unless_building(self) -> str:
        return f"if no session is still building it ({self.engine.examples.indexes_in_work})"

    def _built_again(self) -> str:
        """Say how to repair an INVALID index; a drop helps only if nothing else is in the way."""
        drops = " ".join(map(self.dropped_index, self.invalid))
        builds = self._rebuilt()
        row = "the row is inserted if nothing else is missing"
        if self.it.present and not self.it.tolerant:
            return (
                f"{builds} repairs it, and {row}; to drop it and migrate is not enough, as the "
                f"migration made this too, and may stop at it: {few(self.it.present)}"
            )
        return f"{drops} lets the migration make it; {builds} fixes it instead, and {row}"


_DOUBLED = "a unique index needs its duplicate values resolved first"


def _indexes(names: Sequence[str]) -> str:
    listed = ", ".join(names)
    return f"its index {listed} is" if len(names) == 1 else f"its indexes {listed} are"
