"""A repair on MariaDB that is struck in its COMMIT: what is told is what is so.

    python -m tests.proofs.faults_mysql_commit [MOMENTS] [WAY]

A second session holds all commits back (BACKUP STAGE BLOCK_COMMIT), so that the repair waits in its
own. Then, in a window of milliseconds before and after they are let go: SIGKILL of the command,
SIGKILL of the server, its session ended (KILL), its connection cut; while it applies and while it
takes back, through the driver and through the client. Whatever comes of it: nobody is told "Done"
where nothing was done, nor that nothing was changed where it was; the journal says how each repair
stands; and the next run of the same ends as planned, once.
"""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pymysql
from pymysql.cursors import Cursor

from analyzer.records import Struct
from tests.proofs.faults_mysql import _MAKE, APPLY, BACK, NEW, OLD, WAYS, Trial
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.cable import Cable
from tests.support.databases.mysql_servers import MysqlDatabase, MysqlServer
from tests.support.histories.repositories import Repo, migration

_WAITING = "SELECT id FROM information_schema.processlist WHERE db = '{0}' AND info LIKE 'COMMIT%'"
_WINDOW = 0.012  # seconds around the moment at which commits are let go
_CERTAIN = {"Done: ": True, "Nothing was changed": False, "nothing was changed": False}


class RestartableServer:
    """A server that can be killed, and started again on the same files."""

    def __init__(self, folder: Path) -> None:
        self.data, self.place = folder / "data", folder / "sock"
        own = ["--user=root"] if os.geteuid() == 0 else []
        install = shutil.which("mariadb-install-db") or "mariadb-install-db"
        made = [install, "--no-defaults", f"--datadir={self.data}", "--skip-test-db", *own]
        made.append("--auth-root-authentication-method=normal")
        subprocess.run(made, check=True, capture_output=True)
        self._own, self.server = own, MysqlServer(self.place)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = shutil.which("mariadbd") or "mariadbd"
        command = [program, "--no-defaults", f"--datadir={self.data}", f"--socket={self.place}"]
        command += ["--skip-networking", "--innodb-buffer-pool-size=32M", *self._own]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with suppress(pymysql.err.OperationalError):
                self.server.run("SELECT 1")
                return
            time.sleep(0.05)
        raise RuntimeError("mariadbd does not start")

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        self.process.wait()


class Struck(Struct, frozen=True):
    """A repair that waits in its COMMIT, and what it can be struck with."""

    process: "subprocess.Popen[bytes]"
    server: RestartableServer
    cable: Cable
    session: int


Fault = Callable[[Struck], None]


def _kill_command(struck: Struck) -> None:
    os.kill(struck.process.pid, signal.SIGKILL)


def _end_session(struck: Struck) -> None:
    with suppress(pymysql.err.MySQLError):  # it ended by itself meanwhile
        struck.server.server.run(f"KILL {struck.session}")


FAULTS: dict[str, Fault] = {
    "SIGKILL of the command": _kill_command,
    "SIGKILL of the server": lambda struck: struck.server.kill(),
    "KILL of its session": _end_session,
    "its connection is cut": lambda struck: struck.cable.pull(),
}


@contextmanager
def _holding(server: MysqlServer) -> Iterator[Callable[[], None]]:
    """Hold all commits back until the call, or the end."""
    own = pymysql.connect(unix_socket=str(server.socket), user="root")
    with Cursor(own) as cursor:
        for stage in ("START", "FLUSH", "BLOCK_DDL", "BLOCK_COMMIT"):
            cursor.execute(f"BACKUP STAGE {stage}")

        def let_go() -> None:
            with suppress(pymysql.err.MySQLError):
                cursor.execute("BACKUP STAGE END")

        yield let_go
    with suppress(pymysql.err.MySQLError):
        own.close()


