"""dbmate as one bundle; it writes no migration and no guard."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.dbmate import (
    commands,
    names,
    refusals,
    schema_files,
    status,
    store,
    texts,
    versions,
)

FRAMEWORK = Framework(
    name="dbmate",
    files=names,
    numbering=versions,
    store=store,
    language=texts,
    preconditions=refusals,
    commands=commands,
    schema_file=schema_files,
    status=status,
)
