"""Diagnose databases that Rails itself made of schema files which others committed, on MariaDB.

Usage: python -m tests.proofs.oracle_live REPOSITORY [...] [--commits N]

REPOSITORY is a clone, a bare one too, of a Rails application on MySQL with db/schema.rb. For some
of its commits, spread over the time when the schema file was MySQL's, the real ActiveRecord loads
that file into a database, whose version table then has the versions of all files of the commit:

1. the diagnosis of the commit must find nothing pending; what it finds amiss is told, and not
   judged, as applications rewrite migrations that ran;
2. so is what the files and that database do not share (`schema --diff database`);
3. three migrations are renamed behind the newest: each must be paired with its own row and with no
   other, `rewrite --apply` must write just these rows, and `undo` must take it back.

It prints a line for each commit and ends with 1 where one of these does not hold.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.mysql_servers import MysqlDatabase, fresh_mysql, running_mariadb

FOLDER, FILE = "db/migrate", "db/schema.rb"
LOADER = Path(__file__).parents[1] / "support/rails_application/load_schema.rb"
_MYSQL = re.compile(r"charset: \"utf8|ENGINE=InnoDB|\bunsigned: true")
_VERSION = re.compile(r"version: ?([\d_]+)")
_NAME = re.compile(r".*/(\d+)_\w+(?:\.\w+)?\.rb")
_RENAMED = 3


class Moment(Struct, frozen=True):
    """A commit, and the paths of its migrations by their versions."""

    commit: str
    paths: dict[int, str]


def git(repository: Path, *words: str) -> str:
    command = ["git", "-C", str(repository), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def fitting(repository: Path) -> list[Moment]:
    """The commits, oldest first, whose schema file is MySQL's and has run all files there are."""
    log = git(repository, "log", "--first-parent", "--format=%H", "HEAD", "--", FILE)
    found = []
    for commit in reversed(log.split()):
        names = git(repository, "ls-tree", "--name-only", commit, FILE, f"{FOLDER}/").split("\n")
        paths = {
            int(it[1]): it[0]
            for it in map(re.compile(r".*/(\d+)_\w+(?:\.\w+)?\.rb").fullmatch, names)
            if it
        }
        if FILE not in names or not paths:
            continue
        text = git(repository, "show", f"{commit}:{FILE}")
        version = _VERSION.search(text)
        if version and _MYSQL.search(text) and int(version[1].replace("_", "")) == max(paths):
            found.append(Moment(commit, paths))
    return found


def load(repository: Path, moment: Moment, database: MysqlDatabase, folder: Path) -> list[str]:
    """Fill a database as Rails does; return what it left out."""
    file = folder / "schema.rb"
    file.write_text(git(repository, "show", f"{moment.commit}:{FILE}"))
    done = subprocess.run(
        ["/usr/bin/ruby", "-W0", str(LOADER), str(file)],
        check=False, capture_output=True, text=True, env={"URL": database.url, "LANG": "C.UTF-8"},
    )  # fmt: skip
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


def rows(database: MysqlDatabase) -> set[str]:
    return {str(row[0]) for row in database.run("SELECT version FROM schema_migrations")}


class Trial:
    """One commit's database, and what is asked about it."""

    def __init__(self, database: MysqlDatabase, clone: Path, state: Path) -> None:
        self.database, self.clone, self.state = database, clone, state
        self.wrong: list[str] = []

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
        for pair in pairs.items():
            if told.pop(pair, "ambiguous") == "ambiguous":
                self.wrong.append(f"{pair} is not told")
        self.wrong += [f"{pair} is told" for pair in told if pair not in known]
        before = rows(self.database)
        wanted = {pairs.get(it, it) for it in before}
        done = self.run("rewrite", "--apply", "--yes")
        if done.status or rows(self.database) != wanted:
            self.wrong.append(
                f"rewrite: status {done.status}, {rows(self.database) ^ wanted}: {done.err[-300:]}"
            )
        done = self.run("undo", "--yes")
        if done.status or rows(self.database) != before:
            self.wrong.append(f"undo: status {done.status}: {done.err[-300:]}")


def judged(repository: Path, moment: Moment, database: MysqlDatabase) -> list[str]:
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
    print(f"{name} {moment.commit[:10]} {told}; left out {omitted or 'nothing'}")
    for wrong in trial.wrong:
        print(f"  WRONG {wrong[:400]}")
    sys.stdout.flush()
    return trial.wrong


def spread(moments: Sequence[Moment], count: int) -> list[Moment]:
    """Some of them, from the first third to the last."""
    places = [int(len(moments) * (0.3 + 0.69 * n / max(count - 1, 1))) for n in range(count)]
    return [moments[it] for it in dict.fromkeys(places) if it < len(moments)]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("repository", nargs="+", type=Path)
    asked.add_argument("--commits", type=int, default=3)
    options = asked.parse_args()
    wrong = 0
    with running_mariadb() as server:
        for repository in options.repository:
            moments = fitting(repository)
            print(f"== {repository}: {len(moments)} commits fit")
            for moment in spread(moments, options.commits):
                with fresh_mysql(server) as database:
                    wrong += len(judged(repository, moment, database))
    print(f"{wrong} wrong")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
