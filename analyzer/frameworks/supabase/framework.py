"""Supabase: ``supabase_migrations.schema_migrations(version, statements, name)``."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.keyed.facts import Facts, MindsMissing, Script
from analyzer.frameworks.keyed.framework import keyed
from analyzer.frameworks.keyed.names import KeyedFiles
from analyzer.frameworks.keyed.store import KeyedStore
from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.frameworks.sql.sql_language import SqlLanguage, pipelined
from analyzer.model.core.migration import MigrationFile, MigrationName, WhyIgnored
from analyzer.model.core.table_row import TableRow
from analyzer.model.core.version import InvalidVersion, Version
from analyzer.records import replace

_FACTS = Facts(
    name="supabase",
    title="Supabase",
    table="schema_migrations",
    schema="supabase_migrations",
    column="version",
    folders=("supabase/migrations",),
    suffixes=(".sql",),
    script=Script.SQL,
    sign="",
    needs=r"[0-9]+_.*\.sql",
    example="20250823000001_create_songs.sql",
    records="supabase migration repair --status applied",
    migrate="supabase db push",
    makes="supabase migration new {name}",
    source="supabase 3.1.0",
    others=(("dirty", "golang-migrate"), ("inserted_at", "Ecto"), ("filename", "Sequel")),
    missing=MindsMissing.ANY,
    lists_missing="Remote migration versions not found in local migrations directory.",
    late="Found local migration files to be inserted before the last migration on remote database.",
    misleads="supabase migration repair --status reverted {}",
    lost_file="it has no rollback",
)


class SupabaseVersions(KeyedVersions):
    """The port ``Numbering`` of Supabase, whose versions are digits, as text."""

    whole = False

    def read(self, stored: str) -> Version:
        """Read a stored text; the tool itself stores digits only."""
        found = super().read(stored)
        is_number = stored.isascii() and stored.isdecimal()
        return found if is_number else InvalidVersion(stored, stored)


class SupabaseFiles(KeyedFiles):
    """The port ``Files`` of Supabase, where the digits of a name are the version."""

    sure = True
    markers = ("supabase/config.toml",)

    def _read(self, name: str) -> MigrationName | WhyIgnored:
        found = super()._read(name)
        if isinstance(found, WhyIgnored):
            return found
        return replace(found, version=self._versions.read(name.partition("_")[0]))


class SupabaseStore(KeyedStore):
    """The store of Supabase: a row tells the file's name, and the statements that ran."""

    def row_of(self, file: MigrationFile, row: TableRow | None = None) -> TableRow:
        """The same row under the file's version and name; the statements stay, for they ran."""
        found = super().row_of(file, row)
        if "name" not in found.columns:
            return found
        return replace(found, columns=found.columns.having({"name": file.name.slug}))


_VERSIONS = SupabaseVersions(_FACTS)
FRAMEWORK: Framework = replace(
    keyed(_FACTS, SqlLanguage(pipelined)),
    files=SupabaseFiles(_FACTS, _VERSIONS),
    numbering=_VERSIONS,
    store=SupabaseStore(_FACTS),
)
