"""The real Rails, as Debian packages it, on a migration folder and a database."""

import atexit
import json
import re
import shlex
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from analyzer.engines.shared.readable import is_readable
from analyzer.operations.demo.scenario import Scenario, tree_at
from analyzer.records import Struct
from tests.support.databases.servers import unavailable
from tests.support.frameworks.rails_in_use import NEWEST, is_there, ruby

NO_FILE = "********** NO FILE **********"
_RAKE = "/usr/bin/rake"
_RAKEFILE = Path(__file__).parents[1] / "rails_application" / "Rakefile"
_GEMS = f'gem "activerecord", "~> {NEWEST}.0"; gem "railties"; gem "pg"; gem "rake"'
_LONGEST = 120  # seconds for a task
_STATUS_LINE = re.compile(r"^ +(up|down) +(\d+) +(.+?) *$", re.MULTILINE)
_MIGRATED = re.compile(r"^== (\d+) \w*: migrated ", re.MULTILINE)
_FILE = re.compile(r"(\d+)_([_a-z0-9]*)\.?[_a-z0-9]*\.rb")


class Result(Struct, frozen=True):
    """How a rake task ended: its exit status, and all that it printed."""

    status: int
    output: str

    @property
    def migrated(self) -> list[str]:
        """The versions that it ran to the end, in order."""
        return _MIGRATED.findall(self.output)


def migrate(folder: Path, url: str, *, version: str | None = None) -> Result:
    """Run db:migrate; without a version, up to the newest."""
    return rake("db:migrate", folder, url, **({"VERSION": version} if version else {}))


def status(folder: Path, url: str) -> list[tuple[str, str, str]]:
    """What db:migrate:status lists: up or down, version, name or NO_FILE."""
    told = rake("db:migrate:status", folder, url)
    assert told.status == 0, told.output
    return _STATUS_LINE.findall(told.output)


def rollback(folder: Path, url: str) -> Result:
    """Run db:rollback."""
    return rake("db:rollback", folder, url)


def schema_dump(folder: Path, url: str, into: Path) -> Result:
    """Write the database's schema.rb."""
    return rake("db:schema:dump", folder, url, SCHEMA=str(into))


def schema_load(folder: Path, url: str, schema: Path) -> Result:
    """Load a schema.rb into the database, production or not."""
    unprotected = {"DISABLE_DATABASE_ENVIRONMENT_CHECK": "1"}
    return rake("db:schema:load", folder, url, SCHEMA=str(schema), **unprotected)


def rake(task: str, folder: Path, url: str, **settings: str) -> Result:
    """Run one of Rails' own tasks on a migration folder such as archive/db/migrate.

    The application around it is made anew in a temporary folder; only the models come from
    beside the migrations (archive/app/models).
    """
    demand_rails()
    with tempfile.TemporaryDirectory(prefix="migdoctor-rails-") as root:
        return _waiting().run(_words(task), Path(root), _world(root, folder, url) | settings)


def typed(task: str, folder: Path, url: str) -> None:
    """Run a task as it is typed: Ruby and Rails are started for it. It is expected to succeed."""
    with tempfile.TemporaryDirectory(prefix="migdoctor-rails-") as root:
        subprocess.run(
            [*ruby(), _RAKE, *_words(task)],
            cwd=root,
            env=_world(root, folder, url),
            stdout=subprocess.DEVNULL,
            check=True,
        )


def _words(task: str) -> list[str]:
    return ["--suppress-backtrace", "^/", "--rakefile", str(_RAKEFILE), task]


