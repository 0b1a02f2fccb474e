"""yoyo's files: Python or SQL, and beside SQL the file that takes it back."""

from analyzer.frameworks.keyed.names import KeyedFiles
from analyzer.model.core.migration import MigrationName, WhyIgnored

_SQL, _BACK = ".sql", ".rollback.sql"
_HOOK = "post-apply"  # runs after every apply, and no row tells of it


class YoyoFiles(KeyedFiles):
    """The port ``Files`` of yoyo."""

    def _read(self, name: str) -> MigrationName | WhyIgnored:
        if name.endswith(_BACK) or name.startswith(_HOOK):
            return WhyIgnored.NOT_A_MIGRATION
        return super()._read(name)

    def way_back(self, path: str) -> str | None:
        """The file beside one in SQL that ``yoyo rollback`` runs."""
        stem = path.removesuffix(_SQL)
        return None if stem == path or path.endswith(_BACK) else stem + _BACK
