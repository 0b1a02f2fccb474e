"""The new files of a change, and the one command that grants all that is wished for each."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from analyzer.analysis.gate.fix_steps import Mender
from analyzer.analysis.gate.gate_merged import restoring
from analyzer.analysis.gate.next_versions import Numbers
from analyzer.frameworks.base import Framework
from analyzer.model.core.defining_line import DefiningLine
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding
from analyzer.model.gate.gate import Changes, Moved, Squash
from analyzer.model.plans.gate_steps import Steps

ContentOf = Callable[[MigrationFile], bytes]


@dataclass(slots=True)
class Wish:
    """The changes that a new file needs, so that all findings about it name one command."""

    renumber: bool = False
    slug: str | None = None
    defining_line: DefiningLine | None = None
    class_name: str = ""
    copy: bool = False  # another file holds the same text
    drop: bool = False  # it cannot stay, though its text may stand nowhere else


@dataclass(slots=True)
class Newcomers:
    """The new files, and what is wished for them."""

    changes: Changes
    content_of: ContentOf
    mend: Mender
    numbers: Numbers
    framework: Framework
    squashes: Mapping[str, Squash] = field(default_factory=dict)  # by path
    wishes: dict[str, Wish] = field(default_factory=lambda: defaultdict(Wish))

    @property
    def migrate(self) -> str:
        """The framework's command, for messages."""
        return self.framework.commands.migrate

    @property
    def files(self) -> tuple[MigrationFile, ...]:
        """All files that are new under their path."""
        return (*self.changes.added, *(moved.new for moved in self.changes.moved))

    def commanded(self, findings: Iterable[Finding]) -> list[Finding]:
        """Give each finding about a new file the command that grants all wishes for the file."""
        moves = {moved.new.path: moved for moved in self.changes.moved}
        files = {file.path: file for file in self.files}
        return [
            replace(found, steps=self._steps(files[found.path], moves.get(found.path)))
            if not found.steps and found.path in files
            else found
            for found in findings
        ]

    def _steps(self, file: MigrationFile, moved: Moved | None) -> Steps:
        wish = self.wishes[file.path]
        if moved is not None and (wish.renumber or wish.slug):
            return restoring(moved, self.mend)
        if wish.copy or wish.drop:
            return self.mend.take_away(file.path, copy=wish.copy)
        steps: Steps = ()
        if wish.defining_line is not None:
            old = wish.defining_line.name
            steps += self.mend.rename_class(file.path, old, wish.class_name)
        path = self._path(file, wish)
        return steps if path == file.path else steps + self.mend.move(file.path, path)

    def _path(self, file: MigrationFile, wish: Wish) -> str:
        version = self.numbers.version_for(file) if wish.renumber else file.version.text
        slug = wish.slug or file.name.slug
        rest = file.basename[len(file.version.text) + 1 + len(file.name.slug) :]
        return f"{file.folder}/{version}_{slug}{rest}".removeprefix("/")


def within(file: MigrationFile, folders: Collection[str]) -> bool:
    """Whether a file lies in one of the folders."""
    return any(file.path.startswith(f"{folder}/") or not folder for folder in folders)