def _world(root: str, folder: Path, url: str) -> dict[str, str]:
    """The variables of an application whose migrations are in a folder."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": root,
        "LANG": "C.UTF-8",
        "RAILS_ENV": "production",
        "DATABASE_URL": url,
        "MIGRATIONS": str(folder),
        "MODELS": str(folder.parents[1] / "app" / "models"),
    }


class _Rake:
    """A process that has loaded Rails, and forks for each task; it does one at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [*ruby(), str(_RAKEFILE.with_name("waiting_rake.rb"))],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "RAILS_ENV": "production"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._turn = threading.Lock()
        atexit.register(self._end)

    def run(self, words: list[str], folder: Path, environment: dict[str, str]) -> Result:
        """Run rake with these words in a folder."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        with self._turn, tempfile.NamedTemporaryFile() as output:
            question = {"folder": str(folder), "environment": environment}
            question |= {"words": words, "output": output.name}
            asked.write(json.dumps(question) + "\n")
            asked.flush()
            if not is_readable(told, _LONGEST):
                self._process.kill()
                pytest.fail(f"rake {words[-1]} takes more than {_LONGEST} s")
            status = int(told.readline())
            return Result(status, output.read().decode("utf-8", "replace"))

    def _end(self) -> None:
        self._process.communicate()


@cache
def _waiting() -> _Rake:
    return _Rake()


def in_this_folder(task: str) -> str:
    """A shell command for one of Rails' tasks on the application in the current folder."""
    where = "MIGRATIONS=db/migrate MODELS=$PWD/app/models RAILS_ENV=production HOME=$PWD"
    run = f"{shlex.join(ruby())} {_RAKE} --suppress-backtrace ^/ --rakefile {_RAKEFILE}"
    return f"{where} {run} {task}"


def demand_rails() -> None:
    """Skip the test where Debian's Rails is missing, or fail it where it is required."""
    if reason := _missing():
        unavailable("rails", reason)


@cache
def _missing() -> str:
    packages = "apt-get install ruby-activerecord ruby-railties ruby-pg rake"
    if not (is_there("/usr/bin/ruby") and is_there(_RAKE)):
        return f"ruby or rake is missing: {packages}"
    asked = subprocess.run([*ruby(), "-e", _GEMS], check=False, capture_output=True, text=True)
    return "" if asked.returncode == 0 else f"{packages} (ruby says: {asked.stderr.strip()})"


def assert_repaired(repo: Path, url: str, scenario: Scenario) -> None:
    """Check with the real Rails that a repair is whole, whichever of the two it was.

    Every migration that ran is up and has a file, only those are up, and db:migrate then runs
    just the ones that never ran and takes no row out of any table. It leaves all of them run.
    """
    folder = repo / _only(scenario.directories)
    ran, slugs = _slugs_that_ran(scenario), _slugs_by_version(folder)
    never_ran = [version for version, slug in sorted(slugs.items()) if slug not in ran]
    before = status(folder, url)
    assert NO_FILE not in [name for _, _, name in before], before
    assert {slugs[int(version)] for up, version, _ in before if up == "up"} == ran, before
    counts = _row_counts(url)

    result = migrate(folder, url)

    assert result.status == 0, result.output
    assert [int(version) for version in result.migrated] == never_ran, result.output
    after = status(folder, url)
    assert {up for up, _, _ in after} == {"up"}, after
    assert NO_FILE not in [name for _, _, name in after], after
    counts_after = _row_counts(url)
    assert all(counts_after[table] >= count for table, count in counts.items()), counts_after


def _only(directories: tuple[str, ...]) -> str:
    (directory,) = directories
    return directory


def _slugs_that_ran(scenario: Scenario) -> set[str]:
    """The migrations that production ran: the deployed commit's, less the missing ones."""
    paths = [path for path in tree_at(scenario, scenario.deployed) if _in(scenario, path)]
    named = [legal for path in paths if (legal := _FILE.fullmatch(path.rpartition("/")[2]))]
    missing = {int(version) for version in scenario.missing}
    return {legal[2] for legal in named if int(legal[1]) not in missing}


def _in(scenario: Scenario, path: str) -> bool:
    return path.rpartition("/")[0] in scenario.directories


def _slugs_by_version(folder: Path) -> dict[int, str]:
    named = [legal for path in folder.iterdir() if (legal := _FILE.fullmatch(path.name))]
    return {int(legal[1]): legal[2] for legal in named}


def _row_counts(url: str) -> dict[str, int]:
    """How many rows each table holds; Rails' own two keep their own counsel."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT IN ('schema_migrations', 'ar_internal_metadata')"
        ).fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        return {
            table: connection.execute(count.format(sql.Identifier(table))).fetchall()[0][0]
            for (table,) in tables
        }
