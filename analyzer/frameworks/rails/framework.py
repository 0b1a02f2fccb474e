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
    from analyzer.frameworks.ports.databases import DatabaseFile
    from analyzer.frameworks.ports.writer import Guards


def _guards() -> "Guards":
    from analyzer.frameworks.rails.writer import guard_text  # with all kinds of effects

    return guard_text


def _databases() -> "DatabaseFile":
    from analyzer.frameworks.rails import databases

    return databases


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
)
