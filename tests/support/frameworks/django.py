"""The real Django in this process: a project of small apps, and what its migrate says."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from analyzer.records import Struct
from tests.support.histories.repositories import Repo

OUTSIDE = "django.contrib.contenttypes"  # whose migrations are not the project's


def making(
    table: str, *parents: tuple[str, str], more: str = "", operations: str | None = None
) -> str:
    """A migration that makes a table and writes a row, so that a second run shows."""
    told = "".join(f"\n        ({app!r}, {name!r})," for app, name in parents)
    sql = f"CREATE TABLE IF NOT EXISTS {table} (id integer); INSERT INTO {table} VALUES (1)"
    listed = operations or f"migrations.RunSQL({sql!r}),"
    return (
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        f"{more}    dependencies = [{told}{chr(10) + '    ' if told else ''}]\n\n"
        f"    operations = [\n        {listed}\n    ]\n"
    )


def configured(url: str) -> dict[str, object]:
    """A database as Django's settings have it."""
    if url.startswith("sqlite"):
        path = url.partition(":")[2].removeprefix("//")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


class Project(Struct, frozen=True):
    """A repository with apps below one folder, and a database."""

    repo: Repo
    url: str
    apps: tuple[str, ...]

    def write(self, app: str, name: str, text: str) -> None:
        """Put a migration into an app, which need not be there yet."""
        self.repo.write("__init__.py", "", app)
        self.repo.write("__init__.py", "", f"{app}/migrations")
        self.repo.write(f"{name}.py", text, f"{app}/migrations")

    def move(self, app: str, old: str, new: str) -> None:
        """Rename a migration's file, and nothing else."""
        self.repo.move(f"{old}.py", f"{new}.py", f"{app}/migrations")

    def migrate(self, *arguments: str) -> str:
        """Run ``migrate``; what it refuses with, or nothing."""
        from django.core.management import call_command
        from django.core.management.base import CommandError
        from django.db.migrations import exceptions

        known = (
            CommandError,
            exceptions.NodeNotFoundError,
            exceptions.InconsistentMigrationHistory,
            exceptions.CircularDependencyError,
            exceptions.BadMigrationError,
        )
        with self._set_up():
            try:
                call_command("migrate", *arguments, verbosity=0, stdout=StringIO())
            except known as error:
                return str(error)
        return ""

    @contextmanager
    def _set_up(self) -> Iterator[None]:
        """Django, with this project's apps and database, and no module of an earlier one."""
        from django.db import connections
        from django.test.utils import override_settings

        root = str(self.repo.path)
        _configure()
        for name in [it for it in sys.modules if it.partition(".")[0] in self.apps]:
            del sys.modules[name]
        importlib.invalidate_caches()
        sys.path.insert(0, root)
        written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        try:
            connections.settings = connections.configure_settings({"default": configured(self.url)})
            with override_settings(INSTALLED_APPS=[OUTSIDE, *self.apps]):
                yield
        finally:
            connections["default"].close()
            del connections["default"]
            sys.dont_write_bytecode = written
            sys.path.remove(root)


def _configure() -> None:
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=[], DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True
        )
        django.setup()


def project(folder: Path, url: str, *apps: str) -> Project:
    """A project without a migration."""
    made = Project(Repo.make(folder), url, apps)
    made.repo.write("manage.py", "", "")
    for app in apps:
        made.repo.write("__init__.py", "", app)
    return made
