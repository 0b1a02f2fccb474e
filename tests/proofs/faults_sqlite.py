"""A repair on SQLite that is disturbed at many moments leaves all of it or nothing.

    python -m tests.proofs.faults_sqlite [MOMENTS] [KIND ...]

Of each kind of fault eight times so many, while a rewrite is carried out and while it is taken
back, through the driver and through the client, on a file with a rollback journal and on one with a
write-ahead log. Then the file must be whole and hold just the old rows or just the new ones (and
what somebody else wrote), and once the fault is over, a second run must end as planned. Some kinds
need root.
"""

import itertools
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from analyzer.records import Struct, field
from tests.support.commands.migdoctor import command, environment
from tests.support.histories.repositories import Repo, migration

OLD, NEW = ["1", "2", "3"], ["1", "2", "9"]
APPLY, BACK = ("rewrite", "--apply"), ("undo",)
WAYS: dict[str, tuple[str, ...]] = {"driver": (), "client": ("--exec", "env")}
JOURNALS = ("delete", "wal")
_MAKE = (
    "CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);"
    "CREATE TABLE artists (id integer); CREATE TABLE songs (id integer);"
    "CREATE TABLE albums (id integer);"
    "INSERT INTO schema_migrations VALUES ('1'), ('2'), ('3');"
)
_WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


class Trial(Struct, frozen=True):
    """One repository and one file, in a folder of its own beside the command's state."""

    repo: Repo
    folder: Path
    way: str = "driver"
    others: list[str] = field(default_factory=list)  # rows that somebody else wrote meanwhile

    @property
    def file(self) -> Path:
        """The database."""
        return self.folder / "data" / "production.sqlite3"

    def begin(self, *words: str, limit: int | None = None) -> "subprocess.Popen[bytes]":
        """Start the command. Args: limit: no file may become larger, in bytes."""

        def limited() -> None:
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        plain = command(*words, "--yes", "--lock-timeout", "1s", *WAYS[self.way], *self.address)
        return subprocess.Popen(
            [*(_WITHOUT_ROOTS_RIGHTS if os.geteuid() == 0 else ()), *plain],
            cwd=self.repo.path,
            env=environment(XDG_STATE_HOME=str(self.folder / "state")),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=limited,  # noqa: PLW1509  no thread runs here
        )

    @property
    def address(self) -> tuple[str, str]:
        """How the command is told of the file."""
        return "--database-url", f"sqlite3://{self.file}"

    def finish(self, *words: str) -> str:
        """Run the command to its end, whatever it says where all is done already."""
        return self.begin(*words).communicate()[1].decode()

    def run(self, *statements: str) -> list[tuple[str, ...]]:
        """Run SQL; return the rows of the last statement."""
        rows: list[tuple[str, ...]] = []
        with closing(sqlite3.connect(self.file, isolation_level=None, timeout=20)) as connection:
            for statement in statements:
                rows = connection.execute(statement).fetchall()
        return rows

    def stored(self) -> list[str]:
        """The rows, sorted, but for those of others; the file must be whole."""
        assert self.run("PRAGMA integrity_check") == [("ok",)]
        rows = [row[0] for row in self.run("SELECT version FROM schema_migrations ORDER BY 1")]
        return [row for row in rows if row not in self.others]


Fault = Callable[[Trial, tuple[str, ...], float], None]


def kill(trial: Trial, words: tuple[str, ...], after: float) -> None:
    """End the command at once; a client of its goes with it, or is at its end."""
    process = trial.begin(*words)
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def busy(trial: Trial, words: tuple[str, ...], after: float) -> None:
    """Let somebody else write for longer than the command waits."""
    process = trial.begin(*words)
    time.sleep(after)
    with closing(sqlite3.connect(trial.file, isolation_level=None, timeout=20)) as other:
        other.execute("BEGIN IMMEDIATE")
        process.communicate()
        other.execute("ROLLBACK")


def stale(trial: Trial, words: tuple[str, ...], after: float) -> None:
    """Let somebody else's migration end meanwhile."""
    process = trial.begin(*words)
    time.sleep(after)
    trial.run("INSERT INTO schema_migrations VALUES ('7')")
    trial.others.append("7")
    process.communicate()


def read_only_file(trial: Trial, words: tuple[str, ...], after: float) -> None:
    """Take away the right to write the file."""
    _unwritable(trial, trial.file, words, after)


def read_only_folder(trial: Trial, words: tuple[str, ...], after: float) -> None:
    """Take away the right to make files beside it, as the journal is."""
    _unwritable(trial, trial.file.parent, words, after)


def _unwritable(trial: Trial, path: Path, words: tuple[str, ...], after: float) -> None:
    process = trial.begin(*words)
    time.sleep(after)
    mode = path.stat().st_mode
    path.chmod(mode & ~0o222)
    process.communicate()
    path.chmod(mode)


