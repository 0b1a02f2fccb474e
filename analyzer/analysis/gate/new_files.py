"""The new files of a change, and the one command that makes all the corrections to each."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from analyzer.analysis.gate.fix_steps import FixSteps, undo_of
from analyzer.analysis.gate.next_versions import Numbers
from analyzer.analysis.gate.schema_change import SchemaChange
from analyzer.frameworks.base import Framework
from analyzer.frameworks.path_names import name_at
from analyzer.model.core.defining_line import DefiningLine
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.findings.finding import Finding
from analyzer.model.gate.gate import Changes, Moved, Squash
from analyzer.model.plans.gate_steps import Move, SetVersion, Steps
from analyzer.records import Struct, field, replace

_RAN = (
    "; a database of yours in which it ran gets the new number by migdoctor rewrite --apply "
    "--database-url URL"
)
ContentOf = Callable[[MigrationFile], bytes]


class Correction(Struct):
    """The changes that a new file needs, so that all findings about it name one command."""

    renumber: bool = False
    slug: str | None = None
    defining_line: DefiningLine | None = None
    class_name: str = ""
    copy: bool = False  # another file holds the same text
    drop: bool = False  # it cannot stay, though its text may stand nowhere else


class NewFiles(Struct):
    """The new files, and the corrections that they need."""

    changes: Changes
    content_of: ContentOf
    fixes: FixSteps
    numbers: Numbers
    framework: Framework
    squashes: Mapping[str, Squash] = field(default_factory=dict)  # by path
    schema: Sequence[SchemaChange] = ()
    corrections: dict[str, Correction] = field(default_factory=lambda: defaultdict(Correction))

    @property
    def migrate(self) -> str:
        """The framework's command, for messages."""
        return self.framework.commands.migrate

    @property
    def files(self) -> tuple[MigrationFile, ...]:
        """All files that are new under their path."""
        return (*self.changes.added, *(moved.new for moved in self.changes.moved))

    def commanded(self, findings: Iterable[Finding]) -> list[Finding]:
        """Give each finding about a new file the command that makes all its corrections."""
        moves = {moved.new.path: moved for moved in self.changes.moved}
        files = {file.path: file for file in self.files}
        return [
            self._commanded(found, files[found.path], moves.get(found.path))
            if not found.steps and found.path in files
            else found
            for found in findings
        ]

    def _commanded(self, found: Finding, file: MigrationFile, moved: Moved | None) -> Finding:
        steps = self._steps(file, moved)
        if moved is not None or not any(isinstance(it, Move) for it in steps):
            return replace(found, steps=steps)
        more = ""
        if self.corrections[file.path].renumber:
            follows = any(isinstance(it, SetVersion) for it in steps)
            more = _RAN if follows else self._left_to_do(file) + _RAN
        return replace(found, steps=steps, fix=found.fix + more)

    def _left_to_do(self, file: MigrationFile) -> str:
        """What brings a file with another number into a schema file that counted it."""
        said = (
            f"; then {one.typed} writes it into {one.now.path}"
            for one in self.schema
            if one.live and one.counts(file)
        )
        return next(said, "")

    def _steps(self, file: MigrationFile, moved: Moved | None) -> Steps:
        correction = self.corrections[file.path]
        if moved is not None and (correction.renumber or correction.slug):
            return undo_of(moved, self.fixes)
        if correction.copy or correction.drop:
            return self.fixes.take_away(file.path, copy=correction.copy)
        steps: Steps = ()
        if correction.defining_line is not None:
            old = correction.defining_line.name
            steps += self.fixes.rename_class(file.path, old, correction.class_name)
        path = self._path(file, correction)
        if path is None:
            return ()
        if path == file.path:
            return steps
        name = name_at(self.framework.files, path)
        after: Steps = ()
        if correction.renumber and isinstance(name, MigrationName):
            after = self.fixes.follow(file, name.version)
        return steps + self.fixes.move(file.path, path) + after

    def _path(self, file: MigrationFile, correction: Correction) -> str | None:
        """The corrected path; None where no name of a file can make the correction."""
        version = self.numbers.version_for(file) if correction.renumber else file.version.text
        if not correction.slug:
            return self._renumbered(file, version) if correction.renumber else file.path
        slug = correction.slug or file.name.slug
        rest = file.basename[len(file.version.text) + 1 + len(file.name.slug) :]
        return f"{file.folder}/{version}_{slug}{rest}".removeprefix("/")

    def _renumbered(self, file: MigrationFile, version: str) -> str | None:
        """The path with another number, all else as it was; None where a path tells no version."""
        numbering, keys = self.framework.numbering, self.framework.keys
        if keys is not None and not keys.told_by_path:
            return None
        wanted = numbering.read(version)
        if isinstance(wanted.key, str):  # such a version may be the whole name
            wanted = numbering.respelled(wanted, file.version.text)
        path = file.path_under(wanted)
        name = name_at(self.framework.files, path)
        return path if isinstance(name, MigrationName) and name.slug == file.name.slug else None


def within(file: MigrationFile, folders: Collection[str]) -> bool:
    """Whether a file lies in one of the folders."""
    return bool(lying_in([file], folders))


def lying_in(files: Iterable[MigrationFile], folders: Collection[str]) -> list[MigrationFile]:
    """The files that lie in one of the folders."""
    if "" in folders:
        return [*files]
    beginnings = tuple(f"{folder}/" for folder in folders)
    return [file for file in files if file.path.startswith(beginnings)]
