"""The change as it would be after the gate's own commands, without touching anything."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from analyzer.frameworks.base import Framework
from analyzer.model.core.blob import blob_id
from analyzer.model.core.migration import FileSet, IgnoredFile, MigrationFile
from analyzer.model.plans.gate_steps import (
    BringBack,
    DeleteLine,
    Keep,
    Move,
    RenameClass,
    RunCommand,
    SetVersion,
    Step,
    TakeAway,
    WriteContent,
)
from analyzer.records import replace
from analyzer.sources.git.tree import Entry, folder_of
from analyzer.workflow.gate.check_sides import LARGEST_SCHEMA, Reader

_REGULAR = "100644"
_File = TypeVar("_File", Entry, MigrationFile, IgnoredFile)


class StepFailsError(Exception):
    """A step that its command would refuse, such as a move onto a file."""


class TrialReader(Reader):
    """Reads the change with some steps carried out in memory.

    ``texts`` are what the steps leave, by path, None where they leave nothing; ``before`` what the
    same paths had. ``origins`` are, by path, the files of the change that moved or were copied
    there.
    """

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader.repository, reader.head, reader.frameworks)
        self._change = reader
        self.listings = reader.listings
        self._loose = reader._loose  # noqa: SLF001  contents by id: more of them do no harm
        self.texts: dict[str, bytes | None] = {}
        self.before: dict[str, bytes | None] = {}
        self.origins: dict[str, str] = {}

    def carry_out(self, steps: Iterable[Step]) -> None:
        """Follow steps in their order.

        Raises:
            StepFailsError: one of them cannot be carried out.
        """
        for step in steps:
            match step:
                case Move():
                    self._move(step)
                case BringBack(path, commit):
                    self.put(path, self.file_at(commit, path, LARGEST_SCHEMA))
                case TakeAway(path):
                    self.put(path, None)
                case WriteContent(path, blob):
                    self.put(path, self.repository.read_beginning(blob, LARGEST_SCHEMA))
                case RenameClass() | DeleteLine() | SetVersion():
                    self.put(step.path, edited(self._text(step.path), step))
                case Keep():
                    self._keep(step)
                case RunCommand():
                    pass  # what the application writes is not known

    def put(self, path: str, text: bytes | None) -> None:
        """Give a path a text, or none."""
        self.before.setdefault(path, self.file_at_head(path, LARGEST_SCHEMA))
        self.texts[path] = text

    def _came_from(self, path: str, to: str) -> None:
        self.origins[to] = self.origins.get(path, path)

    def _keep(self, step: Keep) -> None:
        self._came_from(step.path, step.copy)
        if step.staged is None:
            self.put(step.copy, self.file_at_head(step.path, LARGEST_SCHEMA))  # of a link, nothing
        else:
            self.put(step.copy, self.repository.read_beginning(step.staged, LARGEST_SCHEMA))

    def at_head(self, folders: Sequence[str], framework: Framework | None = None) -> FileSet:
        """The folders as the steps leave them: what none of them touches was read before."""
        framework = framework or self.framework
        whole = self._change.at_head(folders, framework)
        own = self._file_set(self._own(folders), framework, folders)
        files = [*self._untouched(whole.files), *own.files]
        return replace(
            whole,
            files=tuple(sorted(files, key=lambda file: (file.version.key, file.path))),
            ignored=(*self._untouched(whole.ignored), *own.ignored),
            absent=tuple(path for path in whole.absent if path not in self.texts),
        )

    def listed(self, folders: Sequence[str]) -> list[Entry]:
        """The entries of the folders, as the steps leave them."""
        return [*self._untouched(self._change.listed(folders)), *self._own(folders)]

    def _untouched(self, files: Iterable[_File]) -> Iterator[_File]:
        return (file for file in files if file.path not in self.texts)

    def _own(self, folders: Sequence[str]) -> Iterator[Entry]:
        """The entries that steps have made or changed."""
        return (
            self._entry(path, text)
            for path, text in self.texts.items()
            if text is not None and folder_of(path, folders) is not None
        )

    def file_at_head(self, path: str, most: int = LARGEST_SCHEMA) -> bytes | None:
        """A file as the steps leave it."""
        if path in self.texts:
            text = self.texts[path]
            return text[:most] if text is not None else None
        return super().file_at_head(path, most)

    def _entry(self, path: str, text: bytes) -> Entry:
        blob = blob_id(text, length=len(self.head.commit))
        self._loose[blob] = text
        return Entry(path, _REGULAR, blob)

    def _move(self, step: Move) -> None:
        source, target = step.source, step.target
        text = None if step.whole else self.file_at_head(source)
        files = self._below(source) if text is None else {source: text}
        if not files:
            raise StepFailsError(source)
        for path, text in files.items():
            to = target + path.removeprefix(source)
            if self.file_at_head(to, 1) is not None:
                raise StepFailsError(to)
            self.put(path, None)
            self.put(to, text)
            self._came_from(path, to)

    def _below(self, folder: str) -> dict[str, bytes]:
        return {entry.path: self._text(entry.path) for entry in self.listed([folder])}

    def _text(self, path: str) -> bytes:
        text = self.file_at_head(path, LARGEST_SCHEMA)
        if text is None:
            raise StepFailsError(path)
        return text


def edited(text: bytes, step: RenameClass | DeleteLine | SetVersion) -> bytes:
    """A text with one edit, as the shell's words for it make it."""
    lines = text.split(b"\n")
    match step:
        case RenameClass(_, old, new):
            word = re.compile(rb"%s([^A-Za-z0-9_])" % re.escape(old.encode()))
            by = new.encode() + rb"\1"
            lines = [
                word.sub(by, line, count=1) if re.search(rb"class\s", line) else line
                for line in lines
            ]
        case DeleteLine(_, line, holding):
            if holding.encode() in b"".join(lines[line - 1 : line]):
                del lines[line - 1 : line]
        case SetVersion(_, line, old, new):
            at = line - 1
            lines[at : at + 1] = [lines[at].replace(old.encode(), new.encode(), 1)]
    return b"\n".join(lines)
