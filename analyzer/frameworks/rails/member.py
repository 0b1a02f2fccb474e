"""Rails as one bundle."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.ports.writer import Guards
from analyzer.frameworks.rails import (
    commands,
    databases,
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
    databases=databases,
)
