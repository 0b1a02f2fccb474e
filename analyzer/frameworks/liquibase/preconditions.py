"""What ``liquibase update`` runs, and what it refuses, in its own words.

Source: Liquibase 4.28, changelog/ValidatingVisitor; each case was seen by running it.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.liquibase.names import ChangelogName, ChangeSetName
from analyzer.frameworks.liquibase.versions import JOINT, LiquibaseVersions, path_of
from analyzer.frameworks.ports.preconditions import Conflict
from analyzer.frameworks.set_of_rows import RUNS_AGAIN, run_of_set
from analyzer.frameworks.usual_preconditions import UsualRefusals
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import Version

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.prediction import NextRun

_SUMS = "Validation Failed: {} changesets check sum {}"
_WAS = "{} was: {} but is now: {}"
_DOUBLED = "Validation Failed: {} changesets had duplicate identifiers {}"


class LiquibaseRefusals(UsualRefusals):
    """The port ``Preconditions`` of Liquibase, whose rows are of changesets and not of files."""

    illegal_names = "a changelog ends with .sql, .xml, .yaml, .yml or .json"
    renamed = RUNS_AGAIN
    other_name = "; Liquibase compares the checksum of each changeset"

    def __init__(self, versions: LiquibaseVersions) -> None:
        self._versions = versions
        super().__init__("Liquibase", "", "a rollback stops at it")

    def shared(self, said: str) -> str:
        """What it does while changesets share path, id and author."""
        return f"refuses to start while {said}; nothing at all would run"

    def conflicts(self, files: Sequence[MigrationFile]) -> Iterator[Conflict]:
        """Files of which changesets share path, id and author; those of a path alone may."""
        groups: dict[str, dict[str, MigrationFile]] = {}
        for file in files:
            for text in _changesets(file):
                groups.setdefault(text, {})[file.path] = file
        yield from (("version", [*it.values()]) for it in groups.values() if len(it) > 1)

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
    ) -> "NextRun":
        """Every file of which a changeset has no row, in the order of their paths."""
        from analyzer.model.findings.prediction import Failure
        from analyzer.records import replace

        kept = {_compared(it.version): it.columns.get("md5sum") for it in rows}
        run = run_of_set(files, rows, unran, self._versions.read)
        waiting = {it.path for it in run.starts}
        waiting |= {it.path for it in files.files if any(_is_due(i, kept) for i in _sets(it))}
        starts = sorted((it for it in files.files if it.path in waiting), key=_version)
        left = tuple(it for it in run.never_runs if it.file.path not in waiting)
        said = _doubled(files.files) or _edited(files.files, kept)
        refuses = None if said is None else Failure(None, said, "ValidationFailedException")
        return replace(run, starts=tuple(starts), never_runs=left, refuses=refuses)

    def stop(
        self, file: MigrationFile, parsed: "Parsed", before: Sequence[MigrationFile]
    ) -> tuple[str, str, int] | None:
        """A changelog that cannot be read."""
        del file, before
        problem = next(iter(parsed.problems), None)
        return ("ChangeLogParseException", problem.what, problem.line) if problem else None


def _sets(file: MigrationFile) -> tuple[ChangeSetName, ...]:
    return file.name.changesets if isinstance(file.name, ChangelogName) else ()


def _changesets(file: MigrationFile) -> tuple[str, ...]:
    """The versions of a file's changesets, as they are compared."""
    return tuple(_compared(it.version) for it in _sets(file))


def _compared(version: str) -> str:
    return f"{path_of(version)}{JOINT}{version.partition(JOINT)[2]}"


def _is_due(it: ChangeSetName, kept: Mapping[str, str | None]) -> bool:
    """Whether a changeset has no row, or one of another text, and is to run anew then."""
    key = _compared(it.version)
    return key not in kept or (it.anew and _differs(it, kept[key]))


def _differs(it: ChangeSetName, stored: str | None) -> bool:
    """Whether a checksum of the same form is another one; a row without one accepts any."""
    own = it.checksum
    return bool(own and stored and stored[:2] == own[:2] and stored != own)


def _doubled(files: Sequence[MigrationFile]) -> str | None:
    counted = Counter(text for file in files for text in _changesets(file))
    twice = sorted(text for text, count in counted.items() if count > 1)
    return _DOUBLED.format(len(twice), " ".join(twice)) if twice else None


def _edited(files: Sequence[MigrationFile], kept: Mapping[str, str | None]) -> str | None:
    """What it says of changesets whose rows keep the checksums of other texts."""
    found = [
        _WAS.format(key, kept[key], it.checksum)
        for file in files
        for it in _sets(file)
        if not it.anew and (key := _compared(it.version)) in kept and _differs(it, kept[key])
    ]
    return _SUMS.format(len(found), " ".join(found)) if found else None


def _version(file: MigrationFile) -> Version:
    return file.version
