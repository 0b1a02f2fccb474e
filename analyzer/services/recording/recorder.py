"""Deciding what to note, and writing it: the same for one version table and for many."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer.analysis.notes.new_notes import CodeThatRan, plan_notes
from analyzer.analysis.notes.seals import Chain, latest_notes, read_chain
from analyzer.engines.results import Cut, Ran, Refused
from analyzer.engines.sessions import Gateway
from analyzer.errors import DatabaseError, RefusedError
from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import NOTES_TABLE, TableName, VersionTable
from analyzer.model.notes.note import ONCE_FREE, NewNote, Notebook
from analyzer.model.notes.recorded_notes import PlannedNote, RecordedNotes
from analyzer.records import Struct, replace
from analyzer.services.recording.options import RecordOptions
from analyzer.sources.git.git import Repository
from analyzer.sources.journal.identity import read_actor
from analyzer.sources.notes.note_file import DRAFT
from analyzer.workflow.notes.deployed_code import (
    code_that_ran,
    find_deployed_code,
    read_target,
)
from analyzer.workflow.reading.files.current_files import TargetFiles, best_target, read_targets
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import reread

_TRIES = 6  # as many records at once would have to get in between
_LOCK_TIMEOUT = "30s"


class Found(Struct, frozen=True):
    """Rows and notes of one moment, and what is to be noted. ``count`` are the notes there."""

    table: TableName
    notebook: Notebook
    chain: Chain
    planned: tuple[PlannedNote, ...]
    anew: bool
    framework: Framework
    count: int

    @property
    def notes(self) -> Sequence[NewNote]:
        """The notes to be appended."""
        return [it.note for it in self.planned]

    @property
    def compact(self) -> "Found":
        """The same without the notes that are there, but for the last one."""
        last = max(self.notebook.notes, key=lambda it: it.number, default=None)
        kept = () if last is None else (last,)
        return replace(
            self,
            notebook=replace(self.notebook, notes=kept),
            chain=replace(self.chain, notes=()),
        )


class Recorder:
    """Knows which code is taken for what ran."""

    def __init__(
        self,
        repository: Repository,
        request: Request,
        options: RecordOptions,
        variables: Mapping[str, str],
    ) -> None:
        """Find the code that ran.

        Raises:
            RepositoryError: there is no such commit, or no folder of migrations in it.
        """
        self.repository, self.request, self.options = repository, request, options
        self.account = read_actor(repository).account
        self.deployed = find_deployed_code(
            repository, request.deployed, variables, self._passed_over
        )
        self.targets = read_target(repository, request, self.deployed)
        self._codes: dict[tuple[str, ...], CodeThatRan] = {}

    @property
    def reader(self) -> Framework:
        """The framework that the rows are read for."""
        return self.targets[0].framework

    def note(self, gateway: Gateway, table: TableName | None, found: Found | None) -> RecordedNotes:
        """Note in the database what is found there.

        Args: found: what was found already; None to look.

        Raises:
            AnalyzerError: something cannot be read or written; nothing was changed.
        """
        scripts = gateway.engine.scripts
        for tries in range(_TRIES):
            found = found or self._look(gateway, table)
            if not found.planned:
                return self.told(found, 0)
            demand_room(found.notebook)
            text = scripts.render_notes(
                found.notes,
                found.table,
                found.notebook,
                anew=found.anew,
                lock_timeout=_LOCK_TIMEOUT,
            )
            match scripts.run_sql(gateway, text, repair="record", account=self.account):
                case Ran():
                    if not gateway.engine.features.notes_anchored:
                        scripts.anchor_notes(gateway, found.table)
                    return self.told(found, len(found.planned))
                case Refused(what, why, fix):
                    now = self._look(gateway, table)
                    same = now.notebook.last_seal == found.notebook.last_seal
                    if same or tries + 1 == _TRIES:
                        raise DatabaseError(what, why=why, fix=fix)
                    found = now
                case Cut(said):
                    raise DatabaseError(
                        "the connection was cut while the notes were written",
                        why=said.strip(),
                        fix="run the same command again: it notes what is not noted yet",
                    )
        raise AssertionError

    def _look(self, gateway: Gateway, table: TableName | None) -> Found:
        """Read rows and notes at one moment."""
        read = gateway.engine.catalog.read_noted(
            gateway, table, self.reader, self.request.environment
        )
        assert read.notes is not None  # noqa: S101  they were asked for
        return self.decide(read.versions, read.notes, anew=self.options.anew)

    def decide(self, table: VersionTable, notebook: Notebook, *, anew: bool) -> Found:
        """Say what is to be noted.

        Args: anew: whether a new chain begins in any case.

        Raises:
            DatabaseError: the notes that are there cannot be read.
            RefusedError: they do not hold.
        """
        demand_readable(notebook)
        target = best_target(self.targets, table, self.reader)
        framework = target.framework
        rows = reread(table, self.reader, framework).rows
        chain = read_chain(notebook)
        if chain.is_broken and not anew:
            raise broken(notebook, chain)
        anew = anew or not chain.holds
        noted = None if anew else latest_notes(chain, framework.numbering)
        planned = plan_notes([row.version for row in rows], noted, self._code(target))
        count = len(notebook.notes)
        return Found(table.table, notebook, chain, planned, anew, framework, count)

    def _code(self, target: TargetFiles) -> CodeThatRan:
        """The code that ran; of the files of one application it is asked for once."""
        folders = target.files.directories
        if folders not in self._codes:
            code = code_that_ran(self.repository, self.request, self.deployed, target)
            self._codes[folders] = code
        return self._codes[folders]

    def _passed_over(self) -> Sequence[str]:
        """Files that may be changed in a clean tree: what migrating writes, and the notes."""
        targets = read_targets(self.repository, replace(self.request, ref=None))
        written = [path for target in targets for path in _schema_files(target)]
        root = self.repository.work_tree
        if self.options.to is not None and root is not None:
            own = Path(self.options.to).resolve()
            if own.is_relative_to(root.resolve()):
                name = own.relative_to(root.resolve()).as_posix()
                written += [name, f"{name}{DRAFT}"]
        return written

    def told(self, found: Found, appended: int) -> RecordedNotes:
        """Say what was noted. Args: appended: how many notes, in the database or in a file."""
        remarks = list(self.deployed.remarks)
        faults = [*found.chain.faults, *found.chain.earlier]
        if faults and found.planned:
            said = "; ".join(fault.said for fault in faults)
            remarks.append(f"the notes start again; of those before: {said}")
        if self.options.to is None and not found.notebook.there and appended:
            remarks.append(found.framework.commands.left_out(NOTES_TABLE))
        return RecordedNotes(
            found.notebook.place,
            found.planned,
            found.count + appended,
            self.deployed.commit,
            self.deployed.how,
            tuple(remarks),
        )


def _schema_files(target: TargetFiles) -> Sequence[str]:
    schema = target.framework.schema_file
    if schema is None:
        return ()
    return [path for folder in target.files.directories for path in schema.beside(folder)]


def demand_readable(notebook: Notebook) -> None:
    """Make sure that notes were read. Raises DatabaseError where they were not."""
    if notebook.trouble:
        raise DatabaseError(
            f"the notes in {notebook.place} cannot be read",
            why=notebook.trouble,
            fix=ONCE_FREE
            if notebook.locked
            else "rename that table if it is not migdoctor's, or grant this user access; or keep "
            "the notes "
            "in a file: migdoctor record --to FILE",
        )


def demand_room(notebook: Notebook, *, in_fleet: bool = False) -> None:
    """Make sure that notes can be appended.

    Args: in_fleet: a fleet's notes cannot be kept in a file.

    Raises:
        DatabaseError: they cannot; the notes can be kept in a file all the same.
    """
    if notebook.hindrance:
        raise DatabaseError(
            f"nothing can be noted in {notebook.place}; nothing was changed",
            why=notebook.hindrance,
            fix="connect as the user who migrates"
            + ("" if in_fleet else ", or keep the notes in a file: migdoctor record --to FILE"),
        )


def broken(notebook: Notebook, chain: Chain) -> RefusedError:
    """Say that notes do not hold."""
    return RefusedError(
        f"the notes in {notebook.place} fail the check: "
        + "; ".join(fault.said for fault in chain.faults),
        why="what was appended to them would not be evidence either; nothing was noted",
        fix="find out who changed them; then `migdoctor record --anew` starts a new chain after "
        "them, in which all that is in the version table now counts as adopted",
    )
