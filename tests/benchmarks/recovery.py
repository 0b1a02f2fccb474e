"""What recovery costs, and that it holds on a large database.

    python tests/benchmarks/recovery.py cost  [--megabytes 2048] [--jobs 1] [--repetitions 3]
    python tests/benchmarks/recovery.py proof [--rows 5000000] [--server 18]

``cost`` prints the ratio of `migdoctor backup` to bare pg_dump with the same options and
parallelism, with checksums and without, and the most memory that our own process held for half the
database and for all of it. ``proof`` carries a database with everything in it through a full
recovery and a recovery of some tables, and compares every table with its own eyes.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.measure import Row, in_turns  # noqa: E402  the path comes first
from tests.support.commands.migdoctor import environment, migdoctor  # noqa: E402
from tests.support.databases import servers  # noqa: E402
from tests.support.databases.contents import contents  # noqa: E402
from tests.support.databases.recovery_world import build_world, write_migrations  # noqa: E402

_HEAD = f"{'':44} {'measured':>8} {'limit':>8}"
_RATIO = 1.10  # the backup's time to pg_dump's
_FLAT = 1.25  # the memory at twice the size
_ROW = 1000  # bytes, about
_TABLES = 8
_OWN_PEAK = """
import re, runpy, sys
sys.argv = ["migdoctor", *sys.argv[1:]]
try:
    runpy.run_module("analyzer", run_name="__main__", alter_sys=True)
finally:
    with open("/proc/self/status") as status:
        print("peak", re.search(r"VmHWM:\\s*(\\d+)", status.read())[1], file=sys.stderr)
"""


def fill(database: servers.Database, megabytes: float) -> None:
    """Make tables that together hold so many megabytes, compressible as text is."""
    rows = int(megabytes * 1e6 / _ROW / _TABLES)
    for number in range(_TABLES):
        database.run(
            f"CREATE TABLE t{number} AS SELECT n AS id, md5(n::text) AS key, now() AS at, "
            "repeat(md5((n * 7)::text) || ' lorem ipsum dolor sit amet ', 15) AS body "
            f"FROM generate_series(1, {rows}) n; ANALYZE t{number}"
        )


def cost(server: servers.Server, folder: Path, wish: argparse.Namespace) -> list[Row]:
    """Time backups and bare pg_dump in turns."""
    database = servers.Database(server, "cost")
    with server.connect() as connection:
        connection.execute("CREATE DATABASE cost")
    fill(database, wish.megabytes)
    dump = _dump(server, database, folder, wish.jobs)
    words = ["backup", "--jobs", str(wish.jobs), "-o", "ours"]
    times = in_turns(
        {
            "bare": dump,
            "with": _backup(database, folder, words),
            "without": _backup(database, folder, [*words, "--no-checksums"]),
        },
        wish.repetitions,
    )
    size = f"{wish.megabytes:.0f} MB, jobs {wish.jobs}, pg_dump {times['bare']:.1f} s"
    rows = [
        Row("backup with checksums / pg_dump", times["with"] / times["bare"], _RATIO, size),
        Row("backup without checksums / pg_dump", times["without"] / times["bare"], _RATIO, size),
    ]
    return [*rows, _memory(server, database, folder, words, wish.megabytes)]


def _dump(
    server: servers.Server, database: servers.Database, folder: Path, jobs: int
) -> Callable[[], None]:
    form = ["--format=directory", f"--jobs={jobs}"] if jobs > 1 else ["--format=custom"]

    def run() -> None:
        subprocess.run(
            [
                server.bin / "pg_dump",
                *form,
                "--compress=6",
                "-d",
                database.url,
                "-f",
                folder / "bare",
            ],
            check=True,
        )
        _remove(folder / "bare")

    return run


def _backup(database: servers.Database, folder: Path, words: list[str]) -> Callable[[], None]:
    def run() -> None:
        done = migdoctor(folder, *words, DATABASE_URL=database.url)
        if done.status:
            raise SystemExit(done.err)
        _remove(folder / "ours")

    return run


def _memory(
    server: servers.Server, database: servers.Database, folder: Path, words: list[str], size: float
) -> Row:
    """Our own peak for the whole database, to that for a database of half the size."""
    half = servers.Database(server, "half")
    with server.connect() as connection:
        connection.execute("CREATE DATABASE half")
    fill(half, size / 2)
    small, large = (_peak(one, folder, words) for one in (half, database))
    return Row("memory, twice the size", large / small, _FLAT, f"{small:.0f} and {large:.0f} MB")


def _peak(database: servers.Database, folder: Path, words: list[str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _OWN_PEAK, *words],
        cwd=folder,
        check=False,
        text=True,
        env=environment(DATABASE_URL=database.url),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    _remove(folder / "ours")
    found = re.search(r"peak (\d+)", done.stderr)
    if found is None:
        raise SystemExit(done.stderr)
    return int(found[1]) / 1024


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def proof(server: servers.Server, folder: Path, wish: argparse.Namespace) -> int:
    """Carry a database through both recoveries; print times and whether every table is equal."""
    database = servers.Database(server, "proof")
    with server.connect() as connection:
        connection.execute("CREATE DATABASE proof")
    build_world(database, wish.rows)
    before = contents(database.url)
    rows = sum(int(text.partition(":")[0]) for text in before.values())
    print(f"{len(before)} tables, {rows:,} rows, server {wish.server}", flush=True)
    migrate = write_migrations(folder, database)
    scratch = ["--scratch-url", server.url()]
    wrong = _step(
        folder,
        database,
        before,
        "recover full",
        "recover",
        "full",
        "--yes",
        "--folder",
        "full",
        "--migrate-command",
        migrate,
        *scratch,
    )
    with server.connect() as connection:
        query = "SELECT datname FROM pg_database WHERE datname ~ '^proof_before'"
        ((aside,),) = connection.execute(query).fetchall()
    database.run("TRUNCATE songs, albums, artists, events CASCADE")
    wrong += _step(
        folder,
        database,
        before,
        "recover tables",
        "recover",
        "tables",
        "--yes",
        "--folder",
        "tables",
        "--table",
        "songs",
        "--table",
        "events",
        "--table",
        'Zweite Welt.Über"all',
        "--from-database",
        aside,
        *scratch,
    )
    wrong += _step(folder, database, before, "recover back", "recover", "back", "full", "--yes")
    return wrong


def _step(
    folder: Path, database: servers.Database, before: dict[str, str], name: str, *words: str
) -> int:
    start = time.monotonic()
    done = migdoctor(folder, *words, DATABASE_URL=database.url)
    took = time.monotonic() - start
    after = contents(database.url)
    wrong = [label for label in before if after.get(label) != before[label]]
    state = f"{len(before) - len(wrong)} of {len(before)} tables equal"
    print(f"{name:16} status {done.status}  {took:8.1f} s  {state}", flush=True)
    if done.status or wrong:
        print(wrong[:8], done.err[-1500:], done.out[-1500:], flush=True)
    return int(bool(done.status or wrong))


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["cost", "proof"])
    parser.add_argument("--megabytes", type=float, default=2048)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--server", choices=["15", "18"], default="18")
    wish = parser.parse_args()
    programs = servers.debian_programs() if wish.server == "15" else servers.embedded_programs()
    with tempfile.TemporaryDirectory() as name, servers.running(programs) as server:
        if wish.what == "proof":
            return proof(server, Path(name), wish)
        print(_HEAD)
        rows = cost(server, Path(name), wish)
        for row in rows:
            print(row)
        return int(any(row.over for row in rows))


if __name__ == "__main__":
    sys.exit(main())
