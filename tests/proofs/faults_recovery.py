"""Whatever happens during a backup, a restore or a recovery: nothing is lost, and it goes on.

    python tests/proofs/faults_recovery.py [--kills N] [--bytes N] [--restarts N]
                                            [--rows N] [--server 15]

Cuts dumps off at random bytes, flips bits, fills a disk, restarts the server, and kills
`migdoctor recover full` at random moments; after each it looks at the databases with its own eyes
and prints a count. Ends with 1 if anything was lost or did not go on. A full disk needs root and
Linux (a small tmpfs); without them a limit on the size of files stands for it, and is named so.
"""

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.records import Struct, field

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.commands.migdoctor import Done, command, environment, migdoctor  # noqa: E402
from tests.support.databases import servers  # noqa: E402  the path comes first
from tests.support.databases.contents import contents  # noqa: E402
from tests.support.databases.recovery_world import build_world, write_migrations  # noqa: E402

_SMALL_DISK = "1m"
_KEPT = ("schema_migrations", "ar_internal_metadata", "fleeting")  # unlogged: a crash empties it


class Count(Struct, dict=True):
    """How often a fault was tried, and how it ended."""

    name: str
    tried: int = 0
    good: int = 0
    notes: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, outcome: str, failure: str = "") -> None:
        """Take in one try."""
        self.tried += 1
        self.notes[outcome] = self.notes.get(outcome, 0) + 1
        if failure:
            self.failures.append(failure)
        else:
            self.good += 1

    def __str__(self) -> str:
        notes = ", ".join(f"{number} {what}" for what, number in sorted(self.notes.items()))
        return f"{self.name:42} {self.good:4} of {self.tried:4} good   {notes}"


class Trial:
    """A server, production's database on it, and a folder to work in."""

    def __init__(self, server: servers.Server, folder: Path, rows: int) -> None:
        self.server, self.folder, self.rows = server, folder, rows
        self.database = servers.Database(server, "production")
        self.numbers = 0

    def fresh(self) -> dict[str, str]:
        """Make production anew, and drop all that trials left; return what it holds."""
        with self.server.connect() as connection:
            names = connection.execute(
                "SELECT datname FROM pg_database WHERE datname ~ '^production' "
                "AND datname <> 'production_template'"
            ).fetchall()
            for (name,) in names:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            there = connection.execute(
                "SELECT FROM pg_database WHERE datname = 'production_template'"
            ).fetchall()
            if not there:
                connection.execute("CREATE DATABASE production_template")
                build_world(servers.Database(self.server, "production_template"), self.rows)
            connection.execute("CREATE DATABASE production TEMPLATE production_template")
        return contents(self.database.url, apart_from=_KEPT)

    def place(self) -> Path:
        """A folder of its own for one try."""
        self.numbers += 1
        made = self.folder / f"try-{self.numbers}"
        made.mkdir()
        return made

    def run(self, cwd: Path, *arguments: str) -> Done:
        """Run migdoctor on production."""
        return migdoctor(cwd, *arguments, DATABASE_URL=self.database.url)

    def begin(self, cwd: Path, *arguments: str) -> "subprocess.Popen[bytes]":
        """Begin migdoctor on production, in a process group of its own."""
        with (cwd / "said").open("ab") as said:
            return subprocess.Popen(
                command(*arguments),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=environment(DATABASE_URL=self.database.url),
                start_new_session=True,
            )

    def full(self, cwd: Path) -> list[str]:
        """The words of a full recovery."""
        migrate = write_migrations(cwd, self.database)
        return [
            "recover",
            "full",
            "--yes",
            "--folder",
            "r",
            "--migrate-command",
            migrate,
            "--scratch-url",
            self.server.url(),
        ]

    def old(self) -> str | None:
        """The name under which the old database is found; None where it is gone."""
        with self.server.connect() as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE datname ~ '^production_before'"
            )
            names = [name for (name,) in found]
        return names[0] if names else "production"


# Damaged backups


def damaged(trial: Trial, rounds: int, chance: random.Random) -> Iterator[Count]:
    """Cut a dump off, or flip one bit of it, at random places; restore must refuse by name."""
    trial.fresh()
    place = trial.place()
    assert trial.run(place, "backup", "-o", "b").status == 0
    dump = place / "b" / "dump.pgdump"
    whole = dump.read_bytes()
    kinds: dict[str, Callable[[int], bytes]] = {
        "is truncated": lambda at: whole[:at],
        "was altered": lambda at: whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :],
    }
    for words, damage in kinds.items():
        count = Count(f"a dump that {words}")
        for _ in range(rounds):
            dump.write_bytes(damage(chance.randrange(len(whole))))
            done = trial.run(place, "restore", "b", "--into-new", "production_new", "--yes")
            refused = done.status == 1 and f"dump.pgdump {words}" in done.err
            count.add(
                "refused by name" if refused else "not refused", "" if refused else done.err[-500:]
            )
        dump.write_bytes(whole)
        yield count


