"""A repair on MariaDB that is cut off at many moments leaves all of it or nothing.

    python -m tests.proofs.faults_mysql [MOMENTS] [WAY]

Of each kind of fault so many, while it applies and while it takes back: SIGKILL of the command; its
session ended by the server (KILL); its connection cut; a row that somebody adds, so that the plan
is stale; Rails' own lock, taken and let go of; a second run of the same; through the driver and
through the client. Notes of what ran are kept beside the rows, and hold whatever happens.
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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pymysql

from analyzer.analysis.notes.seals import read_chain
from analyzer.engines.registry import open_gateway
from analyzer.frameworks.registry import framework
from analyzer.model.core.version_table import TableName
from analyzer.model.notes.note import NoteKind
from analyzer.records import Struct
from tests.support.commands.migdoctor import command, environment, migdoctor
from tests.support.databases.cable import Cable
from tests.support.databases.mysql_servers import (
    MysqlDatabase,
    MysqlServer,
    fresh_mysql,
    running_mariadb,
)
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
    cable: Cable | None = None  # that way goes through it

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

    def note(self) -> None:
        """Note what ran."""
        done = migdoctor(self.repo.path, "record", "--database-url", self.database.url)
        assert done.status == 0, done.err

    def noted(self) -> list[str]:
        """The rows that the notes tell of, sorted; they hold."""
        gateway = open_gateway(self.database.url)
        table = TableName("schema_migrations")
        book = gateway.engine.catalog.read_noted(gateway, table, framework("rails")).notes
        assert book is not None
        chain = read_chain(book)
        assert chain.holds, chain
        last = {note.version: note.kind for note in chain.notes}
        return sorted(version for version, kind in last.items() if kind != NoteKind.REMOVED)


class Deed(Struct, frozen=True):
    """What is disturbed: a command, and the rows before it and after."""

    name: str
    words: tuple[str, ...]
    before: list[str]
    after: list[str]

    def whole(self, trial: Trial, but: str = "") -> bool:
        """Whether it is done, and not undone; rows and notes then say the same."""
        left = [it for it in trial.stored() if it != but]
        assert left in (self.before, self.after), left
        assert trial.noted() == left
        return left == self.after

    def finish(self, trial: Trial) -> None:
        """Let a second run end it."""
        told = trial.finish(*self.words) if trial.stored() != self.after else ""
        assert trial.stored() == self.after, told
        assert trial.noted() == self.after


APPLY, BACK = ("rewrite", "--apply"), ("undo",)
DEEDS = (Deed("applied", APPLY, OLD, NEW), Deed("taken back", BACK, NEW, OLD))


def kill(process: "subprocess.Popen[bytes]", _trial: Trial) -> None:
    """End the command at once."""
    os.kill(process.pid, signal.SIGKILL)


def end_session(_process: "subprocess.Popen[bytes]", trial: Trial) -> None:
    """End every session of the database."""
    for (number,) in trial.database.run(_SESSIONS):
        with suppress(pymysql.err.OperationalError):  # it ended by itself meanwhile
            trial.database.run(f"KILL {number}")


def cut(_process: "subprocess.Popen[bytes]", trial: Trial) -> None:
    """Cut the connection."""
    assert trial.cable is not None
    trial.cable.pull()


Fault = Callable[["subprocess.Popen[bytes]", Trial], None]


def struck(fault: Fault, deed: Deed, trial: Trial, after: float) -> bool:
    """Something breaks; then a second run of the same finishes it."""
    process = trial.begin(*deed.words)
    time.sleep(after)
    fault(process, trial)
    process.communicate()
    end = time.monotonic() + 10
    while trial.stored() not in (OLD, NEW) and time.monotonic() < end:
        time.sleep(0.05)  # the server takes back what a session that is gone had begun
    done = deed.whole(trial)
    deed.finish(trial)
    return done


def stale(deed: Deed, trial: Trial, after: float) -> bool:
    """Somebody adds a row meanwhile: it was done before, or it is refused."""
    process = trial.begin(*deed.words)
    time.sleep(after)
    trial.database.run("INSERT INTO schema_migrations VALUES ('5')")
    told = process.communicate()[1].decode()
    done = deed.whole(trial, but="5")
    knows = process.returncode == 0 or "FAILED    rows" in told  # it came after the commit
    assert done == knows, (done, process.returncode, told)
    trial.database.run("DELETE FROM schema_migrations WHERE version = '5'")
    deed.finish(trial)
    return done


def locked(deed: Deed, trial: Trial, after: float) -> bool:
    """Somebody migrates meanwhile, until it has ended."""
    process = trial.begin(*deed.words)
    time.sleep(after)
    server = trial.database.server
    key = SALT * zlib.crc32(trial.database.name.encode())
    own = pymysql.connect(unix_socket=str(server.socket), user="root")
    with own, own.cursor() as cursor:
        cursor.execute(f"SELECT GET_LOCK('{key}', 5)")
        process.communicate()
    done = deed.whole(trial)
    assert done == (process.returncode == 0), (done, process.returncode)
    deed.finish(trial)
    return done


def twice(deed: Deed, trial: Trial, after: float) -> bool:
    """A second run of the same begins meanwhile."""
    first = trial.begin(*deed.words)
    time.sleep(after)
    second = trial.begin(*deed.words)
    first.communicate()
    second.communicate()
    done = deed.whole(trial)
    deed.finish(trial)
    return done


KINDS: dict[str, Callable[[Deed, Trial, float], bool]] = {
    "SIGKILL": partial(struck, kill),
    "KILL of its session": partial(struck, end_session),
    "its connection is cut": partial(struck, cut),
    "a stale plan": stale,
    "a held lock": locked,
    "two at once": twice,
}


def main(moments: int, ways: Sequence[str]) -> int:
    """Print a line of counts for each kind."""
    with tempfile.TemporaryDirectory() as folder, running_mariadb() as server:
        repo = Repo.make(Path(folder) / "app")
        for number, name in ((1, "artists"), (2, "songs"), (3, "albums")):
            repo.write(f"{number}_{name}.rb", migration(name.title()))
        repo.commit("deployed")
        repo.move("3_albums.rb", "9_albums.rb")
        repo.commit("renamed")
        world = World(Path(folder), server, repo)
        for by, deed, (title, happens) in itertools.product(ways, DEEDS, KINDS.items()):
            counts: Counter[bool] = Counter()
            with world.trial(by, deed) as own:  # timed
                began = time.monotonic()
                deed.finish(own)
                whole = time.monotonic() - began
            for moment in range(moments):
                with world.trial(by, deed) as own:
                    counts[happens(deed, own, whole * moment / moments)] += 1
            told = f"{counts[True]} done at once, {counts[False]} not"
            print(f"{title}, {deed.name}, {by}: {moments} moments: {told}", flush=True)
    print("Every rule held.")
    return 0


WAYS: dict[str, tuple[str, ...]] = {"driver": (), "client": ("--exec", "env")}


class World:
    """Where the trials are made, one after the other."""

    def __init__(self, folder: Path, server: MysqlServer, repo: Repo) -> None:
        self._folder, self._server, self._repo = folder, server, repo
        self._numbers = itertools.count()

    @contextmanager
    def trial(self, by: str, deed: Deed) -> Iterator[Trial]:
        """A database as it is before a deed, its notes, and a cable to it."""
        own = self._folder / f"t{next(self._numbers)}"
        own.mkdir()
        with fresh_mysql(self._server) as database:
            cable = Cable(own / "sock", self._server.socket)
            database.run(_MAKE)
            place = str(self._server.socket)
            url = database.url.replace(place, str(own / "sock"))
            way = ("--database-url", url, *WAYS[by])
            made = Trial(self._repo, database, own / "state", way, cable)
            made.note()
            if deed.words == BACK:
                told = made.finish(*APPLY)
                assert made.stored() == NEW, told
            try:
                yield made
            finally:
                cable.close()


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["30"])[0]), sys.argv[2:] or [*WAYS]))
