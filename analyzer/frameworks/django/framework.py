"""Django: ``django_migrations(id, app, name, applied)``, one row for each module that ran."""

from functools import cache

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
FRAMEWORK = Framework(
    name="django",
    files=DjangoFiles(_VERSIONS),
    numbering=_VERSIONS,
    store=DjangoStore(),
    language=DjangoLanguage(_FACTS),
    preconditions=DjangoRefusals(),
    commands=TypedCommand("Django", "python manage.py migrate"),
    keys=DjangoKeys(),
    packages=DjangoApps(),
)


@cache
def labelled(labels: tuple[tuple[str, str], ...]) -> Framework:
    """The same where the apps of some folders have labels of their own."""
    return replace(FRAMEWORK, files=DjangoFiles(_VERSIONS, dict(labels)))
