"""Compare what Rails does with what migdoctor reads: random migrations, and no difference.

Run it as ``python -m tests.proofs.differential_fuzz --migrations 300 --seed 1``, with ``--sqlite``
on files instead of PostgreSQL. Rails runs the migrations on a throwaway database; then ``schema
--diff database`` must find nothing, or name the part of the file that it could not read. A
migration that Rails itself refuses is taken out and told.
"""

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from analyzer.model.findings.schema_diff import Difference
from analyzer.records import Struct, field
from analyzer.workflow.reading.request import Request
from analyzer.workflow.schema.schema import Against, read_schema
from tests.support.databases.random_schema import Writer
from tests.support.databases.servers import Database, debian_programs, fresh_database, running
from tests.support.databases.sqlite_files import SqliteDatabase
from tests.support.frameworks import rails
from tests.support.histories.repositories import Repo

EXTENSIONS = ("hstore", "citext")
_FAILED = re.compile(r"^== (\d+) \w+: migrating", re.MULTILINE)
_MOST_REFUSED = 60


class Outcome(Struct):
    """``differences`` are those that nothing explains; ``refused`` are migrations and errors."""

    differences: list[Difference] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    explained: int = 0
    migrations: int = 0


def compare(
    database: Database | SqliteDatabase, folder: Path, migrations: int, seed: int
) -> Outcome:
    """Write migrations, let Rails run them, and compare."""
    repo = Repo.make(folder)
    writer = Writer(random.Random(seed), plain=isinstance(database, SqliteDatabase))
    for _ in range(migrations):
        version, name, text = writer.migration()
        repo.write(f"{version}_{name.lower()}.rb", text)
    if isinstance(database, Database):
        with database.connect() as connection:
            for extension in EXTENSIONS:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}".encode())
    outcome = Outcome()
    _migrate(database, folder / "db" / "migrate", outcome)
    outcome.migrations = len(list((folder / "db" / "migrate").iterdir()))
    _diff(database, folder, outcome)
    return outcome


def _migrate(database: Database | SqliteDatabase, folder: Path, outcome: Outcome) -> None:
    for _ in range(_MOST_REFUSED):
        result = rails.migrate(folder, database.url)
        if result.status == 0:
            return
        begun = _FAILED.findall(result.output)
        assert begun, result.output
        (path,) = folder.glob(f"{begun[-1]}_*.rb")
        error = re.search(r"rake aborted!\n(?:.*\n\n)?(.*)", result.output)
        outcome.refused.append(f"{error[1] if error else result.output}\n{path.read_text()}")
        path.unlink()
    raise AssertionError(f"Rails refused {_MOST_REFUSED} migrations: {outcome.refused[-1]}")


def _diff(database: Database | SqliteDatabase, folder: Path, outcome: Outcome) -> None:
    request = Request(now=datetime.now(UTC), repo=str(folder), database_url=database.url)
    report = read_schema(request, Against.DATABASE)
    assert report.diff is not None
    for difference in report.diff.differences:
        if difference.kind == "extension" and difference.name in EXTENSIONS:
            continue
        if difference.unsure:
            outcome.explained += 1
        else:
            outcome.differences.append(difference)
    outcome.conflicts = [f"{it.path}:{it.line} {it.what}" for it in report.state.conflicts]


def show(outcome: Outcome, folder: Path) -> None:
    """Print what is wrong, with the migrations that are responsible."""
    for text in outcome.refused:
        print("Rails refused:", text)
    for difference in outcome.differences:
        print(difference.status, difference.kind, difference.table, difference.name)
        for change in difference.changes:
            print(f"    {change.what}: files {change.files}, database {change.there}")
        if difference.responsible is not None:
            print((folder / difference.responsible.path).read_text())
    for conflict in outcome.conflicts:
        print("conflict", conflict)


Fresh = Callable[[int], AbstractContextManager[Database | SqliteDatabase]]


@contextmanager
def _databases(root: Path, sqlite: bool) -> Iterator[Fresh]:  # noqa: FBT001  an option's value
    """Say how a database is had for a round."""
    if sqlite:
        yield lambda seed: nullcontext(SqliteDatabase(root / f"{seed}.sqlite3"))
        return
    with running(debian_programs()) as server:
        yield lambda _seed: fresh_database(server)


def main() -> int:
    """Run rounds of migrations, each in a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--migrations", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as root, _databases(Path(root), given.sqlite) as fresh:
        for seed in range(given.seed, given.seed + given.rounds):
            with fresh(seed) as database:
                folder = Path(root) / str(seed)
                outcome = compare(database, folder, given.migrations, seed)
            show(outcome, folder)
            wrong += len(outcome.differences) + len(outcome.conflicts)
            print(
                f"seed {seed}: {outcome.migrations} migrations, {len(outcome.differences)} "
                f"differences, {len(outcome.conflicts)} conflicts, {outcome.explained} explained, "
                f"{len(outcome.refused)} refused by Rails"
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