def strike(
    trial: Trial, words: tuple[str, ...], fault: Fault, after: float, server: RestartableServer,
    cable: Cable,
) -> tuple[int, str]:  # fmt: skip
    """Strike a command in its COMMIT; its status and what it told.

    Args: after: seconds from when commits are let go; less than 0 for before.
    """
    with _holding(server.server) as let_go:
        process = trial.begin(*words)
        struck = Struck(process, server, cable, _in_commit(trial, process))
        steps = [let_go, lambda: fault(struck)]
        first, second = steps if after >= 0 else reversed(steps)
        first()
        time.sleep(abs(after))
        second()
    if server.process.poll() is not None:
        server.start()  # as whoever watches over it would
    told = process.communicate()[1].decode()
    return process.returncode, told


def _in_commit(trial: Trial, process: "subprocess.Popen[bytes]") -> int:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        found = trial.database.run(_WAITING.format(trial.database.name))
        if found:
            return int(str(found[0][0]))
    raise AssertionError(process.communicate()[1].decode())


def judged(trial: Trial, words: tuple[str, ...], wanted: list[str], told: str) -> str:
    """Hold what was told against what is so, and let the next run finish it."""
    end = time.monotonic() + 10
    while trial.stored() not in (OLD, NEW) and time.monotonic() < end:
        time.sleep(0.05)
    left = trial.stored()
    assert left in (OLD, NEW), left
    for word, done in _CERTAIN.items():
        assert word not in told or (left == wanted) is done, (word, left, told)
    listed = _list(trial)
    finished = trial.finish(*words)
    assert trial.stored() == wanted, (left, finished, listed)
    return "done" if left == wanted else "not done"


def _list(trial: Trial) -> str:
    state = str(trial.state)
    done = migdoctor(trial.repo.path, "undo", "--list", *trial.way, XDG_STATE_HOME=state)
    assert done.status in {0, 1}, done.err
    return done.out


def _words(status: int, told: str) -> str:
    """What a person learns, in a word or two."""
    if status < 0:
        return "killed"
    if "Done: " in told:
        return "told done"
    return "told unchanged" if "othing was changed" in told else "told to look"


def main(moments: int, ways: Sequence[str]) -> int:
    """Print a line of counts for each kind."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        server = RestartableServer(root)
        try:
            _all(root, server, moments, ways)
        finally:
            server.kill()
    print("Every rule held.")
    return 0


def _all(root: Path, server: RestartableServer, moments: int, ways: Sequence[str]) -> None:
    repo = Repo.make(root / "app")
    for number, name in ((1, "artists"), (2, "songs"), (3, "albums")):
        repo.write(f"{number}_{name}.rb", migration(name.title()))
    repo.commit("deployed")
    repo.move("3_albums.rb", "9_albums.rb")
    repo.commit("renamed")
    numbers = itertools.count()
    for words, by, (title, fault) in itertools.product((APPLY, BACK), ways, FAULTS.items()):
        counts: Counter[str] = Counter()
        for moment in range(moments):
            after = _WINDOW * (2 * moment / max(moments - 1, 1) - 1)
            place = root / f"t{next(numbers)}"
            place.mkdir()
            counts[_one(place, repo, server, by, words, fault, after)] += 1
        told = ", ".join(f"{count} {which}" for which, count in sorted(counts.items()))
        print(f"{title}, {words[0]}, {by}: {moments} moments: {told}", flush=True)


def _one(
    place: Path, repo: Repo, server: RestartableServer, by: str, words: tuple[str, ...],
    fault: Fault, after: float,
) -> str:  # fmt: skip
    name = f"songs_{place.name}"
    server.server.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    database = MysqlDatabase(server.server, name)
    cable = Cable(place / "sock", server.server.socket)
    database.run(_MAKE)
    url = f"mysql2://root@localhost/{name}?socket={quote(str(place / 'sock'), safe='/')}"
    way = ("--database-url", url, *WAYS[by])
    trial = Trial(repo, database, place / "state", way)
    wanted = NEW
    if words == BACK:
        told = trial.finish(*APPLY)
        assert trial.stored() == NEW, told
        wanted = OLD
    status, told = strike(trial, words, fault, after, server, cable)
    cable.close()
    (place / "sock").unlink()
    cable = Cable(place / "sock", server.server.socket)
    try:
        return f"{judged(trial, words, wanted, told)} ({_words(status, told)})"
    finally:
        cable.close()
        server.server.run(f"DROP DATABASE {name}")


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["30"])[0]), sys.argv[2:] or [*WAYS]))
