"""Each framework's scenario against a database: foretold from it and its dump, tried, changed.

    python -m tests.proofs.renamed_live [NAME ...]

The row follows and comes back, and both repairs are tried on a copy. It prints a line for each
framework, and ends with 1 where one failed.
"""

import sys
import tempfile
from pathlib import Path

from tests.support.databases.servers import embedded_programs, fresh_database, running
from tests.support.frameworks.renamed_checks import App, check_live, check_rehearsed
from tests.support.frameworks.renamed_scenarios import TOLD


def main() -> int:
    """Ask about all of them, or those that are named."""
    failed = 0
    with running(embedded_programs()) as server:
        for told in TOLD:
            if sys.argv[1:] and told.name not in sys.argv[1:]:
                continue
            with fresh_database(server) as database, tempfile.TemporaryDirectory() as folder:
                app = App.build(told, Path(folder))
                try:
                    check_live(app, database)
                    check_rehearsed(app, database)
                except AssertionError as error:
                    failed += 1
                    print(f"{told.name}: FAILED: {error}", flush=True)
                else:
                    print(f"{told.name}: as foretold; rewritten, taken back, rehearsed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
