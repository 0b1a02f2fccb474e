"""A framework as one bundle of ports: what the core asks the tool that owns a version table.

What a framework cannot do is None, and the command that needs it says so by name
(`registry.cannot`). Each port has a module in `ports`. Nothing here imports a member.
"""

from typing import TYPE_CHECKING

from analyzer.model.core.version_table import TableName
from analyzer.records import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from analyzer.frameworks.ports.commands import Commands
    from analyzer.frameworks.ports.databases import DatabaseFile
    from analyzer.frameworks.ports.dating import Dating
    from analyzer.frameworks.ports.files import Files
    from analyzer.frameworks.ports.keys_in_text import KeysInText
    from analyzer.frameworks.ports.language import Language
    from analyzer.frameworks.ports.numbering import Numbering
    from analyzer.frameworks.ports.own_settings import OwnSettings
    from analyzer.frameworks.ports.own_words import OwnWords
    from analyzer.frameworks.ports.packages import Packages
    from analyzer.frameworks.ports.preconditions import Preconditions
    from analyzer.frameworks.ports.release import ReleaseFile
    from analyzer.frameworks.ports.repeats import Repeating
    from analyzer.frameworks.ports.schema_file import SchemaFile
    from analyzer.frameworks.ports.status import StatusOutput
    from analyzer.frameworks.ports.store import Store
    from analyzer.frameworks.ports.writer import Guards, Writer
    from analyzer.model.core.migration import FileSet


class Framework(Struct, frozen=True):
    """A migration framework. ``name`` is its key in the registry, in reports and settings."""

    name: str
    files: "Files"
    numbering: "Numbering"
    store: "Store"
    language: "Language"
    preconditions: "Preconditions"
    commands: "Commands"
    schema_file: "SchemaFile | None" = None
    status: "StatusOutput | None" = None
    writer: "Writer | None" = None
    keys: "KeysInText | None" = None  # None: the path of a file tells its version
    packages: "Packages | None" = None  # None: all of its rows belong to one application
    repeats: "Repeating | None" = None  # None: every migration runs once
    guards: "Callable[[], Guards] | None" = None  # loads when somebody asks for it
    databases: "Callable[[], DatabaseFile] | None" = None  # likewise
    dating: "Callable[[FileSet, datetime], Dating | None] | None" = None  # likewise, if it matters
    release: "Callable[[], ReleaseFile] | None" = None  # likewise; None: all do the same
    own_words: "OwnWords | None" = None  # None: names of tables are written out
    settings: "OwnSettings | None" = None  # None: none changes what its next run does

    @property
    def usual_table(self) -> TableName:
        """The version table that it keeps unless it is told otherwise."""
        return TableName(self.store.table, self.store.schema)
