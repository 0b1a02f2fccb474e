"""How fast six environments are diagnosed, beside the slowest of them alone.

    python tests/benchmarks/environments.py          400 migrations and tables
    python tests/benchmarks/environments.py --small  40, to see that it runs

All six are databases of one server, which is the hardest case: it shares the processors with us.
Exit status 1 if the limit is broken.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.measure import Row, in_turns, run  # noqa: E402
from tests.support.databases.servers import (  # noqa: E402  the package's own path comes first
    Server,
    debian_programs,
    embedded_programs,
    fresh_database,
    running,
)
from tests.support.histories.repositories import Repo  # noqa: E402

MOST = 1.5  # times the slowest of them alone
MIGRATIONS, SMALL = 400, 40
EVERY = 20  # one in so many was renamed after it ran
IN_A_COMMIT = 4
_TABLE = "CREATE TABLE {} (id bigserial PRIMARY KEY, name varchar, made_at timestamp NOT NULL);"


def old_version(number: int) -> str:
    """Under which a migration ran first."""
    return f"20240101{number:06}"


def new_version(number: int) -> str:
    """Which its file carries today."""
    return f"20250101{number:06}" if number % EVERY == 0 else old_version(number)


def build_repository(folder: Path, migrations: int) -> None:
    """Write a history of migrations of which some were renamed in the end."""
    repo = Repo.make(folder)
    repo.git("config", "user.name", "Ada")
    repo.git("config", "user.email", "ada@example.org")
    for number in range(migrations):
        body = ("create_table :t{} do |t|", "  t.string :name", "  t.datetime :made_at", "end")
        repo.add(
            f"{old_version(number)}_create_t{number}.rb",
            f"CreateT{number}",
            *(line.format(number) for line in body),
        )
        if number % IN_A_COMMIT == 0:
            repo.commit(f"Add up to {number}")
    repo.commit("Add the rest")
    for number in range(0, migrations, EVERY):
        name = f"create_t{number}.rb"
        repo.move(f"{old_version(number)}_{name}", f"{new_version(number)}_{name}")
    repo.commit("Rename some")


def rows_of(migrations: int) -> dict[str, list[str]]:
    """What each environment ran: the old names, the new ones, or both."""
    old = [old_version(number) for number in range(migrations)]
    new = [new_version(number) for number in range(migrations)]
    both = sorted({*old, *new})
    return {"production": old, "staging": new, "dev": both, "qa": old, "demo": new, "uat": old}


def fill(stack: ExitStack, server: Server, migrations: int) -> dict[str, str]:
    """Make the databases; return their addresses by name."""
    addresses = {}
    for name, rows in rows_of(migrations).items():
        database = stack.enter_context(fresh_database(server))
        tables = "".join(_TABLE.format(f"t{number}") for number in range(migrations))
        values = ",".join(f"('{row}')" for row in rows)
        database.run(
            "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
            f"{tables} INSERT INTO schema_migrations VALUES {values}"
        )
        addresses[name] = database.url
    return addresses


def measure(repo: Path, addresses: dict[str, str], caches: Path, repetitions: int) -> list[Row]:
    """Diagnose each alone, and all of them at once; of each the quickest run."""

    def diagnose(*names: str) -> None:
        asked = [word for it in names for word in ("--environment", f"{it}={addresses[it]}")]
        run([sys.executable, "-m", "analyzer", "diagnose", "--repo", str(repo), *asked], caches)

    alone = {name: (lambda name=name: diagnose(name)) for name in addresses}
    times = in_turns({**alone, "all": lambda: diagnose(*addresses)}, repetitions, min)
    together = times.pop("all")
    slowest = max(times, key=lambda name: times[name])
    return [
        Row(
            "six environments / the slowest",
            together / times[slowest],
            MOST,
            f"{together:.2f} s, {slowest} alone {times[slowest]:.2f} s",
        )
    ]


def main() -> int:
    """Measure, print a line, and say whether the limit is broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--server", choices=["15", "18"], default="18")
    parser.add_argument("--repetitions", type=int, default=7)
    asked = parser.parse_args()
    migrations = SMALL if asked.small else MIGRATIONS
    programs = embedded_programs() if asked.server == "18" else debian_programs()
    with tempfile.TemporaryDirectory() as name, running(programs) as server, ExitStack() as stack:
        folder = Path(name)
        (folder / "app").mkdir()
        build_repository(folder / "app", migrations)
        addresses = fill(stack, server, migrations)
        rows = measure(folder / "app", addresses, folder / "caches", asked.repetitions)
    print(*rows, sep="\n")
    return int(any(row.over for row in rows))


if __name__ == "__main__":
    sys.exit(main())
