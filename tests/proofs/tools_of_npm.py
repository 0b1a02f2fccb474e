"""The accident with each real tool of npm: foretold, repaired either way, taken back.

Run it with a folder where the packages are installed:

    npm install --prefix FOLDER knex pg sequelize sequelize-cli node-pg-migrate@8 kysely \\
        db-migrate db-migrate-pg @mikro-orm/core@6.6.16 @mikro-orm/postgresql@6.6.16 \\
        @mikro-orm/migrations@6.6.16 prisma@6.19.3 @prisma/adapter-pg@6.19.3 \\
        supabase@3.1.0 dbmate typeorm reflect-metadata
    python -m tests.proofs.tools_of_npm FOLDER/node_modules

Prisma's own engines are not wanted. Its adapter of that release cannot read PostgreSQL's type
"name": a line ``case 19:`` before ``case ScalarColumnType.TEXT:`` in the two files of
``@prisma/adapter-pg/dist`` mends that.

It prints a line for each tool, and ends with 1 where one failed.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.support.databases.servers import embedded_programs, fresh_database, running
from tests.support.frameworks.other_accidents import check_other_accidents
from tests.support.frameworks.tool_accidents import check_accident, check_own_advice
from tests.support.frameworks.tools import OF_NPM, ToolApplication

BROKEN, SOUND = ToolApplication.broken, ToolApplication.sound


def main() -> int:
    """Run all of them, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", type=Path, help="the folder node_modules")
    parser.add_argument("tools", nargs="*", help="their names; default: all")
    options = parser.parse_args()
    failed = 0
    with running(embedded_programs()) as server:
        for tool in OF_NPM:
            if options.tools and tool.name not in options.tools:
                continue
            checks = [
                (check_accident, "as foretold; repaired either way; taken back"),
                (check_other_accidents, "edited, deleted, doubled, late: as foretold"),
            ]
            if tool.advice:
                checks.append((check_own_advice, "its own advice runs it twice, as foretold"))
            for check, outcome in checks:
                with fresh_database(server) as database, tempfile.TemporaryDirectory() as folder:
                    packages = options.packages.resolve()
                    try:
                        made = SOUND if check is check_other_accidents else BROKEN
                        check(made(tool, Path(folder), database, packages))
                    except AssertionError as error:
                        failed += 1
                        print(f"{tool.name}: {check.__name__} FAILED: {error}")
                    else:
                        print(f"{tool.name}: {outcome}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
