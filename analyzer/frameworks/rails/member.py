"""Rails as one bundle."""

from analyzer.frameworks.base import DatabaseFile, Framework, Guards
from analyzer.frameworks.rails import (
    commands,
    drafts,
    names,
    refusals,
    schema_files,
    status,
    store,
    texts,
    versions,
)


def _guards() -> Guards:
    from analyzer.frameworks.rails.writer import guard_text  # with all kinds of effects

    return guard_text


def _database_file() -> DatabaseFile:
    from analyzer.frameworks.rails.database_file import reader  # with a reader of YAML

    return reader


FRAMEWORK = Framework(
    name="rails",
    files=names,
    numbering=versions,
    store=store,
    language=texts,
    preconditions=refusals,
    commands=commands,
    schema_file=schema_files,
    status=status,
    writer=drafts,
    guards=_guards,
    database_file=_database_file,
)