# A full disk


def full_disk(trial: Trial) -> Iterator[Count]:
    """A backup onto a disk that is too small: an error, and nothing that looks like a backup."""
    trial.fresh()
    with trial.database.connect() as connection:
        connection.execute(
            "CREATE TABLE large AS SELECT n, md5(n::text) || md5((n * 7)::text) "
            "FROM generate_series(1, 60000) n"
        )
    place = trial.place()
    with _small_disk(place / "disk") as how:
        count = Count(f"a full disk ({how})")
        for form in ("custom", "plain", "directory"):
            done = _limited(trial, place, form, limited=how != "tmpfs")
            left = [path.name for path in (place / "disk").iterdir()]
            good = done.status in (2, 3) and not left
            count.add(
                "refused, nothing left" if good else "wrong",
                "" if good else f"{done.status} {left} {done.err[-300:]}",
            )
    yield count


@contextmanager
def _small_disk(place: Path) -> Iterator[str]:
    place.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={_SMALL_DISK}", "tmpfs", str(place)]
    mount = shutil.which("mount")
    mounted = (
        mount
        and os.geteuid() == 0
        and subprocess.run([mount, *options], capture_output=True, check=False).returncode == 0
    )
    try:
        yield "tmpfs" if mounted else "limit on file size"
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=False)


def _limited(trial: Trial, place: Path, form: str, *, limited: bool) -> Done:
    def limit() -> None:
        if limited:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(
        command("backup", "--form", form, "-o", "disk/b"),
        cwd=place,
        capture_output=True,
        env=environment(DATABASE_URL=trial.database.url),
        text=True,
        check=False,
        preexec_fn=limit,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr)


# A restart, and a kill


def restarted(trial: Trial, rounds: int, chance: random.Random) -> Iterator[Count]:
    """Restart the server at random moments of a backup, a restore and a recovery."""
    for name in ("backup", "restore", "recover"):
        count = Count(f"the server restarted during {name}")
        whole = _duration(trial, name)
        for _ in range(rounds):
            before = trial.fresh()
            place = trial.place()
            words = _words(trial, place, name)
            process = trial.begin(place, *words)
            time.sleep(chance.uniform(0.1, whole))
            restart(trial.server)
            process.wait()
            count.add(*_after(trial, place, name, process.returncode, before))
            shutil.rmtree(place)
        yield count


def killed(trial: Trial, rounds: int, chance: random.Random) -> Iterator[Count]:
    """Kill a full recovery at random moments; then go on, or, every third time, go back."""
    count = Count("SIGKILL during recover full")
    whole = _duration(trial, "recover")
    for number in range(rounds):
        before = trial.fresh()
        place = trial.place()
        process = trial.begin(place, *trial.full(place))
        time.sleep(chance.uniform(0.3, whole))
        if number % 2:
            os.killpg(process.pid, signal.SIGKILL)  # all at once, as a machine stops
        else:
            process.kill()  # migdoctor alone: its children go on for a while
        process.wait()
        count.add(
            *_after(trial, place, "recover", process.returncode, before, back=number % 3 == 2)
        )
        shutil.rmtree(place)
    yield count


def _words(trial: Trial, place: Path, name: str) -> list[str]:
    if name == "backup":
        return ["backup", "-o", "b"]
    if name == "restore":
        assert trial.run(place, "backup", "-o", "b").status == 0
        return ["restore", "b", "--into-new", "production_new", "--yes"]
    return trial.full(place)


def _duration(trial: Trial, name: str) -> float:
    """How long it takes undisturbed."""
    trial.fresh()
    place = trial.place()
    words = _words(trial, place, name)
    start = time.monotonic()
    done = trial.run(place, *words)
    assert done.status == 0, done.err
    return time.monotonic() - start