def twice(trial: Trial, words: tuple[str, ...], after: float) -> None:
    """Start the command a second time while it runs."""
    process = trial.begin(*words)
    time.sleep(after)
    trial.finish(*words)
    process.communicate()


def too_large(trial: Trial, words: tuple[str, ...], after: float) -> None:
    """Let no file become larger than some kilobytes: writing fails at one point or another."""
    trial.begin(*words, limit=int(after * 40_000)).communicate()


def disk_full(trial: Trial, words: tuple[str, ...], after: float) -> None:
    """Fill the disk that the file lies on, which is small."""
    process = trial.begin(*words)
    time.sleep(after)
    filling = trial.file.parent / "filling"
    with filling.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 512):
                pass
        except OSError:
            pass
    process.communicate()
    filling.unlink()


FAULTS: dict[str, Fault] = {
    "kill": kill,
    "busy": busy,
    "stale": stale,
    "read-only-file": read_only_file,
    "read-only-folder": read_only_folder,
    "twice": twice,
    "too-large": too_large,
    "disk-full": disk_full,
}
_AS_ROOT = {"disk-full"}


def applied(trial: Trial, fault: Fault, after: float) -> str:
    """Disturb a rewrite; then let a second one finish it."""
    fault(trial, APPLY, after)
    left = trial.stored()
    told = trial.finish(*APPLY)
    assert trial.stored() == NEW, (left, told)
    return _which(left)


def taken_back(trial: Trial, fault: Fault, after: float) -> str:
    """Disturb an undo; then let a second one finish it."""
    told = trial.finish(*APPLY)
    assert trial.stored() == NEW, told
    fault(trial, BACK, after)
    left = trial.stored()
    if left == NEW:
        if trial.others:  # rows that came meanwhile are not what the repair left: it asks
            return _which(left)
        told = trial.finish(*BACK)
    assert trial.stored() == OLD, (left, told)
    return _which(left)


def _which(rows: list[str]) -> str:
    assert rows in (OLD, NEW), rows
    return "old" if rows == OLD else "new"


@contextmanager
def world(root: Path, repo: Repo, way: str, journal: str, *, small: bool) -> Iterator[Trial]:
    """A fresh file, on a small disk of its own if that is asked."""
    folder = Path(tempfile.mkdtemp(dir=root))
    trial = Trial(repo, folder, way)
    trial.file.parent.mkdir()
    if small:
        size = ("-o", "size=192k")
        subprocess.run(["mount", "-t", "tmpfs", *size, "tmpfs", trial.file.parent], check=True)
    try:
        trial.run(f"PRAGMA journal_mode = {journal}", *_MAKE.split(";"))
        yield trial
    finally:
        if small:
            subprocess.run(["umount", trial.file.parent], check=True)


def disturb(root: Path, repo: Repo, moments: int, kinds: tuple[str, ...]) -> Iterator[str]:
    """Tell a line of counts for each kind, way and journal."""
    for kind in kinds:
        if kind in _AS_ROOT and os.geteuid() != 0:
            yield f"{kind}: not tried, as only root can"
            continue
        forms = list(itertools.product(WAYS, JOURNALS, (applied, taken_back)))
        for place, (way, journal, trial) in enumerate(forms):
            counts: Counter[str] = Counter()
            whole = 1.0
            for moment in range(-1, moments):  # the first one is timed
                with world(root, repo, way, journal, small=kind in _AS_ROOT) as own:
                    if moment < 0:
                        whole = _timed(own)
                    else:
                        share = (moment + place / len(forms)) / moments
                        counts[trial(own, FAULTS[kind], whole * share)] += 1
            told = ", ".join(f"{count} {which}" for which, count in sorted(counts.items()))
            yield f"{kind}, {trial.__name__}, {way}, {journal}: {moments} moments: {told}"


def _timed(trial: Trial) -> float:
    began = time.monotonic()
    told = trial.finish(*APPLY)
    assert trial.stored() == NEW, told
    return time.monotonic() - began


def make(path: Path) -> Repo:
    """A repository of which one migration was renamed since it ran."""
    repo = Repo.make(path)
    for number, name in ((1, "artists"), (2, "songs"), (3, "albums")):
        repo.write(f"{number}_{name}.rb", migration(name.title()))
    repo.commit("deployed")
    repo.move("3_albums.rb", "9_albums.rb")
    repo.commit("renamed")
    return repo


def main(words: list[str]) -> int:
    """Print the counts; a rule that is broken ends it."""
    with tempfile.TemporaryDirectory() as folder:
        repo = make(Path(folder) / "app")
        kinds = tuple(words[1:]) or tuple(FAULTS)
        for line in disturb(Path(folder), repo, int((words or ["4"])[0]), kinds):
            print(line, flush=True)
    print("Every rule held.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
