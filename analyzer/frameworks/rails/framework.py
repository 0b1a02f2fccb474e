"""Rails as one bundle."""

from typing import TYPE_CHECKING

from analyzer.frameworks import integer_versions as versions
from analyzer.frameworks.base import Framework
from analyzer.frameworks.rails import (
    commands,
    drafts,
    names,
    preconditions,
    schema_files,
    status,
    store,
    texts,
)

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.frameworks.ports.databases import DatabaseFile
    from analyzer.frameworks.ports.dating import Dating
    from analyzer.frameworks.ports.release import ReleaseFile
    from analyzer.frameworks.ports.writer import Guards
    from analyzer.model.core.migration import FileSet


def _guards() -> "Guards":
    from analyzer.frameworks.rails.writer import guard_text  # with all kinds of effects

    return guard_text


def _databases() -> "DatabaseFile":
    from analyzer.frameworks.rails import databases

    return databases


def _release() -> "ReleaseFile":
    from analyzer.frameworks.rails import release

    return release


def _dating(files: "FileSet", now: "datetime") -> "Dating | None":
    """None where no file is dated later than this moment."""
    if not files.files or files.files[-1].version.key < int(f"{now:%Y%m%d%H%M%S}"):
        return None
    from analyzer.frameworks.rails import dating

    return dating


FRAMEWORK = Framework(
    name="rails",
    files=names,
    numbering=versions,
    store=store,
    language=texts,
    preconditions=preconditions,
    commands=commands,
    schema_file=schema_files,
    status=status,
    writer=drafts,
    guards=_guards,
    databases=_databases,
    dating=_dating,
    release=_release,
    own_words=texts,
)
