"""``rehearse`` with Django's own migrate: never on the database that its settings write out."""

import sys

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.frameworks.django import configured, making, project

MANAGE = """
import os, sys
from django.core.management import execute_from_command_line
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")
execute_from_command_line(sys.argv)
"""
OWN = """
import os
from urllib.parse import unquote, urlsplit
found = urlsplit(os.environ["DATABASE_URL"])
_, _, place = found.netloc.rpartition("@")
host, _, port = place.rpartition(":")
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": found.path[1:],
  "USER": found.username, "PASSWORD": found.password or "", "HOST": unquote(host), "PORT": port}}
"""
COMMAND = f"{sys.executable} manage.py migrate --noinput"


@pytest.fixture
def made(tmp_path, database):
    made = project(tmp_path / "app", database.url, "shop")
    made.write("shop", "0001_songs", making("songs"))
    assert made.migrate() == ""
    made.write("shop", "0002_late", making("late", ("shop", "0001_songs")))
    made.repo.write("manage.py", MANAGE, "")
    made.repo.write("__init__.py", "", "proj")
    written = {"default": configured(database.url)}
    plain = f'INSTALLED_APPS = ["shop"]\nSECRET_KEY = "x"\nDATABASES = {written!r}\n'
    made.repo.write("settings.py", plain, "proj")
    made.repo.write("scratch.py", "from proj.settings import *\n" + OWN, "proj")
    made.repo.commit()
    return made


def names(database) -> list[str]:
    found = database.run("SELECT name FROM django_migrations WHERE app = 'shop' ORDER BY id")
    return [name for (name,) in found]


def rehearsed(made, command):
    place = ("--database-url", made.url)
    return migdoctor(made.repo.path, "rehearse", *place, "--migrate-command", command)


def test_a_migrate_that_would_reach_the_real_database_does_not_run(made, database):
    done = rehearsed(made, COMMAND)

    assert done.status == 2, done.out + done.err
    assert "does not use DATABASE_URL" in " ".join(done.err.split())
    assert "dj_database_url" in done.err
    assert names(database) == ["0001_songs"]


def test_settings_that_read_database_url_migrate_the_copy(made, database):
    done = rehearsed(made, f"{COMMAND} --settings proj.scratch")

    assert done.status == 0, done.out + done.err
    assert "migrate: exit status 0" in done.out
    assert names(database) == ["0001_songs"]
