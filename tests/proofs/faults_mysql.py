"""A repair on MariaDB that is cut off at many moments leaves all of it or nothing.

    python -m tests.proofs.faults_mysql [MOMENTS]

Of each kind of fault so many: SIGKILL of the command while it applies, and while it takes back;
its session ended by the server (KILL); a row that somebody adds, so that the plan is stale; Rails'
own lock, taken and let go of; a second run of the same; through the driver and through the client.
Then the table must hold just the old rows or just the new ones, and a second run must end as
planned.
"""

import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pymysql

from analyzer.records import Struct
from tests.support.commands.migdoctor import command, environment
from tests.support.databases.mysql_servers import MysqlDatabase, fresh_mysql, running_mariadb
from tests.support.histories.repositories import Repo, migration

SALT = 2053462845  # of Rails' lock
OLD, NEW = ["1", "2", "3"], ["1", "2", "9"]
_MAKE = """CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY);
CREATE TABLE artists (id integer);
CREATE TABLE songs (id integer);
CREATE TABLE albums (id integer);
INSERT INTO schema_migrations VALUES ('1'), ('2'), ('3')"""
_SESSIONS = (
    "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
)


class Trial(Struct, frozen=True):
    """One repository and one database, with a state folder of its own."""

    repo: Repo
    database: MysqlDatabase
    state: Path
    way: tuple[str, ...]  # of reaching the database

    def begin(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start the command."""
        return subprocess.Popen(
            command(*words, "--yes", *self.way),
            cwd=self.repo.path,
            env=environment(XDG_STATE_HOME=str(self.state)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def stored(self) -> list[str]:
        """The rows, sorted."""
        return [
            str(row[0]) for row in self.database.run("SELECT * FROM schema_migrations ORDER BY 1")
        ]

    def finish(self, *words: str) -> str:
        """Run the command to its end, whatever it says where all is done already."""
        return self.begin(*words).communicate()[1].decode()


def kill(process: "subprocess.Popen[bytes]", _database: MysqlDatabase) -> None:
    """End the command at once."""
    os.kill(process.pid, signal.SIGKILL)


def cut(_process: "subprocess.Popen[bytes]", database: MysqlDatabase) -> None:
    """End every session of the database."""
    for (number,) in database.run(_SESSIONS):
        with suppress(pymysql.err.OperationalError):  # it ended by itself meanwhile
            database.run(f"KILL {number}")


Fault = Callable[["subprocess.Popen[bytes]", MysqlDatabase], None]
FAULTS: dict[str, Fault] = {"SIGKILL": kill, "KILL of its session": cut}
APPLY, BACK = ("rewrite", "--apply"), ("undo",)


def applied(trial: Trial, fault: Fault, after: float) -> str:
    """Disturb a rewrite; then let a second one finish it."""
    _disturb(trial.begin(*APPLY), trial, fault, after)
    left = trial.stored()
    told = trial.finish(*APPLY)
    assert trial.stored() == NEW, (left, told)
    return _which(left)


def taken_back(trial: Trial, fault: Fault, after: float) -> str:
    """Disturb an undo; then let a second one finish it."""
    told = trial.finish(*APPLY)
    assert trial.stored() == NEW, told
    _disturb(trial.begin(*BACK), trial, fault, after)
    left = trial.stored()
    if left == NEW:
        told = trial.finish(*BACK)
    assert trial.stored() == OLD, (left, told)
    return _which(left)


def stale(trial: Trial, after: float) -> str:
    """Somebody adds a row meanwhile: the repair was there before, or it is refused."""
    process = trial.begin(*APPLY)
    time.sleep(after)
    trial.database.run("INSERT INTO schema_migrations VALUES ('5')")
    told = process.communicate()[1].decode()
    left = [it for it in trial.stored() if it != "5"]
    done = process.returncode == 0 or "FAILED    rows" in told  # it came after the commit
    assert (left == NEW) == done, (left, process.returncode, told)
    trial.finish(*APPLY)
    assert trial.stored() == sorted([*NEW, "5"])
    return _which(left)


def locked(trial: Trial, after: float) -> str:
    """Somebody migrates meanwhile, until the repair has ended."""
    process = trial.begin(*APPLY)
    time.sleep(after)
    server = trial.database.server
    key = SALT * zlib.crc32(trial.database.name.encode())
    own = pymysql.connect(unix_socket=str(server.socket), user="root")
    with own, own.cursor() as cursor:
        cursor.execute(f"SELECT GET_LOCK('{key}', 5)")
        process.communicate()
    left = trial.stored()
    assert (left == NEW) == (process.returncode == 0), (left, process.returncode)
    told = trial.finish(*APPLY)
    assert trial.stored() == NEW, told
    return _which(left)


def twice(trial: Trial, after: float) -> str:
    """A second run of the same begins meanwhile."""
    first = trial.begin(*APPLY)
    time.sleep(after)
    second = trial.begin(*APPLY)
    first.communicate()
    second.communicate()
    left = trial.stored()
    told = trial.finish(*APPLY)
    assert trial.stored() == NEW, told
    assert trial.finish(*BACK) is not None
    assert trial.stored() == OLD
    return _which(left)


MEETINGS = {"a stale plan": stale, "a held lock": locked, "two at once": twice}
"""Others who are at work in the same database."""


def _disturb(process: "subprocess.Popen[bytes]", trial: Trial, fault: Fault, after: float) -> None:
    time.sleep(after)
    fault(process, trial.database)
    process.communicate()
    end = time.monotonic() + 10
    while trial.stored() not in (OLD, NEW) and time.monotonic() < end:
        time.sleep(0.05)  # the server takes back what a session that is gone had begun


def _which(rows: list[str]) -> str:
    assert rows in (OLD, NEW), rows
    return "old" if rows == OLD else "new"


def main(moments: int) -> int:
    """Print a line of counts for each kind."""
    with tempfile.TemporaryDirectory() as folder, running_mariadb() as server:
        repo = Repo.make(Path(folder) / "app")
        for number, name in ((1, "artists"), (2, "songs"), (3, "albums")):
            repo.write(f"{number}_{name}.rb", migration(name.title()))
        repo.commit("deployed")
        repo.move("3_albums.rb", "9_albums.rb")
        repo.commit("renamed")
        numbers = itertools.count()
        for by, (title, happens) in itertools.product(("driver", "client"), kinds().items()):
            counts: Counter[str] = Counter()
            whole = 1.0
            for moment in range(-1, moments):  # the first one is timed
                with fresh_mysql(server) as database:
                    database.run(_MAKE)
                    state = Path(folder) / f"state{next(numbers)}"
                    own = Trial(repo, database, state, _way(by, database))
                    if moment < 0:
                        whole = _timed(own)
                    else:
                        counts[happens(own, whole * moment / moments)] += 1
            told = ", ".join(f"{count} {which}" for which, count in sorted(counts.items()))
            print(f"{title}, {by}: {moments} moments: {told}", flush=True)
    print("Every rule held.")
    return 0


def kinds() -> dict[str, Callable[[Trial, float], str]]:
    """All that happens to a repair, by its title."""
    faults = {
        f"{title}, {trial.__name__}": partial(_faulty, trial, fault)
        for (title, fault), trial in itertools.product(FAULTS.items(), (applied, taken_back))
    }
    return {**faults, **MEETINGS}


def _faulty(
    trial: Callable[[Trial, Fault, float], str], fault: Fault, own: Trial, after: float
) -> str:
    return trial(own, fault, after)


def _timed(trial: Trial) -> float:
    began = time.monotonic()
    trial.finish(*APPLY)
    return time.monotonic() - began


def _way(by: str, database: MysqlDatabase) -> tuple[str, ...]:
    address = ("--database-url", database.url)
    return address if by == "driver" else (*address, "--exec", "env")


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["30"])[0])))
