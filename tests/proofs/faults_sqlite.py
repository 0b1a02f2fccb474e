"""A repair on SQLite that is killed at many moments leaves all of it or nothing.

    python -m tests.proofs.faults_sqlite [MOMENTS]

Each time the real command carries a rewrite out on a fresh file and gets SIGKILL; then the file
must open, hold just the old rows or just the new ones, and a second run must end as planned.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.support.commands.migdoctor import command, environment, migdoctor
from tests.support.histories.repositories import Repo, migration

OLD, NEW = ["1", "2", "3"], ["1", "2", "9"]


def main(moments: int) -> int:
    counts = {"old": 0, "new": 0}
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo.make(Path(folder) / "app")
        for number, name in ((1, "artists"), (2, "songs"), (3, "albums")):
            repo.write(f"{number}_{name}.rb", migration(name.title()))
        repo.commit("deployed")
        repo.move("3_albums.rb", "9_albums.rb")
        repo.commit("renamed")
        whole = run(repo, fresh(folder), None)
        for moment in range(moments):
            file = fresh(folder)
            run(repo, file, whole * moment / moments)
            rows = stored(file)
            assert rows in (OLD, NEW), (moment, rows)
            counts["old" if rows == OLD else "new"] += 1
            again = migdoctor(repo.path, "rewrite", "--apply", "--yes", *address(file))
            assert stored(file) == NEW, (moment, again)
    print(f"{moments} moments: {counts['old']} left all old, {counts['new']} all new")
    return 0


def address(file: Path) -> tuple[str, str]:
    return "--database-url", f"sqlite3://{file}"


def fresh(folder: str) -> Path:
    file = Path(folder) / f"{time.monotonic_ns()}.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(
            "CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);"
            "CREATE TABLE artists (id integer); CREATE TABLE songs (id integer);"
            "CREATE TABLE albums (id integer);"
            "INSERT INTO schema_migrations VALUES ('1'), ('2'), ('3');"
        )
    return file


def stored(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT * FROM schema_migrations ORDER BY 1")]


def run(repo: Repo, file: Path, killed_after: float | None) -> float:
    """Carry the rewrite out, or begin to; return the seconds that it took."""
    began = time.monotonic()
    process = subprocess.Popen(
        command("rewrite", "--apply", "--yes", *address(file)),
        cwd=repo.path,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["30"])[0])))
