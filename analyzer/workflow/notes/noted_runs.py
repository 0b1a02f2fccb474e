"""The runs that notes witnessed, looked up in history: which text ran under which row."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from analyzer.analysis.notes.seals import Chain, latest_notes, read_chain
from analyzer.errors import RepositoryError
from analyzer.model.core.migration import MigrationFile, path_under
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.diagnosis import SeenFile
from analyzer.model.notes.note import Notebook, NoteKind, RunNote
from analyzer.model.notes.noted_run import NotedRun, NoteStanding
from analyzer.records import replace
from analyzer.workflow.reading.files.past_files import PastFiles


class NotedRuns:
    """The witnessed runs of one environment; each thing is looked up once, when it is asked for."""

    def __init__(self, notebook: Notebook, past_files: PastFiles, table: VersionTable) -> None:
        self.notebook, self._past_files = notebook, past_files
        self._rows = {row.version.key: row.version for row in table.rows if row.version.is_valid}

    @cached_property
    def chain(self) -> Chain:
        """The notes that count now, and whether they hold."""
        return read_chain(self.notebook)

    @cached_property
    def latest(self) -> Mapping[VersionKey, RunNote]:
        """Of each version the last note; nothing where the notes do not hold."""
        numbering = self._past_files.target.framework.numbering
        return latest_notes(self.chain, numbering) if self.chain.holds else {}

    @cached_property
    def gone(self) -> tuple[RunNote, ...]:
        """The notes of versions that ran, and whose rows are not there."""
        told = (self.latest[key] for key in sorted(self.latest.keys() - self._rows.keys()))
        return tuple(note for note in told if note.kind != NoteKind.REMOVED)

    @cached_property
    def runs(self) -> tuple[NotedRun, ...]:
        """The rows whose run was witnessed, in the order of their versions."""
        told = {
            key: note
            for key, note in self.latest.items()
            if note.kind == NoteKind.WITNESSED and key in self._rows
        }
        self._past_files.texts.read_ahead(file.blob for file in self._as_today(told.values()))
        return tuple(self._look_up(self._rows[key], told[key]) for key in sorted(told))

    @cached_property
    def proved(self) -> Mapping[VersionKey, NotedRun]:
        """Those of them whose text is known, by version."""
        return {run.row.key: run for run in self.runs if run.seen is not None}

    @property
    def commit(self) -> str | None:
        """The commit that the last of them ran at; None where it is not here."""
        proved = [run for run in self.runs if run.standing is NoteStanding.PROVED]
        last = max(proved, key=lambda run: run.note.number, default=None)
        if last is None or last.note.commit_id is None:
            return None
        return last.note.commit_id if self._is_here(last.note.commit_id) else None

    def _as_today(self, notes: Iterable[RunNote]) -> Iterator[MigrationFile]:
        return (self._today[note.path] for note in notes if note.path in self._today)

    @cached_property
    def _today(self) -> Mapping[str | None, MigrationFile]:
        return {file.path: file for file in self._past_files.target.files.files}

    def _look_up(self, row: Version, note: RunNote) -> NotedRun:
        today = self._today.get(note.path)
        if today is not None and self._has(today.blob, note):  # most files stay as they are
            return self._found(row, note, today.blob, self._past_files.tip)
        if note.commit_id is not None and self._is_here(note.commit_id):
            there = self._past_files.files_at(note.commit_id).files
            blob = next((it.blob for it in there if it.path == note.path), None)
            if blob is None or not self._has(blob, note):
                return NotedRun(row, note, NoteStanding.CONTRADICTED)
            return self._found(row, note, blob, note.commit_id)
        for blob, commit in self._blobs.get(note.path, ()):
            if self._has(blob, note):
                return self._found(row, note, blob, commit)
        return NotedRun(row, note, NoteStanding.UNKNOWN)

    def _found(self, row: Version, note: RunNote, blob: str, commit: str | None) -> NotedRun:
        path = note.path or ""
        name = self._past_files.names.of(path, blob)
        if name is None:
            return NotedRun(row, note, NoteStanding.CONTRADICTED)
        if name.version != row:  # the row was rewritten since: it stands under another version
            path = path_under(path, name.version, row)
            name = replace(name, version=row)
        seen = SeenFile(MigrationFile(path, name, blob), commit or "")
        return NotedRun(row, note, NoteStanding.PROVED, seen)

    def _has(self, blob: str, note: RunNote) -> bool:
        return hashlib.sha256(self._past_files.content(blob)).hexdigest() == note.sha256

    def _is_here(self, commit: str) -> bool:
        if commit not in self._known:
            try:
                self._known[commit] = self._past_files.repository.resolve(commit) == commit
            except RepositoryError:
                self._known[commit] = False
        return self._known[commit]

    @cached_property
    def _known(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _blobs(self) -> Mapping[str | None, list[tuple[str, str]]]:
        """By path all contents that a file ever had, anywhere, each with a commit that had it."""
        found: dict[str | None, list[tuple[str, str]]] = {}
        for commit in self._past_files.everywhere.commits:
            before = commit.parents[0] if commit.parents else commit.sha
            for event in commit.events:
                holder = before if event.kind == "D" else commit.sha
                found.setdefault(event.path, []).append((event.blob, holder))
                if event.old_path is not None and event.old_blob is not None:
                    found.setdefault(event.old_path, []).append((event.old_blob, before))
        return found
