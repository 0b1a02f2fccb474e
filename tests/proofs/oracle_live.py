"""Diagnose databases that Rails itself made of schema files which others committed.

Usage: python -m tests.proofs.oracle_live [--engine mysql|sqlite] REPOSITORY [...] [--commits N]

REPOSITORY is a clone, a bare one too, of a Rails application on MariaDB or SQLite with db/schema.rb
(or another one: --schema). For some of its commits, spread over the time when the schema file was
that engine's, the real ActiveRecord loads that file into a database, whose version table then has
the versions of all files of the commit. Then:

1. the diagnosis of the commit must find nothing amiss, and nothing pending;
2. `schema --diff database` names what the files and that database do not share: told, and not
   judged, as applications rewrite their old migrations;
3. three migrations are renamed behind the newest: each must be paired with its own row and with no
   other, `rewrite --apply` must write just these rows, and `undo` must take it back. One whose work
   a later migration took away again is left to a person, who accepts it here; how many is printed.

It prints a line for each commit and ends with 1 where 1 or 3 does not hold.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.mysql_servers import MysqlDatabase, fresh_mysql, running_mariadb
from tests.support.databases.sqlite_files import SqliteDatabase
from tests.support.frameworks.rails_in_use import ruby

FOLDER = "db/migrate"
AnyDatabase = MysqlDatabase | SqliteDatabase
LOADER = Path(__file__).parents[1] / "support/rails_application/load_schema.rb"
OWN = {
    "mysql": re.compile(r"charset: \"utf8|ENGINE=InnoDB|\bunsigned: true"),
    "sqlite": re.compile(""),
}
_VERSION = re.compile(r"version: ?([\d_]+)")
_NAME = re.compile(r".*/(\d+)_\w+(?:\.\w+)?\.rb")
_RENAMED = 3


class Moment(Struct, frozen=True):
    """A commit, its schema file, and the paths of its migrations by their versions."""

    commit: str
    file: str
    paths: dict[int, str]


def git(repository: Path, *words: str) -> str:
    command = ["git", "-C", str(repository), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def fitting(repository: Path, file: str, own: re.Pattern[str]) -> list[Moment]:
    """The commits, oldest first, whose schema file is the engine's and has run all files there are.

    Args: own: what tells that engine's schema file.
    """
    log = git(repository, "log", "--first-parent", "--format=%H", "HEAD", "--", file)
    found = []
    for commit in reversed(log.split()):
        names = git(repository, "ls-tree", "--name-only", commit, file, f"{FOLDER}/").split("\n")
        paths = {
            int(it[1]): it[0]
            for it in map(re.compile(r".*/(\d+)_\w+(?:\.\w+)?\.rb").fullmatch, names)
            if it
        }
        if file not in names or len(paths) <= _RENAMED:
            continue
        text = git(repository, "show", f"{commit}:{file}")
        version = _VERSION.search(text)
        if version and own.search(text) and int(version[1].replace("_", "")) == max(paths):
            found.append(Moment(commit, file, paths))
    return found


def plurals(repository: Path, moment: Moment) -> str:
    """What the application says of the plurals of its own words."""
    place = f"{moment.commit}:config/initializers/inflections.rb"
    command = ["git", "-C", str(repository), "show", place]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def load(repository: Path, moment: Moment, database: AnyDatabase, folder: Path) -> list[str]:
    """Fill a database as Rails does; return what it left out."""
    file = folder / "schema.rb"
    file.write_text(git(repository, "show", f"{moment.commit}:{moment.file}"))
    world = {"URL": database.url, "LANG": "C.UTF-8", "INFLECTIONS": plurals(repository, moment)}
    command = [*ruby(), str(LOADER), str(file)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=world)
    if done.returncode:
        raise RuntimeError(done.stderr[-1000:])
    database.run("DELETE FROM schema_migrations")
    rows = ", ".join(f"('{version}')" for version in moment.paths)
    database.run(f"INSERT INTO schema_migrations VALUES {rows}")
    return sorted(set(done.stdout.splitlines()))


def cloned(repository: Path, moment: Moment, folder: Path) -> Path:
    """A clone whose only branch ends at a commit, with db/ in its working tree."""
    clone = folder / "clone"
    command = ["git", "clone", "-q", "-s", "--no-checkout", str(repository), str(clone)]
    subprocess.run(command, check=True)
    for words in (
        ("config", "user.email", "dev@example.com"),
        ("config", "user.name", "dev"),
        ("sparse-checkout", "set", "db"),
        ("checkout", "-q", "-B", "main", moment.commit),
        ("remote", "remove", "origin"),
    ):
        git(clone, *words)
    return clone


def renamed(clone: Path, moment: Moment, seed: str) -> dict[str, str]:
    """Rename three migrations behind the newest; the new version of each old one."""
    newest = max(moment.paths)
    chosen = random.Random(seed).sample(sorted(set(moment.paths) - {newest}), _RENAMED)
    pairs = {}
    for place, old in enumerate(sorted(chosen), 1):
        path = Path(moment.paths[old])
        new = newest + place
        git(clone, "mv", str(path), str(path.with_name(f"{new}_{path.name.partition('_')[2]}")))
        pairs[str(old)] = str(new)
    tree = git(clone, "write-tree", "--missing-ok").strip()  # a mirror may lack large files
    commit = git(clone, "commit-tree", tree, "-p", "HEAD", "-m", "renumber").strip()
    git(clone, "update-ref", "HEAD", commit)
    return pairs


def rows(database: AnyDatabase) -> set[str]:
    return {str(row[0]) for row in database.run("SELECT version FROM schema_migrations")}


class Trial:
    """One commit's database, and what is asked about it."""

    def __init__(self, database: AnyDatabase, clone: Path, state: Path) -> None:
        self.database, self.clone, self.state = database, clone, state
        self.wrong: list[str] = []
        self.left: list[str] = []  # pairs that a person settles, as their work is gone again

    def run(self, *words: str) -> Done:
        place = ("--database-url", self.database.url)
        return migdoctor(self.clone, *words, *place, XDG_STATE_HOME=str(self.state))

    def ask(self, *words: str) -> dict:
        done = self.run(*words, "--format", "json")
        if done.status not in {0, 1}:
            raise RuntimeError(f"{words}: status {done.status}: {done.err[-500:]}")
        return json.loads(done.out)

    def sound(self) -> str:
        report = self.ask("diagnose")
        environment = report["environments"][0]
        found = Counter(it["code"] for it in report["findings"] if it["severity"] != "note")
        if environment["prediction"]["would_run"]:
            self.wrong.append(f"pending: {environment['prediction']['would_run']}")
        marks = Counter(it["verdict"] for it in environment["attestation"])
        return f"{environment['applied']} rows, {dict(marks)}, found {dict(found) or 'nothing'}"

    def difference(self) -> str:
        report = self.ask("schema", "--diff", "database")
        kinds = Counter(f"{it['standing']} {it['kind']}" for it in report["diff"]["differences"])
        return f"{dict(kinds)}, {len(report['opaque'])} not read"

    def graph(self) -> str:
        report = self.ask("graph")
        return f"{len(report['edges'])} edges, {len(report['violations'])} violations"

    def mend(self, pairs: dict[str, str], known: set[tuple[str, str]]) -> None:
        report = self.ask("diagnose")
        told = {
            (it["old"]["version"].lstrip("0"), it["new"]["version"]): it["confidence"]
            for it in report["renames"]
        }
        found = {pair: told.pop(pair, None) for pair in pairs.items()}
        self.wrong += [f"{pair} is not told" for pair, how in found.items() if how is None]
        self.left = [f"{old}={new}" for (old, new), how in found.items() if how == "ambiguous"]
        accepted = [word for pair in self.left for word in ("--accept", pair)]
        self.wrong += [f"{pair} is told" for pair in told if pair not in known]
        before = rows(self.database)
        wanted = {pairs.get(it, it) for it in before}
        done = self.run("rewrite", "--apply", "--yes", *accepted)
        if done.status or rows(self.database) != wanted:
            self.wrong.append(
                f"rewrite: status {done.status}, {rows(self.database) ^ wanted}: {done.err[-300:]}"
            )
        done = self.run("undo", "--yes")
        if done.status or rows(self.database) != before:
            self.wrong.append(f"undo: status {done.status}: {done.err[-300:]}")


