"""Findings about the schema file: where it contradicts the files, or the rows."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.version import Version
from analyzer.model.findings.diagnosis import Diagnosis, RowMatched, RowRenamed, RowReused
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rename import Rename
from analyzer.model.findings.rule import Rule
from analyzer.model.schema.schema_file import SchemaVersions
from analyzer.model.words.wording import listed
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.frameworks.ports.commands import Commands


_SHOWN = 5  # names in one message
_REPAIRS = "the repair brings it in line: migdoctor rename-back or migdoctor rewrite"

UNKNOWN_NEWEST = Rule(
    code="MD126",
    name="schema-file-names-unknown-version",
    severity=Severity.WARNING,
    title="schema file names a version that no file carries",
    why="A database that is loaded from it counts the wrong migrations as done.",
    fix="The repair brings it in line; otherwise regenerate it with `db:schema:dump`.",
    bad="ActiveRecord::Schema[7.1].define(version: 2025_01_01_000000) do\n"
    "# the file is 20250201000000_create_songs.rb",
    good="ActiveRecord::Schema[7.1].define(version: 2025_02_01_000000) do",
    found_by="analyzer.analysis.diagnosis.findings.schema_file_versions.find_in_schema_files",
)
UNKNOWN_LISTED = Rule(
    code="MD127",
    name="schema-file-lists-unknown-versions",
    severity=Severity.WARNING,
    title="schema file lists versions that no file carries",
    why="They are old names of renamed migrations, which would run again after a load.",
    fix="The repair brings them in line. A note where the migrations were deleted.",
    bad="INSERT INTO schema_migrations (version) VALUES ('20250101000000');\n"
    "-- the file is 20250201000000_create_songs.rb",
    good="INSERT INTO schema_migrations (version) VALUES ('20250201000000');",
    found_by="analyzer.analysis.diagnosis.findings.schema_file_versions.find_in_schema_files",
)
LACKS_APPLIED = Rule(
    code="MD128",
    name="schema-file-lacks-what-ran",
    severity=Severity.WARNING,
    title="schema file lacks what ran",
    why="A database that is loaded from it runs these migrations. A warning where the file has "
    "them under versions that they had before; else a note, as no database that is there is "
    "touched.",
    fix="The repair brings it in line; otherwise regenerate it with `db:schema:dump`.",
    bad="row  20250201000000\nActiveRecord::Schema[7.1].define(version: 2025_01_01_000000) do",
    good="row  20250201000000\nActiveRecord::Schema[7.1].define(version: 2025_02_01_000000) do",
    found_by="analyzer.analysis.diagnosis.findings.schema_file_versions.find_in_schema_files",
)
LISTED_TWICE = Rule(
    code="MD129",
    name="schema-file-lists-a-version-twice",
    severity=Severity.ERROR,
    title="schema file lists a version twice",
    why="Loading it fails; a merge is the usual cause.",
    fix="Remove the second line.",
    bad="INSERT INTO schema_migrations (version) VALUES\n('20250201000000'),\n('20250201000000');",
    good="INSERT INTO schema_migrations (version) VALUES\n('20250201000000');",
    found_by="analyzer.analysis.diagnosis.findings.schema_file_versions.find_in_schema_files",
)


def find_in_schema_files(
    schema_files: Iterable[SchemaVersions],
    diagnosis: Diagnosis,
    files: FileSet,
    environment: str,
    commands: "Commands",
) -> Iterator[Finding]:
    """Say where each schema file contradicts the files or the rows.

    Args: commands: the framework's, one of which writes the schema file anew.
    """
    known = _Versions.of(diagnosis, files)
    for schema_file in schema_files:
        about = _AboutSchemaFile(schema_file, known, environment, commands)
        yield from about.twice()
        yield from about.without_file()
        yield from about.lacking()


class _Versions(Struct, frozen=True):
    """Versions: of the files, of what ran, and of what has another one now."""

    files: Mapping[Version, MigrationFile]
    ran: Sequence[MigrationFile]  # by the file that it is today, each once
    renamed: Mapping[Version, Rename]  # by the version that it had

    @classmethod
    def of(cls, diagnosis: Diagnosis, files: FileSet) -> "_Versions":
        ran = [row.file for row in diagnosis.rows if isinstance(row, RowMatched)]
        ran += [
            row.rename.new
            for row in diagnosis.rows
            if isinstance(row, RowRenamed | RowReused) and row.rename is not None
        ]
        return cls(
            {file.version: file for file in files.files},
            sorted({it.path: it for it in ran}.values(), key=lambda file: file.version),
            {rename.old.version: rename for rename in diagnosis.renames},
        )


class _AboutSchemaFile(Struct, frozen=True):
    """The findings on one schema file."""

    file: SchemaVersions
    known: _Versions
    environment: str
    commands: "Commands"

    def twice(self) -> Iterator[Finding]:
        doubled = [version for version, times in Counter(self.file.versions).items() if times > 1]
        if doubled:
            yield self._finding(
                LISTED_TWICE,
                Severity.ERROR,
                doubled[0],
                what=f"{self.file.path} lists {listed(map(str, doubled), _SHOWN)} twice",
                why="loading it fails, as a version can be recorded only once; a merge of two "
                "branches is the usual cause",
                fix=f"remove the second line, or regenerate the file: {self.commands.dump}",
            )

    def without_file(self) -> Iterator[Finding]:
        files = self.known.files
        lost = [it for it in dict.fromkeys(self.file.versions) if it.is_valid and it not in files]
        renamed = [it for it in lost if it in self.known.renamed]
        others = [it for it in lost if it not in self.known.renamed]
        if renamed:
            yield self._renamed(renamed)
        if others:
            yield self._unknown(others)

    def _renamed(self, versions: Sequence[Version]) -> Finding:
        now = [self.known.renamed[version].new.basename for version in versions]
        said = "lists" if self.file.whole else "names"
        return self._finding(
            UNKNOWN_LISTED if self.file.whole else UNKNOWN_NEWEST,
            Severity.WARNING,
            versions[0],
            what=f"{self.file.path} {said} {listed(map(str, versions), _SHOWN)}, which "
            f"{'is' if len(versions) == 1 else 'are'} {listed(now, _SHOWN)} now",
            why="a database that is loaded from it runs them again at the next migrate, as they "
            "have other versions today",
            fix=_REPAIRS,
        )

    def _unknown(self, versions: Sequence[Version]) -> Finding:
        if self.file.whole:
            return self._finding(
                UNKNOWN_LISTED,
                Severity.NOTE,
                versions[0],
                what=f"{self.file.path} lists versions that no file carries: "
                f"{listed(map(str, versions), _SHOWN)}",
                why=f"{self.commands.title} lists every row there is, also of migrations that were "
                "deleted",
                fix="nothing, if they were deleted on purpose",
            )
        newer = all(versions[0] > it for it in self.known.files)
        return self._finding(
            UNKNOWN_NEWEST,
            Severity.WARNING if newer else Severity.NOTE,
            versions[0],
            what=f"{self.file.path} names version {versions[0]}, which no file carries"
            f"{' and which is newer than all of them' if newer else ''}",
            why="a database that is loaded from it counts every file as done"
            if newer
            else "its newest migration was deleted, or renamed before this history begins",
            fix=f"migrate, then regenerate the file: {self.commands.dump}"
            if newer
            else "nothing, if it was deleted on purpose",
        )

    def lacking(self) -> Iterator[Finding]:
        """Find migrations that would run again in a database loaded from the schema file."""
        missed = [file for file in self.known.ran if self._lacks(file.version)]
        if not missed:
            return
        renamed, it = self._is_of_rename(missed), "them" if missed[1:] else "it"
        migrate = self.commands.migrate
        yield self._finding(
            LACKS_APPLIED,
            Severity.WARNING if renamed else Severity.NOTE,
            missed[0].version,
            what=f"{self.file.path} does not count "
            f"{listed((file.basename for file in missed), _SHOWN)} among what ran, though this "
            f"database has run {it}",
            why=f"it has {it} under another version: a database that is loaded from it runs {it} "
            f"again at the next {migrate}"
            if renamed
            else f"only a new database that is loaded from it is affected: the next {migrate} "
            f"runs {it} there, and stops where a table or column exists already",
            fix=_REPAIRS
            if renamed
            else f"regenerate it on a database that is up to date: {self.commands.dump}",
        )

    def _lacks(self, version: Version) -> bool:
        if self.file.whole:
            return version not in self.file.versions
        return version > self.file.versions[0]

    def _is_of_rename(self, files: Collection[MigrationFile]) -> bool:
        """Whether the file counts all of these under versions that they had before."""
        renames = self.known.renamed.values()
        counted = {it.new.path for it in renames if not self._lacks(it.old.version)}
        return all(file.path in counted for file in files)

    def _finding(
        self, rule: Rule, severity: Severity, version: Version, *, what: str, why: str, fix: str
    ) -> Finding:
        starts = [place.start for place in self.file.places if place.version == version]
        line = self.file.text.count("\n", 0, starts[0] if starts else self.file.ends) + 1
        return rule.finding(
            severity=severity,
            what=what,
            why=why,
            fix=fix,
            environment=self.environment,
            version=str(version),
            path=self.file.path,
            line=line,
        )
