"""Settings of Django: they are read, never run, and what they say holds with the real tool."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.frameworks.django.databases import is_such, read
from analyzer.frameworks.django.settings import read_settings
from analyzer.frameworks.ports.databases import FoundDatabase
from tests.support.commands.migdoctor import migdoctor
from tests.support.frameworks.django import Project, making, project
from tests.support.histories.repositories import Repo

MANAGE = "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings.local')\n"
BASE = "site/settings/base.py"
LOCAL = "site/settings/local.py"
UP = "from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent.parent\n"
_UP = "os.path.dirname("
OLD = f"import os\nBASE_DIR = {_UP * 3}os.path.abspath(__file__))))\n"
LITE = "'ENGINE': 'django.db.backends.sqlite3'"
PG = "'ENGINE': 'django.db.backends.postgresql'"


def databases(told: str) -> str:
    return f"DATABASES = {{'default': {{{told}}}}}\n"


def found(base: str, local: str) -> FoundDatabase:
    files = {"manage.py": MANAGE, BASE: base, LOCAL: local}
    texts = {path: text.encode() for path, text in files.items()}
    (one,) = read(texts["manage.py"], "manage.py", {}, texts.get)
    return one


LITERAL = (
    (UP + databases(f"{LITE}, 'NAME': BASE_DIR / 'db.sqlite3'"), "sqlite3:db.sqlite3"),
    (OLD + databases(f"{LITE}, 'NAME': os.path.join(BASE_DIR, 'a', 'b.db')"), "sqlite3:a/b.db"),
    (UP + databases(f"{LITE}, 'NAME': str(BASE_DIR.joinpath('x.db'))"), "sqlite3:x.db"),
    (databases(f"{LITE}, 'NAME': 'db.sqlite3'"), "sqlite3:db.sqlite3"),
    (
        databases(f"{PG}, 'NAME': 'a', 'USER': 'u', 'PASSWORD': 'p@', 'HOST': 'h', 'PORT': 5433"),
        "postgresql://u:p%40@h:5433/a",
    ),
    (databases("'ENGINE': 'django_prometheus.db.backends.mysql', 'NAME': 'a'"), "mysql:///a"),
    (databases(f"{PG}, 'NAME': 'a', 'PASSWORD': os.environ['P']"), None),
    (databases(f"{PG}, 'NAME': 'a', 'HOST': config('H')"), None),
    (databases(f"{LITE}, 'NAME': Path(__file__).parent.parent.parent.parent / 'x'"), None),
    ("DATABASES = {'default': env.db()}\n", None),
    ("DATABASES = {}\nif DEBUG:\n    " + databases(f"{LITE}, 'NAME': 'x'"), None),
    (databases("'ENGINE': 'django.db.backends.oracle', 'NAME': 'x'"), None),
)


@pytest.mark.parametrize(
    ("base", "local", "address"),
    [
        *((base, "", address) for base, address in LITERAL),
        (databases(f"{LITE}, 'NAME': 'x'"), databases(f"{PG}, 'NAME': 'own'"), "postgresql:///own"),
        (databases(f"{LITE}, 'NAME': 'x'"), "DATABASES['default']['NAME'] = y\n", None),
    ],
)
def test_a_database_that_is_written_out_is_found_and_no_other_is_guessed(base, local, address):
    one = found(base, f"from .base import *\n{local}")

    assert one.address == address
    assert (one.fault is None) is (address is not None)
    assert one.fault is None or "--database-url" in one.fault.fix


def test_a_program_of_another_tool_that_bears_the_name_is_left_alone():
    assert not is_such(b"from flask_script import Manager\n")


def test_settings_that_say_nothing_of_databases_name_none():
    texts = {"manage.py": MANAGE.encode(), LOCAL: b""}

    assert read(MANAGE.encode(), "manage.py", {}, texts.get) == ()


def test_a_module_of_settings_that_is_not_here_is_said():
    (one,) = read(MANAGE.encode(), "manage.py", {}, {"manage.py": MANAGE.encode()}.get)

    assert "cannot be found" in one.fault.what


def test_what_stands_under_a_condition_is_not_known():
    told = b"AUTH_USER_MODEL = 'x.Y'\nX_MODEL = 'a.B'\nif DEBUG:\n    X_MODEL = 'c.D'\n"

    settings = read_settings({"a/manage.py": b"", "a/settings.py": told}.get, "a/b/migrations")

    assert (settings.root, settings.models) == ("a", (("AUTH_USER_MODEL", "x.Y"),))


class Started:
    """A project as the tool's own ``startproject`` makes it, of which all ran on its SQLite."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "db.sqlite3"
        self.project: Project = project(folder, f"sqlite:{self.file}", "shop")
        write = self.project.repo.write
        write("manage.py", MANAGE.replace("site.settings.local", "place.settings"), "")
        up = UP.replace(".parent.parent.parent", ".parent.parent")
        write("settings.py", up + databases(f"{LITE}, 'NAME': BASE_DIR / 'db.sqlite3'"), "place")
        write(".gitignore", "db.sqlite3\n", "")
        self.project.write("shop", "0001_songs", making("songs"))
        self.project.write("shop", "0002_data", making("data", ("shop", "0001_songs")))
        self.project.repo.commit()
        assert self.project.migrate() == ""

    def sql(self, text: str) -> list[tuple]:
        with sqlite3.connect(self.file) as connection:
            return connection.execute(text).fetchall()


