"""Django: ``django_migrations(id, app, name, applied)``, one row for each module that ran."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzer.engines.registry import parse_sql, settled_sql
from analyzer.frameworks.base import Framework
from analyzer.frameworks.django.apps import DjangoApps
from analyzer.frameworks.django.language import DjangoLanguage
from analyzer.frameworks.django.names import DjangoFiles, DjangoKeys
from analyzer.frameworks.django.preconditions import DjangoRefusals
from analyzer.frameworks.django.store import DjangoStore
from analyzer.frameworks.django.versions import DjangoVersions
from analyzer.frameworks.keyed.commands import TypedCommand
from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.frameworks.django.project.world import ProjectFiles
    from analyzer.frameworks.django.settings import DjangoSettings
    from analyzer.frameworks.ports.databases import DatabaseFile
    from analyzer.model.effects.effect import Effect

_FACTS = Facts(
    name="django",
    title="Django",
    table="django_migrations",
    column="app.name",
    folders=("app/migrations",),
    suffixes=(".py",),
    script=Script.PYTHON,
    sign=r"^class Migration\([^)]*\bMigration\)",
    example="0001_initial.py",
    migrate="python manage.py migrate",
    source="django 5.2, db/migrations",
    sql_calls=("RunSQL",),
)
_VERSIONS = DjangoVersions()


def _databases() -> "DatabaseFile":
    from analyzer.frameworks.django import databases  # with a reader of Python

    return databases


FRAMEWORK = Framework(
    name="django",
    files=DjangoFiles(_VERSIONS),
    numbering=_VERSIONS,
    store=DjangoStore(),
    language=DjangoLanguage(_FACTS),
    preconditions=DjangoRefusals(),
    commands=TypedCommand(
        "Django", "python manage.py migrate", makes="python manage.py makemigrations"
    ),
    keys=DjangoKeys(),
    packages=DjangoApps(),
    databases=_databases,
)


def of_application(
    labels: Mapping[str, str],
    world: "ProjectFiles | None" = None,
    settings: "DjangoSettings | None" = None,
) -> Framework:
    """Django for the files of one application.

    Args:
        labels: by migration folder, of apps that are called otherwise than their packages.
        world: what was told of the files before.
        settings: of the project, as far as they were read.
    """
    from analyzer.frameworks.django.project.world import ProjectFiles  # with all kinds of effects

    world = world or ProjectFiles(_sql, settled_sql)
    if settings is not None:
        world.told(settings.text("AUTH_USER_MODEL"), settings.key_type, settings.models)
    return replace(
        FRAMEWORK,
        files=DjangoFiles(_VERSIONS, labels),
        keys=DjangoKeys(world),
        language=DjangoLanguage(_FACTS, world),
        packages=DjangoApps(world, settings),
    )


def _sql(text: str, line: int) -> "tuple[Effect, ...]":
    """Read SQL that begins on a line, as that of the database in hand."""
    return parse_sql("\n" * (line - 1) + text)
