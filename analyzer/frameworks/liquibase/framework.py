"""Liquibase: ``databasechangelog(id, author, filename, …)``, a row for each changeset."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.keyed.commands import TypedCommand
from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.liquibase.language import LiquibaseLanguage
from analyzer.frameworks.liquibase.names import FOLDERS, LiquibaseFiles, LiquibaseKeys
from analyzer.frameworks.liquibase.preconditions import LiquibaseRefusals
from analyzer.frameworks.liquibase.store import LiquibaseStore
from analyzer.frameworks.liquibase.versions import SUFFIXES, LiquibaseVersions

_FACTS = Facts(
    name="liquibase",
    title="Liquibase",
    table=LiquibaseStore.table,
    column=LiquibaseStore.version_column,
    folders=FOLDERS,
    suffixes=SUFFIXES,
    script=Script.SQL,
    sign="",
    example="db/changelog/001-create-songs.sql",
    migrate="liquibase update",
    source="liquibase 4.28.0, by running it",
)
_VERSIONS = LiquibaseVersions(_FACTS)
_FILES = LiquibaseFiles(_VERSIONS)
FRAMEWORK = Framework(
    name="liquibase",
    files=_FILES,
    numbering=_VERSIONS,
    store=LiquibaseStore(),
    language=LiquibaseLanguage(),
    preconditions=LiquibaseRefusals(_VERSIONS),
    commands=TypedCommand(_FACTS.title, _FACTS.migrate),
    keys=LiquibaseKeys(_FILES),
)
