"""What Drizzle's migrator starts, and what it silently leaves out: it refuses nothing."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from analyzer.frameworks.drizzle.names import JOURNAL
from analyzer.frameworks.integer_versions import read
from analyzer.frameworks.set_of_rows import RUNS_AGAIN
from analyzer.frameworks.usual_preconditions import UsualRefusals
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName, WhyIgnored
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import NO_VERSION, Version

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.prediction import NextRun

_PASSED = (
    "its moment in the journal, {}, is not after that of the newest row, {}, and Drizzle looks at "
    "nothing else"
)
_UNLISTED = "the journal does not list it, and Drizzle runs nothing else"


class DrizzleRefusals(UsualRefusals):
    """The port ``Preconditions`` of Drizzle."""

    illegal_names = "the journal lists the names of the files"
    renamed = RUNS_AGAIN
    skips_late = True

    def __init__(self) -> None:
        late = " (and never runs it where a newer one ran)"
        super().__init__("Drizzle", late, "it has no rollback")

    def shared(self, said: str) -> str:
        """What it does while files share a moment."""
        return f"never runs the second of them once the first has a row, while {said}"

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
    ) -> "NextRun":
        """What comes after the newest row; all that does not is passed over."""
        from analyzer.model.findings.prediction import Failure, LeftOut, NextRun

        stands = max((read(row.version) for row in rows), default=None)
        ordered = sorted(files.files, key=_version)
        starts = [file for file in ordered if stands is None or file.version > stands]
        left = [it for it in ordered if it not in starts and it.path in unran]
        told = [LeftOut(it, _PASSED.format(it.version, stands)) for it in left]
        told += [LeftOut(it, _UNLISTED) for it in _unlisted(files)]
        said = next(map(partial(_lack, files), files.missing), None)
        refuses = None if said is None else Failure(None, said, "Error")
        return NextRun(tuple(starts), tuple(told), refuses)

    def stop(
        self, file: MigrationFile, parsed: "Parsed", before: Sequence[MigrationFile]
    ) -> tuple[str, str, int] | None:
        """Nothing that can be told from the text stops it at one migration."""
        del file, parsed, before
        return None


def _unlisted(files: FileSet) -> Iterator[MigrationFile]:
    """Files that a journal does not list, if it can be read, under the names of their paths."""
    legible = not any(it.endswith(JOURNAL) for it in files.missing)
    for it in files.ignored:
        if legible and it.why is WhyIgnored.UNLISTED:
            slug = it.path.rpartition("/")[2].partition("_")[2].removesuffix(".sql")
            yield MigrationFile(it.path, MigrationName(NO_VERSION, slug, "", ""), it.blob)


def _lack(files: FileSet, path: str) -> str:
    """What the migrator says of a file that is not there, or of a journal."""
    if not path.endswith(JOURNAL):
        folder = path.rpartition("/")[0]
        return f"No file {path} found in {folder} folder"
    if any(it.path == path for it in files.ignored):
        return f"{path} is not valid JSON"
    return f"Can't find {JOURNAL} file"


def _version(file: MigrationFile) -> Version:
    return file.version
