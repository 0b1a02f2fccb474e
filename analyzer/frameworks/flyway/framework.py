"""Flyway: ``flyway_schema_history(installed_rank, version, description, type, script, …)``."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.flyway import versions
from analyzer.frameworks.flyway.language import FlywayLanguage
from analyzer.frameworks.flyway.names import FlywayFiles
from analyzer.frameworks.flyway.own_settings import FlywaySettings
from analyzer.frameworks.flyway.preconditions import FlywayRefusals
from analyzer.frameworks.flyway.repeatables import repeats
from analyzer.frameworks.flyway.store import FlywayStore
from analyzer.frameworks.keyed.commands import TypedCommand
from analyzer.records import replace

FRAMEWORK: Framework = Framework(
    name="flyway",
    files=FlywayFiles(),
    numbering=versions,
    store=FlywayStore(),
    language=FlywayLanguage(),
    preconditions=FlywayRefusals(),
    commands=TypedCommand("Flyway", "flyway migrate"),
    repeats=repeats,
    settings=FlywaySettings(lambda late: _RUNS_LATE if late else FRAMEWORK),
)
_RUNS_LATE: Framework = replace(FRAMEWORK, preconditions=FlywayRefusals(runs_late=True))
