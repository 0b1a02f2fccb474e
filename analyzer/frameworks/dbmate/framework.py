"""dbmate as one bundle; it writes no migration and no guard."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.dbmate import (
    commands,
    names,
    preconditions,
    schema_files,
    status,
    store,
    versions,
)
from analyzer.frameworks.dbmate.sections import sections
from analyzer.frameworks.sql.sql_language import SqlLanguage

LANGUAGE = SqlLanguage(
    sections, sign=r"^--\s*migrate:up\b", mark=r"--[\t\n\f\r ]*migrate:(?:up|down)\b"
)
FRAMEWORK = Framework(
    name="dbmate",
    files=names,
    numbering=versions,
    store=store,
    language=LANGUAGE,
    preconditions=preconditions,
    commands=commands,
    schema_file=schema_files,
    status=status,
)
