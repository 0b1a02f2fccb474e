"""Kill the rewrite of a fleet at random moments, and see that every tenant is whole.

    python tests/proofs/faults_fleet.py       all of it: 200 tenants, 30 moments, both servers
    python tests/proofs/faults_fleet.py --moments 3 --tenants 40 --servers 18
    python tests/proofs/faults_fleet.py --each-database --tenants 60

Each tenant is a schema, or with --each-database a database (of 8 MB, mostly in memory). They differ
in a dozen ways. At each moment SIGKILL hits the rewrite of the whole fleet (or, now and then, of a
few canaries first, or its undo), or the server ends its session instead. Afterwards each tenant has
either exactly the rows that it had or exactly those that were planned; the next run goes on with
the same repair; and in the end one undo brings all tenants back. Exit status 1 if any rule broke.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from analyzer.records import Struct

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.commands.repair_runs import Ended, Place, ended  # noqa: E402
from tests.support.databases import fleets  # noqa: E402  the package's own path comes first
from tests.support.databases.servers import (  # noqa: E402
    Database,
    debian_programs,
    embedded_programs,
    fresh_database,
    running,
)

SCHEMAS, DATABASES = "--each-schema", "--each-database"
MIGRATIONS = 60
_VERSIONS = 'SELECT version FROM "{}".schema_migrations ORDER BY 1'
_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE application_name LIKE 'migdoctor%' AND pid <> pg_backend_pid()"
)
_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'migdoctor 2%'"
Rows = Mapping[str, tuple[str, ...]]


class BrokenFleetError(Exception):
    """What must never happen has happened."""


def demand(condition: object, *told: object) -> None:
    """Insist on a rule."""
    if not condition:
        raise BrokenFleetError(*told)


class FleetPlace(Struct, frozen=True, dict=True):
    """The fleet, and the two sets of rows that each tenant may have.

    ``kind`` is the option that tells what a tenant is.
    """

    place: Place
    kind: str
    old: Rows
    new: Rows

    def rows(self) -> Rows:
        """What each tenant has, once no session of ours is left."""
        end = time.monotonic() + 60
        while self.place.database.run(_SESSIONS) != [(0,)]:
            demand(time.monotonic() < end, "a session of ours stays for ever")
            time.sleep(0.05)
        return rows_of(self.place.database, self.kind)

    def look(self) -> int:
        """See that each tenant is whole; return how many are new."""
        found = self.rows()
        for name, rows in found.items():
            demand(rows in (self.old[name], self.new[name]), "half done", name, rows)
        return sum(rows == self.new[name] for name, rows in found.items())

    def rewrite(self, *more: str) -> Ended:
        """Carry it out, to its end."""
        return self.place.run(*self.words(), *more)

    def words(self) -> tuple[str, ...]:
        """The rewrite of the whole fleet, as it is typed."""
        return ("rewrite", self.kind, "tenant_*", "--apply", "--yes")

    def repairs(self) -> set[str]:
        """The names of the repairs in the journal."""
        return {entry["fleet"]["id"] for entry in self.place.journal()}


def rows_of(database: Database, kind: str) -> Rows:
    """The rows of each tenant, sorted."""
    if kind == DATABASES:
        query = r"SELECT datname FROM pg_database WHERE datname LIKE 'tenant\_%'"
        tenants = (Database(database.server, name) for (name,) in database.run(query))
        return {it.name: _sorted(it.run(_VERSIONS.format("public"))) for it in tenants}
    with database.connect() as connection:
        found = connection.execute(
            "SELECT n.nspname FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid "
            "WHERE c.relname = 'schema_migrations'"
        ).fetchall()
        return {name: _sorted(connection.execute(_VERSIONS.format(name))) for (name,) in found}


def _sorted(rows: Iterable[tuple[str]]) -> tuple[str, ...]:
    return tuple(version for (version,) in rows)


def fleet_in(database: Database, folder: Path, kind: str, tenants: int) -> FleetPlace:
    """Make the fleet, and find out what each tenant's rows become."""
    if kind == DATABASES:
        fleets.fill_databases(database.server, tenants, MIGRATIONS)
    else:
        fleets.fill(database.url, tenants, MIGRATIONS)
    fleets.repository(folder / "app", MIGRATIONS)
    place = Place(folder / "app", database, folder / "state", {"DATABASE_URL": database.url})
    made = FleetPlace(place, kind, rows_of(database, kind), {})
    demand(len(made.old) == tenants, "the fleet is not all there", len(made.old))
    done = made.rewrite()
    demand(done.status == 0, "no rewrite at all", done.err)
    made = FleetPlace(place, kind, made.old, rows_of(database, kind))
    demand(made.new != made.old, "the rewrite changed nothing")
    back = place.run("undo", "--yes")
    demand(back.status == 0, "no undo at all", back.err)
    demand(rows_of(database, kind) == made.old, "undo did not restore the rows")
    return made