def _after(
    trial: Trial, place: Path, name: str, status: int, before: dict[str, str], *, back: bool = False
) -> tuple[str, str]:
    """Look at what is left, go on, and compare every table with what it was."""
    if name != "recover":
        return _after_copy(trial, place, name, status, before)
    old = trial.old()
    held = contents(trial.server.url(old or "production"), apart_from=_KEPT)
    if held != before and old != "production":
        return "old rows lost", f"the old database {old} is not what it was"
    how = _go_on(trial, place, back=back)
    after = contents(trial.database.url, apart_from=_KEPT)
    if after != before:
        wrong = [key for key in before if after.get(key) != before[key]]
        return "wrong", f"{how}: {wrong[:5]}; {(place / 'said').read_text()[-800:]}"
    return how, ""


def _go_on(trial: Trial, place: Path, *, back: bool) -> str:
    """Do what a person would do who is told how."""
    if not (place / "r" / "plan.json").exists():
        return "killed before it began"
    if "finished" in (place / "r" / "journal.jsonl").read_text():
        return "was done already"
    word = "back" if back else "resume"
    for _ in range(3):  # a server that was just killed may need a moment
        done = trial.run(
            place,
            "recover",
            word,
            "r",
            "--yes",
            *([] if back else ["--scratch-url", trial.server.url()]),
        )
        if done.status == 0:
            return "taken back" if back else "went on"
        time.sleep(1)
    (place / "said").write_text(done.err + done.out)
    return f"{word} failed"


def _after_copy(
    trial: Trial, place: Path, name: str, status: int, before: dict[str, str]
) -> tuple[str, str]:
    """After a backup or a restore: whole or not there, and production as it was."""
    if contents(trial.database.url, apart_from=_KEPT) != before:
        return "rows lost", "production is not what it was"
    if name == "backup":
        if (status == 0) != (place / "b").exists():
            return "half a backup", f"status {status}, and b is {(place / 'b').exists()}"
        return ("whole" if status == 0 else "none, and said so"), ""
    with trial.server.connect() as connection:
        there = connection.execute("SELECT FROM pg_database WHERE datname = 'production_new'")
        made = bool(there.fetchall())
    if made and contents(trial.server.url("production_new"), apart_from=_KEPT) != before:
        return "half a restore", "production_new does not hold every row"
    return ("whole" if made else "none, and said so"), ""


def restart(server: servers.Server) -> None:
    """Stop the server at once and start it again on the same port, in the background's time."""
    data = server.folder / "data"
    pid = int((data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGQUIT)
    _reap(pid)
    _starters.append(_start(server, data))
    for _ in range(300):
        try:
            server.connect().close()
        except servers.psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not come back")


_starters: "list[subprocess.Popen[bytes]]" = []


def _reap(pid: int) -> None:
    for _ in range(300):
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return
        except ChildProcessError:
            return
        time.sleep(0.05)


def _start(server: servers.Server, data: Path) -> "subprocess.Popen[bytes]":
    user = servers._give_away(server.folder) if os.geteuid() == 0 else {}
    settings = [
        f"port={server.port}",
        "listen_addresses=127.0.0.1",
        "fsync=off",
        f"unix_socket_directories={server.folder}",
    ]
    words = [
        server.bin / "postgres",
        "-D",
        data,
        *(part for setting in settings for part in ("-c", setting)),
    ]
    (data / "postmaster.pid").unlink(missing_ok=True)
    with (server.folder / "log").open("ab") as log:
        return subprocess.Popen(words, stdout=log, stderr=log, cwd=server.folder, **user)


def main() -> int:
    """Try everything, print the counts, and end with 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--bytes", type=int, default=20)
    parser.add_argument("--restarts", type=int, default=8)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--server", choices=["15", "18"], default="18")
    parser.add_argument("--seed", type=int, default=8)
    wish = parser.parse_args()
    programs = servers.debian_programs() if wish.server == "15" else servers.embedded_programs()
    chance = random.Random(wish.seed)
    failures = 0
    with tempfile.TemporaryDirectory() as folder, servers.running(programs) as server:
        trial = Trial(server, Path(folder), wish.rows)
        try:
            for counts in (
                damaged(trial, wish.bytes, chance) if wish.bytes else (),
                full_disk(trial),
                restarted(trial, wish.restarts, chance) if wish.restarts else (),
                killed(trial, wish.kills, chance) if wish.kills else (),
            ):
                for count in counts:
                    print(count, flush=True)
                    for failure in count.failures:
                        print(f"    {failure}", flush=True)
                    failures += len(count.failures)
        finally:
            for process in _starters:
                process.send_signal(signal.SIGQUIT)
                process.wait()
    print(f"{failures} failures")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
