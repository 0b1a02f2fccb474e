"""Noting what ran: in a table beside the version table, or in a file. It asks nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer.analysis.notes.chain import Chain, latest_notes, read_chain
from analyzer.analysis.notes.new_notes import plan_notes
from analyzer.engines.registry import open_gateway
from analyzer.engines.results import Cut, Ran, Refused
from analyzer.engines.sessions import Gateway
from analyzer.errors import DatabaseError, RefusedError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import NOTES_TABLE, VersionTable
from analyzer.model.notes.note import NewNote, Notebook, NotesHome
from analyzer.model.notes.recorded_notes import PlannedNote, RecordedNotes
from analyzer.operations.notes.note_file import NewInFile, append_notes
from analyzer.records import Struct, replace
from analyzer.sources.git.git import Repository, open_repository
from analyzer.sources.journal.identity import read_actor
from analyzer.sources.notes.note_file import DRAFT, read_note_file
from analyzer.workflow.notes.deployed_code import (
    code_that_ran,
    find_deployed_code,
    read_target,
)
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import read_rows, reread
from analyzer.workflow.reading.target.targets import TargetFiles, best_target, read_targets

_TRIES = 6  # as many records at once would have to get in between
_LOCK_TIMEOUT = "30s"


class RecordOptions(Struct, frozen=True):
    """How to note: in which file instead of a table, and whether to begin anew."""

    to: str | None = None
    anew: bool = False


class _Found(Struct, frozen=True):
    """Rows and notes of one moment, and what is to be noted."""

    table: VersionTable
    notebook: Notebook
    chain: Chain
    planned: tuple[PlannedNote, ...]
    anew: bool
    framework: Framework

    @property
    def notes(self) -> Sequence[NewNote]:
        return [it.note for it in self.planned]


def record(request: Request, options: RecordOptions, variables: Mapping[str, str]) -> RecordedNotes:
    """Note which versions are in the table that no note speaks of, and which are gone.

    Raises:
        AnalyzerError: something cannot be read or written; nothing was changed.
        RefusedError: the notes that are there do not hold.
    """
    repository = open_repository(request.repo)
    recorder = _Recorder(repository, request, options, variables)
    if options.to is not None:
        return recorder.to_file(options.to)
    if request.rows is not None:
        raise UsageError(
            "--rows names a file, beside which there is no table for notes",
            why="the notes lie in the database whose rows they are about",
            fix="keep them in a file as well: --to FILE",
        )
    return recorder.to_table(open_gateway(request.database_url, request.exec_prefix))


class _Recorder:
    def __init__(
        self,
        repository: Repository,
        request: Request,
        options: RecordOptions,
        variables: Mapping[str, str],
    ) -> None:
        self.repository, self.request, self.options = repository, request, options
        self.account = read_actor(repository).account
        self.deployed = find_deployed_code(
            repository, request.deployed, variables, self._passed_over
        )
        self.targets = read_target(repository, request, self.deployed)

    @property
    def reader(self) -> Framework:
        """The framework that the rows are read for."""
        return self.targets[0].framework

    def to_table(self, gateway: Gateway) -> RecordedNotes:
        """Note in the database."""
        for tries in range(_TRIES):
            found = self._look(gateway)
            if not found.planned:
                return self._told(found, 0)
            _demand_room(found.notebook)
            scripts = gateway.engine.scripts
            text = scripts.render_notes(
                found.notes,
                found.table.table,
                found.notebook,
                anew=found.anew,
                lock_timeout=_LOCK_TIMEOUT,
            )
            match scripts.run_sql(gateway, text, repair="record", account=self.account):
                case Ran():
                    return self._told(found, len(found.planned))
                case Refused(what, why, fix):
                    now = self._look(gateway).notebook
                    if now.last_seal == found.notebook.last_seal or tries + 1 == _TRIES:
                        raise DatabaseError(what, why=why, fix=fix)
                case Cut(said):
                    raise DatabaseError(
                        "the connection was cut while the notes were written",
                        why=said.strip(),
                        fix="run the same command again: it notes what is not noted yet",
                    )
        raise AssertionError

    def to_file(self, path: str) -> RecordedNotes:
        """Note in a file."""
        found: list[_Found] = []

        def look() -> NewInFile:
            table, home = self._rows()
            decided = self._decide(table, read_note_file(path, home))
            found.append(decided)
            return NewInFile(decided.notebook, decided.notes, decided.anew)

        append_notes(path, look, now=self.request.now, account=self.account)
        return self._told(found[0], len(found[0].planned))

    def _look(self, gateway: Gateway) -> _Found:
        """Read rows and notes at one moment."""
        read = gateway.engine.catalog.read_noted(
            gateway, self.request.table, self.reader, self.request.environment
        )
        assert read.notes is not None  # noqa: S101  they were asked for
        return self._decide(read.versions, read.notes)

    def _rows(self) -> tuple[VersionTable, NotesHome]:
        """Read the rows, and which table of which database they are."""
        if self.request.rows is not None:
            table = read_rows(self.request, self.reader)
            return table, NotesHome(str(table.table))
        gateway = open_gateway(self.request.database_url, self.request.exec_prefix)
        read = gateway.engine.catalog.read_noted(
            gateway, self.request.table, self.reader, self.request.environment
        )
        assert read.notes is not None  # noqa: S101  see above
        return read.versions, read.notes.home or NotesHome(str(read.versions.table))

    def _decide(self, table: VersionTable, notebook: Notebook) -> _Found:
        """Say what is to be noted.

        Raises:
            RefusedError: the notes that are there do not hold.
        """
        _demand_readable(notebook)
        target = best_target(self.targets, table, self.reader)
        framework = target.framework
        rows = reread(table, self.reader, framework).rows
        chain = read_chain(notebook)
        if chain.is_broken and not self.options.anew:
            raise _broken(notebook, chain)
        anew = self.options.anew or not chain.holds
        noted = None if anew else latest_notes(chain, framework.numbering)
        code = code_that_ran(self.repository, self.request, self.deployed, target)
        planned = plan_notes([row.version for row in rows], noted, code)
        return _Found(table, notebook, chain, planned, anew, framework)

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

    def _told(self, found: _Found, appended: int) -> RecordedNotes:
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
            len(found.notebook.notes) + appended,
            self.deployed.commit,
            self.deployed.how,
            tuple(remarks),
        )


def _schema_files(target: TargetFiles) -> Sequence[str]:
    schema = target.framework.schema_file
    if schema is None:
        return ()
    return [path for folder in target.files.directories for path in schema.beside(folder)]


def _demand_readable(notebook: Notebook) -> None:
    if notebook.trouble:
        raise DatabaseError(
            f"the notes in {notebook.place} cannot be read",
            why=notebook.trouble,
            fix="rename that table if it is not ours, or let this user read it; or keep the notes "
            "in a file: migdoctor record --to FILE",
        )


def _demand_room(notebook: Notebook) -> None:
    """Make sure that notes can be appended.

    Raises:
        DatabaseError: they cannot; the notes can be kept in a file all the same.
    """
    if notebook.hindrance:
        raise DatabaseError(
            f"nothing can be noted in {notebook.place}; nothing was changed",
            why=notebook.hindrance,
            fix="connect as the user who migrates, or keep the notes in a file: "
            "migdoctor record --to FILE",
        )


def _broken(notebook: Notebook, chain: Chain) -> RefusedError:
    return RefusedError(
        f"the notes in {notebook.place} do not hold: "
        + "; ".join(fault.said for fault in chain.faults),
        why="what was appended to them would be no evidence either; nothing was noted",
        fix="find out who changed them; then `migdoctor record --anew` begins a new chain behind "
        "them, in which all that is in the version table now counts as adopted",
    )