def test_diagnose_alone_finds_the_database_of_a_project_as_it_is_started(tmp_path, monkeypatch):
    case = Started(tmp_path / "app")
    case.project.move("shop", "0002_data", "0002_default_data")
    case.project.repo.commit()
    for name in [it for it in os.environ if it.startswith("PG") or it == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    here = case.folder / "shop"

    told = json.loads(migdoctor(here, "diagnose", "--format", "json").out)
    done = migdoctor(here, "diagnose")

    assert told["environments"][0]["engine"] == "sqlite"
    assert told["environments"][0]["prediction"]["runs_again"] == ["shop.0002_default_data"]
    assert "Named by: place/settings.py, DATABASES['default']" in done.out
    checked = migdoctor(here, "preflight", "--format", "json")
    (rows,) = case.sql("SELECT count(*) FROM django_migrations")
    assert f"{rows[0]} versions, " in checked.out
    drawn = migdoctor(here, "graph", "--format", "dot")
    assert "shop.0002\\ndefault_data" in drawn.out


CONFIG = "from django.apps import AppConfig\n\n\nclass {0}(AppConfig):\n    name = '{1}'\n{2}"
LABEL = "    label = 'store'\n"


@pytest.mark.parametrize(
    ("files", "told", "label"),
    [
        pytest.param({}, "INSTALLED_APPS = ['apps.shop']\n", "shop", id="by its package"),
        pytest.param(
            {"apps/shop/apps.py": CONFIG.format("Shop", "apps.shop", LABEL)},
            "INSTALLED_APPS = ['apps.shop']\n",
            "store",
            id="by the one class",
        ),
        pytest.param(
            {
                "apps/shop/apps.py": CONFIG.format("Shop", "apps.shop", LABEL)
                + CONFIG.format("Other", "apps.shop", "    label = 'other'\n    default = True\n")
            },
            "INSTALLED_APPS = ['apps.shop']\n",
            "other",
            id="by the usual one of two classes",
        ),
        pytest.param(
            {"apps/shop/config.py": CONFIG.format("Shop", "apps.shop", LABEL)},
            "INSTALLED_APPS = ['apps.shop.config.Shop']\n",
            "store",
            id="by the class that is installed",
        ),
        pytest.param(
            {},
            "INSTALLED_APPS = ['apps.one']\nMIGRATION_MODULES = {'one': 'apps.shop.migrations'}\n",
            "one",
            id="by the module that has its migrations",
        ),
    ],
)
def test_an_app_is_called_as_the_real_tool_calls_it(files, told, label, tmp_path):
    repo = Repo.make(tmp_path / "app")
    for path in ("apps", "apps/one", "apps/shop", "apps/shop/migrations"):
        repo.write("__init__.py", "", path)
    for path, text in files.items():
        repo.write(path, text, "")
    more = "import sys\nfrom django.core.management import execute_from_command_line\n"
    head = MANAGE.replace("site.", "place.")  # Python has a module of that name itself
    repo.write("manage.py", f"{head}{more}execute_from_command_line(sys.argv)\n", "")
    up = "SECRET_KEY = 'x'\nDEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\n" + told
    repo.write("local.py", up + databases(f"{LITE}, 'NAME': 'db.sqlite3'"), "place/settings")
    repo.write("0001_songs.py", making("songs"), "apps/shop/migrations")
    repo.commit()
    manage = [sys.executable, "-B", "manage.py", "migrate"]
    subprocess.run(manage, cwd=repo.path, check=True, capture_output=True)

    done = migdoctor(repo.path, "diagnose", "--format", "json")

    with sqlite3.connect(repo.path / "db.sqlite3") as connection:
        assert connection.execute("SELECT app FROM django_migrations").fetchall() == [(label,)]
    report = json.loads(done.out)
    assert (done.status, report["environments"][0]["applied"]) == (0, 1)
    assert (report["pending"], report["orphans"]) == ([], [])
