"""The accident with each real tool of npm: foretold, repaired either way, taken back.

Run it with a folder where the packages are installed:

    npm install --prefix FOLDER knex pg sequelize sequelize-cli node-pg-migrate@8 kysely \\
        db-migrate db-migrate-pg @mikro-orm/core@6.6.16 @mikro-orm/postgresql@6.6.16 \\
        @mikro-orm/migrations@6.6.16 prisma@6.19.3 @prisma/adapter-pg@6.19.3 \\
        supabase@3.1.0 dbmate typeorm reflect-metadata drizzle-orm liquibase@4.28.1
    python -m tests.proofs.tools_of_npm FOLDER/node_modules

Prisma's own engines are not wanted. Its adapter of that release cannot read PostgreSQL's type
"name": a line ``case 19:`` before ``case ScalarColumnType.TEXT:`` in the two files of
``@prisma/adapter-pg/dist`` mends that.

Liquibase needs Java 17. It prints a line for each tool, and ends with 1 where one failed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.frameworks.drizzle import test_drizzle as drizzle
from tests.support.databases.servers import Server, embedded_programs, fresh_database, running
from tests.support.frameworks.other_accidents import check_other_accidents
from tests.support.frameworks.tool_accidents import (
    check_accident,
    check_own_advice,
    check_transactions,
)
from tests.support.frameworks.tools import OF_NPM, ToolApplication
from tests.support.histories.repositories import Repo

_MIGRATE = """const {drizzle} = require('drizzle-orm/node-postgres');
const {migrate} = require('drizzle-orm/node-postgres/migrator');
const {Pool} = require('pg');
(async () => {
  const pool = new Pool({connectionString: process.env.URL});
  await migrate(drizzle(pool), {migrationsFolder: 'drizzle'});
  await pool.end();
})().catch((error) => { console.error(String(error)); process.exit(1); });
"""


class RealDrizzle(drizzle.App, frozen=True):
    """The application of Drizzle's tests, which the real migrator migrates."""

    packages: Path = Path()

    def migrate(self) -> None:
        """Run it in the application's folder."""
        link = self.repo.path / "node_modules"
        if not link.is_symlink():
            link.symlink_to(self.packages)
        subprocess.run(
            ["node", "-e", _MIGRATE],
            cwd=self.repo.path,
            env={**os.environ, "URL": self.database.url},
            check=True,
        )


def of_drizzle() -> Iterator[tuple[str, Callable[[RealDrizzle], None]]]:
    """The tests of Drizzle, each for an application with three migrations that ran."""
    yield (
        "runs again",
        lambda app: drizzle.test_a_moment_that_grew_runs_a_migration_again(drizzle.renumbered(app)),
    )
    yield (
        "the row follows",
        lambda app: drizzle.test_a_row_follows_and_nothing_runs(drizzle.renumbered(app)),
    )
    goes_back = drizzle.test_a_file_goes_back_with_its_place_in_the_journal_and_its_snapshot
    yield "the file goes back", lambda app: goes_back(app, drizzle.renumbered(app))
    yield "another name", drizzle.test_another_name_under_the_same_moment_changes_nothing
    never_runs = drizzle.test_a_moment_before_the_newest_row_never_runs_and_the_gate_says_so
    yield "never runs", never_runs


def check_drizzle(server: Server, packages: Path) -> int:
    """Run them all. Returns: how many failed."""
    failed = 0
    for name, check in of_drizzle():
        with fresh_database(server) as database, tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            repo = Repo.make(place / "app")
            repo.write(".gitignore", "node_modules\n", "")
            try:
                check(drizzle.sound(RealDrizzle(repo, database, place / "state", packages)))
            except (AssertionError, subprocess.CalledProcessError) as error:
                failed += 1
                print(f"drizzle: {name} FAILED: {error}")
            else:
                print(f"drizzle: {name}: as foretold")
    return failed


BROKEN, SOUND = ToolApplication.broken, ToolApplication.sound


def main() -> int:
    """Run all of them, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", type=Path, help="the folder node_modules")
    parser.add_argument("tools", nargs="*", help="their names; default: all")
    options = parser.parse_args()
    failed = 0
    with running(embedded_programs()) as server:
        if not options.tools or "drizzle" in options.tools:
            failed += check_drizzle(server, options.packages.resolve())
        for tool in OF_NPM:
            if options.tools and tool.name not in options.tools:
                continue
            checks = [
                (check_accident, "as foretold; repaired either way; taken back"),
                (check_other_accidents, "edited, deleted, doubled, late: as foretold"),
            ]
            if tool.name not in {"typeorm", "liquibase"}:  # all in one; asked, each by itself
                checks.append((check_transactions, "a transaction, or none: as foretold"))
            if tool.advice:
                checks.append((check_own_advice, "its own advice runs it twice, as foretold"))
            for check, outcome in checks:
                with fresh_database(server) as database, tempfile.TemporaryDirectory() as folder:
                    packages = options.packages.resolve()
                    try:
                        made = BROKEN if check in (check_accident, check_own_advice) else SOUND
                        check(made(tool, Path(folder), database, packages))
                    except AssertionError as error:
                        failed += 1
                        print(f"{tool.name}: {check.__name__} FAILED: {error}")
                    else:
                        print(f"{tool.name}: {outcome}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
