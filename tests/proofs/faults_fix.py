"""Cut ``fix`` off at random moments inside its steps, take it up again, and see that it ends well.

    python tests/proofs/faults_fix.py                 all of it: 30 moments
    python tests/proofs/faults_fix.py --moments 4 --seed 2

The guide drafts the follow-up, backs up, rehearses, repairs, commits and puts the follow-up in its
place; at each moment it is killed, hung up on, interrupted at the keyboard, ended, or loses its
database for a second. A second run must end with status 0, whatever was done by then: nothing is
diverged, nothing is left to commit, no repair was made twice and nothing was committed twice.
Prints a line for each moment; exit status 1 if any rule broke.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from analyzer.records import Struct

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402  the package's own path comes first

from tests.support.commands.migdoctor import migdoctor  # noqa: E402
from tests.support.commands.terminals import Seen, at_terminal, shim  # noqa: E402
from tests.support.databases.live import Live  # noqa: E402
from tests.support.databases.servers import (  # noqa: E402
    Database,
    debian_programs,
    fresh_database,
    running,
)

OLD, NEW = "20250101000000", "20250601000000"
_TABLES = "CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar)"
_SIGNALS = (signal.SIGKILL, signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
_REPAIRED = "Repair migrations that were renamed after they ran"
_FOLLOWED = "Add what the edited migrations were missing"
_GONE = 1.0  # second without the database


class Patient(Struct, frozen=True):
    """An application whose migration was renamed and edited; rows or files are to be repaired."""

    live: Live
    rows: bool
    variables: dict[str, str]

    @classmethod
    def make(cls, folder: Path, database: Database, *, rows: bool) -> "Patient":
        """Build it."""
        live = Live.make(folder, database, _TABLES)
        live.ran(int(OLD), "create_songs", "create_table(:songs) { |t| t.string :title }")
        live.repo.commit("what ran")
        live.repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
        live.file(int(NEW), "create_songs", "create_table :songs do |t|", "  t.string :title",
                  "  t.integer :rating", "end")  # fmt: skip
        if rows:
            live.row(int(NEW))
        live.repo.commit("renamed and edited")
        return cls(
            live,
            rows,
            {
                "PATH": f"{database.server.bin}{os.pathsep}{shim(folder / 'bin')}",
                "DATABASE_URL": database.url,
                "XDG_STATE_HOME": str(folder / "state"),
            },
        )

    def fix(self, cut: tuple[float, Callable[[int], None]] | None = None) -> Seen:
        """Run it, with yes to all."""
        return at_terminal(self.live.repo.path, "migdoctor fix", cut=cut, **self.variables)

    def faults(self) -> Iterator[str]:
        """What is wrong after the second run."""
        repo, database = self.live.repo, self.live.database
        done = migdoctor(repo.path, "diagnose", **self.variables)
        if done.status and not self._is_only_pending(done.out):
            yield f"diagnose: {done.status}: {done.out.splitlines()[:2]}"
        if left := repo.git("status", "--porcelain", "--", "db"):
            yield f"not committed: {left!r}"
        told = repo.git("log", "--format=%s").splitlines()
        wanted = {_FOLLOWED: 1, _REPAIRED: 0 if self.rows else 1}
        for message, times in wanted.items():
            if told.count(message) != times:
                yield f"{told.count(message)} commits {message!r}"
        rows = [row[0] for row in database.run("SELECT version FROM schema_migrations")]
        if rows != [NEW if self.rows else OLD]:
            yield f"rows: {rows}"
        journal = migdoctor(repo.path, "undo", "--list", "--format", "json", **self.variables).out
        if journal.count('"state": "done"') != 1:
            yield f"{journal.count('done')} repairs done: {journal}"

    def _is_only_pending(self, told: str) -> bool:
        return "Nothing diverged" in told


def signalled(which: signal.Signals) -> Callable[[int], None]:
    """End the process by a signal; a closed terminal and Ctrl-C reach its children too."""

    def send(child: int) -> None:
        with suppress(ProcessLookupError):
            if which in (signal.SIGINT, signal.SIGHUP):
                os.killpg(child, which)
            else:
                os.kill(child, which)

    return send


def without_database(database: Database) -> Callable[[int], None]:
    """Take the database away for a while."""
    name = database.name

    def take(_child: int) -> None:
        with psycopg.connect(database.server.url(), autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')  # type: ignore[arg-type]
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            time.sleep(_GONE)
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')  # type: ignore[arg-type]

    return take


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--moments", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)
    broken = 0
    with running(debian_programs()) as server:
        lengths = {}
        for number in range(-2, wanted.moments):
            rows = bool(number % 2)
            with tempfile.TemporaryDirectory() as folder, fresh_database(server) as database:
                patient = Patient.make(Path(folder), database, rows=rows)
                if number < 0:
                    began = time.monotonic()
                    seen = patient.fix()
                    lengths[rows] = time.monotonic() - began
                    what, moment = "nothing", 0.0
                else:
                    what, moment, first, seen = _cut_and_again(
                        patient, chance, number, lengths[rows]
                    )
                found = [*patient.faults()]
                found += [f"second run: {seen.status}\n{seen.screen}"] if seen.status else []
                broken += bool(found)
                print(f"{'rows' if rows else 'files'}: {what} at {moment:.2f} s: "
                      f"{'; '.join(found) or 'ended well'}", flush=True)  # fmt: skip
                if found and number >= 0:
                    print(first.screen, seen.screen, sep="\n--- again\n")
    return int(bool(broken))


def _cut_and_again(
    patient: Patient, chance: random.Random, number: int, length: float
) -> tuple[str, float, Seen, Seen]:
    moment = chance.uniform(0.2, length)
    kinds = [*((it.name, signalled(it)) for it in _SIGNALS)]
    kinds.append(("no database", without_database(patient.live.database)))
    what, how = kinds[number // 2 % len(kinds)]
    first = patient.fix((moment, how))
    time.sleep(_GONE if what == "no database" else 0)
    return what, moment, first, patient.fix()


if __name__ == "__main__":
    sys.exit(main())