def judged(repository: Path, moment: Moment, database: AnyDatabase) -> list[str]:
    """Try one commit; print what was seen and return what is wrong."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        omitted = load(repository, moment, database, folder)
        trial = Trial(database, cloned(repository, moment, folder), folder / "state")
        seen = trial.sound()
        known = {
            (it["old"]["version"], it["new"]["version"]) for it in trial.ask("diagnose")["renames"]
        }
        told = f"{seen}; diff {trial.difference()}; graph {trial.graph()}"
        trial.mend(renamed(trial.clone, moment, moment.commit), known)
    name = repository.parent.name if repository.name == "repo" else repository.name
    print(
        f"{name} {moment.commit[:10]} {told}; left out {omitted or 'nothing'}; "
        f"accepted {trial.left or 'nothing'}"
    )
    for wrong in trial.wrong:
        print(f"  WRONG {wrong[:400]}")
    sys.stdout.flush()
    return trial.wrong


def spread(moments: Sequence[Moment], count: int) -> list[Moment]:
    """Some of them, from the first third to the last."""
    places = [int(len(moments) * (0.3 + 0.69 * n / max(count - 1, 1))) for n in range(count)]
    return [moments[it] for it in dict.fromkeys(places) if it < len(moments)]


@contextmanager
def _file() -> Iterator[SqliteDatabase]:
    with tempfile.TemporaryDirectory() as root:
        yield SqliteDatabase(Path(root) / "production.sqlite3")


@contextmanager
def _databases(engine: str) -> Iterator[Callable[[], AbstractContextManager[AnyDatabase]]]:
    """Say how an empty database is had."""
    if engine == "sqlite":
        yield _file
        return
    with running_mariadb() as server:
        yield lambda: fresh_mysql(server)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("repository", nargs="+", type=Path)
    asked.add_argument("--commits", type=int, default=3)
    asked.add_argument("--engine", choices=sorted(OWN), default="mysql")
    asked.add_argument("--schema", default="db/schema.rb")
    options = asked.parse_args()
    wrong = 0
    with _databases(options.engine) as fresh:
        for repository in options.repository:
            moments = fitting(repository, options.schema, OWN[options.engine])
            print(f"== {repository}: {len(moments)} commits fit")
            for moment in spread(moments, options.commits):
                with fresh() as database:
                    wrong += len(judged(repository, moment, database))
    print(f"{wrong} wrong")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
