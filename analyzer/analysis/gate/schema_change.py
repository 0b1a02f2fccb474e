"""A schema file in a change under review."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.ports.commands import Commands
from analyzer.frameworks.ports.schema_file import SchemaFileStyle
from analyzer.model.core.migration import MigrationFile
from analyzer.model.gate.gate import SchemaFacts
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.model.findings.schema_diff import Difference


class SchemaChange(Struct, frozen=True):
    """A schema file before the change and with it; ``files`` are the application's migrations.

    ``has`` knows what lies in the application's folder. ``live`` is false where another schema
    file is the one that is kept up. ``gaps`` finds where its content and the migrations that it
    counts do not agree any more; ``changed``: its text is another than before. ``own`` are those
    of ``files`` that the change has, not only the base; ``holds`` tells whether the file's tables
    are those of some migrations, as far as the change may be to blame.
    """

    before: SchemaFacts
    now: SchemaFacts
    files: Sequence[MigrationFile]
    commands: Commands
    has: Callable[[str], bool]
    style: SchemaFileStyle
    live: bool = True
    gaps: Callable[[], Sequence["Difference"]] = tuple
    changed: bool = False
    own: Sequence[MigrationFile] = ()
    holds: Callable[[Sequence[MigrationFile]], bool] = lambda _: True

    def counts(self, file: MigrationFile) -> bool:
        """Whether it names only the newest version, and that says a file has run."""
        newest = self.now.newest if self.now.versions is None else None
        return file in self.files and newest is not None and file.version <= newest

    @property
    def migrate(self) -> str:
        """The framework's command, for messages."""
        return self.commands.migrate

    @property
    def typed(self) -> str:
        """The same as it is typed."""
        return self.commands.typed(self.migrate, self.has)
