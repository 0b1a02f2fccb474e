"""How fast a fleet is diagnosed and rewritten, beside the plain way to do the same.

    python tests/benchmarks/fleet.py                5,000 schemas, 100 migrations, 2 % differ
    python tests/benchmarks/fleet.py --small        200, to see that it runs

The plain way to look is one connection that, schema after schema, reads the version table and one
fingerprint of the catalogue (columns, indexes, constraints). The plain way to change is a loop that
runs psql on scripts that were written before. Exit status 1 if a limit is broken.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.measure import Row, in_turns, peak_megabytes  # noqa: E402
from tests.support.databases import fleets  # noqa: E402  the package's own path comes first
from tests.support.databases.servers import (  # noqa: E402
    debian_programs,
    embedded_programs,
    fresh_database,
    running,
)

FLEET = ["--each-schema", "tenant_*"]
TENANTS, SMALL = 5_000, 200
APPLIED = 1_000  # tenants that are changed
SLOWER, GRANTED = 2.0, 1.0  # times the plain way, and seconds besides
MEGABYTES = 300
_FINGERPRINT = """
SELECT md5(string_agg(said, E'\\n' ORDER BY said)) FROM (
  SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    pg_get_expr(d.adbin, d.adrelid)) AS said
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relnamespace = %(schema)s AND c.relkind IN ('r', 'p')
  UNION ALL
  SELECT pg_get_indexdef(i.indexrelid) FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid
  WHERE c.relnamespace = %(schema)s AND c.relkind IN ('r', 'p')
  UNION ALL
  SELECT concat_ws(' ', o.conname, pg_get_constraintdef(o.oid)) FROM pg_constraint o
  WHERE o.connamespace = %(schema)s
) AS told"""


def look_plainly(url: str) -> None:
    """One connection, schema after schema."""
    with psycopg.connect(url, autocommit=True) as connection:
        schemas = connection.execute(
            "SELECT oid, nspname FROM pg_namespace WHERE nspname LIKE 'tenant%'"
        ).fetchall()
        for oid, name in schemas:
            connection.execute(f'SELECT version FROM "{name}".schema_migrations').fetchall()
            connection.execute(_FINGERPRINT, {"schema": oid}).fetchall()


class Command:
    """The command on a fleet, with a state and a cache of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self._where = folder, ["--repo", str(folder / "app"), "--database-url", url]
        self._state = folder / "state"

    def arguments(self, verb: str, *more: str) -> list[str]:
        """The words behind the program's name."""
        return [verb, *self._where, *FLEET, *more]

    def run(self, verb: str, *more: str) -> str:
        """Run it; return what it says."""
        own = {
            "PYTHONPATH": str(ROOT),
            "MIGDOCTOR_STATE_DIR": str(self._state),
            "XDG_CACHE_HOME": str(self._folder / "cache"),
        }
        done = subprocess.run(
            [sys.executable, "-m", "analyzer", *self.arguments(verb, *more)],
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        return done.stderr

    def seconds_of_changes(self) -> float:
        """From the first tenant's entry in the journal to the last one's."""
        lines = (self._state / "journal.jsonl").read_text().splitlines()
        ends = [datetime.fromisoformat(json.loads(line)["changed"]) for line in lines]
        return (max(ends) - min(ends)).total_seconds()


def run_psql(scripts: Sequence[Path], url: str) -> None:
    """A loop over scripts."""
    for script in scripts:
        subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", str(script)],
            stdout=subprocess.DEVNULL,
            check=True,
        )


def put_back(url: str) -> None:
    """Give every row its old version, by hand; a tenant that had both has one of them then."""
    newest = range(fleets.MIGRATIONS - fleets.RENAMED, fleets.MIGRATIONS)
    with psycopg.connect(url, autocommit=True) as connection:
        for (schema,) in connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant%'"
        ).fetchall():
            for number in newest:
                connection.execute(
                    f'DELETE FROM "{schema}".schema_migrations WHERE version = %s AND EXISTS '
                    f'(SELECT FROM "{schema}".schema_migrations WHERE version = %s)',
                    [fleets.new_version_of(number), fleets.version_of(number)],
                )
                connection.execute(
                    f'UPDATE "{schema}".schema_migrations SET version = %s WHERE version = %s',
                    [fleets.version_of(number), fleets.new_version_of(number)],
                )


def seconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_reading(command: Command, url: str, repetitions: int) -> list[Row]:
    """Diagnose, beside the plain way to look."""
    times = in_turns(
        {"plain": lambda: look_plainly(url), "ours": lambda: command.run("diagnose")}, repetitions
    )
    plain, ours = times["plain"], times["ours"]
    peak = peak_megabytes(command.arguments("diagnose"))
    return [
        Row(
            "diagnose / (plain look)",
            ours / plain,
            SLOWER + GRANTED / plain,
            f"{ours:.1f} s, plain {plain:.1f} s",
        ),
        Row("peak memory in MB, fleet", peak, MEGABYTES, ""),
    ]


def measure_changing(command: Command, url: str, folder: Path, tenants: int) -> Row:
    """Rewrite, beside the plain way to change: the rates of the changes themselves."""
    command.run("rewrite", "-o", str(folder / "scripts"))
    odd = {name for name, _ in fleets.deviations(tenants)}
    scripts = sorted(it for it in (folder / "scripts").iterdir() if it.stem not in odd)
    number = min(len(scripts), APPLIED)
    plain = seconds(lambda: run_psql(scripts[:number], url))
    put_back(url)
    whole = seconds(lambda: command.run("rewrite", "--apply", "--yes", "--canary", str(number)))
    changes = command.seconds_of_changes()
    return Row(
        "rewrite / (psql loop), a tenant",
        changes / plain,
        SLOWER,
        f"{number / changes:.1f} tenants a second, psql {number / plain:.1f}; "
        f"with plan and verification {whole:.1f} s for {number}",
    )


def main() -> int:
    """Measure, print a line for each, and say whether a limit is broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--tenants", type=int)
    parser.add_argument("--server", choices=["15", "18"], default="18")
    parser.add_argument("--repetitions", type=int, default=1)
    asked = parser.parse_args()
    tenants = asked.tenants or (SMALL if asked.small else TENANTS)
    programs = embedded_programs() if asked.server == "18" else debian_programs()
    with (
        tempfile.TemporaryDirectory() as name,
        running(programs) as server,
        fresh_database(server) as database,
    ):
        folder = Path(name)
        fleets.repository(folder / "app")
        made = seconds(lambda: fleets.fill(database.url, tenants))
        print(f"{tenants} schemas, made in {made:.0f} s")
        command = Command(folder, database.url)
        rows = measure_reading(command, database.url, asked.repetitions)
        rows.append(measure_changing(command, database.url, folder, tenants))
    print(*rows, sep="\n")
    return int(any(row.over for row in rows))


if __name__ == "__main__":
    sys.exit(main())
