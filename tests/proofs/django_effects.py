"""Compare what we read in migrations of Django with the tables that the real Django makes of them.

Usage: python -m tests.proofs.django_effects [--seeds 0-99] [--count 12] [--contrib]

For each seed, random migrations of two apps run on an empty PostgreSQL database; what `schema`
adds up of their text must then be what the database has, down to the names of indexes and keys.
With ``--contrib``, the migrations of Django's own applications do. It ends with 1 where they
differ.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import django
from django.db.utils import Error

from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.servers import Server, embedded_programs, fresh_database, running
from tests.support.frameworks.django import Project, project
from tests.support.frameworks.random_django import APPS, migrations

REFUSED = "left out, as the tool itself stops: "
SETTINGS = 'DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n'
CONTRIB = ("admin", "auth", "contenttypes", "flatpages", "redirects", "sessions", "sites")


def difference(made: Project) -> str:
    """What ``schema`` says that the database has otherwise; empty where it is the same."""
    for app in made.apps:
        try:
            said = made.migrate(*() if app.startswith("django.") else (app,))
        except (Error, ValueError) as error:  # of its own making: a name that it gives twice, ...
            said = str(error)
        if said:
            return f"{REFUSED}{said}"
    place = ("--database-url", made.url)
    done = migdoctor(made.repo.path, "schema", "--diff", "database", *place)
    return "" if done.status == 0 else done.out + done.err


def drawn(folder: Path, url: str, seed: int, count: int) -> Project:
    """A project with random migrations."""
    made = project(folder, url, *APPS)
    made.repo.write("settings.py", SETTINGS, "")
    for app, name, text in migrations(seed, count):
        made.write(app, name, text)
    made.repo.commit()
    return made


def copied(folder: Path, url: str) -> Project:
    """A project whose files are those of the tool's own applications."""
    made = project(folder, url, *(f"django.contrib.{it}" for it in CONTRIB if it != "contenttypes"))
    own = Path(django.__file__).parent / "contrib"
    for app in CONTRIB:
        shutil.copytree(own / app / "migrations", folder / app / "migrations")
    made.repo.write("settings.py", SETTINGS, "")
    made.repo.commit()
    return made


def compared(server: Server, seed: int | None, count: int) -> bool:
    """Whether one project's files and database are the same; else it is told."""
    with tempfile.TemporaryDirectory() as folder, fresh_database(server) as database:
        place = Path(folder) / "app"
        url = database.url
        made = copied(place, url) if seed is None else drawn(place, url, seed, count)
        told = difference(made)
    print(f"{'contrib' if seed is None else seed}: {told or 'the same'}", flush=True)
    return not told or told.startswith(REFUSED)


def main() -> int:
    """Compare all that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0-19")
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--contrib", action="store_true")
    asked = parser.parse_args()
    first, _, last = asked.seeds.partition("-")
    seeds: list[int | None] = [*range(int(first), int(last or first) + 1)]
    with running(embedded_programs()) as server:
        told = [compared(server, it, asked.count) for it in ([None] if asked.contrib else seeds)]
    print(f"{sum(told)} of {len(told)} are not different")
    return 0 if all(told) else 1


if __name__ == "__main__":
    sys.exit(main())