def killed(fleet: FleetPlace, chance: random.Random, *command: str, longest: float) -> int:
    """Kill one run at a random moment; return how many tenants are new."""
    process = fleet.place.start(*command)
    time.sleep(chance.uniform(0.0, longest))
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    ended(process)
    return fleet.look()


def cut(fleet: FleetPlace, chance: random.Random, *command: str, longest: float) -> int:
    """Let the server end the sessions of a run at a random moment; return how many are new."""
    process = fleet.place.start(*command)
    time.sleep(chance.uniform(0.0, longest))
    fleet.place.database.run(_END)
    ended(process)
    return fleet.look()


def moment(fleet: FleetPlace, chance: random.Random, longest: float) -> str:
    """One moment: killed, killed again perhaps, gone on with, taken back."""
    shutil.rmtree(fleet.place.state, ignore_errors=True)
    demand(fleet.rows() == fleet.old, "it does not begin with the old rows")
    words = fleet.words()
    first = chance.choice([killed, killed, cut])
    canaries = ("--canary", "20") if chance.random() < 0.3 else ()
    told = [f"{first.__name__} {first(fleet, chance, *words, *canaries, longest=longest)}"]
    if chance.random() < 0.3:
        told.append(str(killed(fleet, chance, *words, longest=longest)))
    done = fleet.rewrite()
    demand(done.status == 0, "the run that goes on", done.err)
    demand(fleet.rows() == fleet.new, "the run that went on did not finish")
    demand(len(fleet.repairs()) == 1, "it was not the same repair", fleet.repairs())
    if chance.random() < 0.3:
        told.append(f"undo {killed(fleet, chance, 'undo', '--yes', longest=longest)}")
        if fleet.rows() == fleet.old:
            return ", ".join(told)
    back = fleet.place.run("undo", "--yes")
    demand(back.status == 0, "undo", back.err)
    demand(fleet.rows() == fleet.old, "undo did not bring all tenants back")
    return ", ".join(told)


def prove(server: str, kind: str, tenants: int, moments: int, seed: int) -> int:
    """All moments on one server; return how many rules broke."""
    programs = embedded_programs() if server == "18" else debian_programs()
    chance, broken = random.Random(f"{seed} {server}"), 0
    with (
        tempfile.TemporaryDirectory() as folder,
        running(programs) as started,
        fresh_database(started) as database,
    ):
        fleet = fleet_in(database, Path(folder), kind, tenants)
        began = time.monotonic()
        demand(fleet.rewrite().status == 0, "the run that is timed")
        longest = time.monotonic() - began
        demand(fleet.place.run("undo", "--yes").status == 0, "its undo")
        for number in range(1, moments + 1):
            try:
                told = moment(fleet, chance, longest)
                print(f"PostgreSQL {server}, moment {number}: tenants done when killed: {told}")
            except (BrokenFleetError, subprocess.SubprocessError) as error:
                broken += 1
                print(f"PostgreSQL {server}, moment {number}: BROKEN {error}")
                fleet.rewrite()
                for _ in fleet.repairs():
                    fleet.place.run("undo", "--yes")
    print(f"PostgreSQL {server}, {kind}: {moments} moments, {tenants} tenants, {broken} broken")
    return broken


def main() -> int:
    """Run it; 1 if any rule broke."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=30)
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--servers", default="15,18")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        DATABASES, action="store_const", const=DATABASES, default=SCHEMAS, dest="kind"
    )
    asked = parser.parse_args()
    servers = asked.servers.split(",")
    broken = sum(prove(it, asked.kind, asked.tenants, asked.moments, asked.seed) for it in servers)
    print("Every rule held." if not broken else f"{broken} rules broke.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
