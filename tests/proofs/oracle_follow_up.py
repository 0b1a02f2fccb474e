"""Rename and edit migrations that ran, follow up, and compare with a database built from scratch.

Usage: python tests/proofs/oracle_follow_up.py
           [--server postgres18|postgres15] [--rounds 5] [--seed 1]

Takes each edit of tests/support/accidents/edits.py by itself, then random handfuls, each with the
real Rails on a real database: the texts that ran, `rewrite` with its follow-up, `db:migrate`. What
may still differ is what the edit says that no follow-up can close. Exit status 1 if more does.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.update(
    {
        f"GIT_{role}_{what}": "t@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
)

from tests.support.accidents.edited_application import build, follow_up
from tests.support.accidents.edits import EDITS, Edit
from tests.support.databases.catalogs import unordered
from tests.support.databases.servers import (
    Server,
    debian_programs,
    embedded_programs,
    fresh_database,
    running,
)
from tests.support.frameworks import rails
from tests.support.histories.repositories import FOLDER

PROGRAMS = {"postgres15": debian_programs, "postgres18": embedded_programs}


def differences(server: Server, edits: Iterable[Edit]) -> list[str]:
    """What differs after the follow-up, besides what no follow-up can close."""
    edits = tuple(edits)
    stays = {word for edit in edits for word in edit.stays}
    with tempfile.TemporaryDirectory() as folder, fresh_database(server) as database:
        repo = build(Path(folder) / "app", database, edits)
        draft = follow_up(repo.path, database, "rewrite", FOLDER)
        with fresh_database(server) as fresh:
            built = rails.migrate(repo.path / FOLDER, fresh.url)
            assert built.status == 0, built.output
            live, zero = unordered(database), unordered(fresh)
    unsaid = [word for word in stays if word not in draft.partition("Not done here")[2]]
    return [*(f"not said: {word}" for word in unsaid), *_unexpected(live, zero, stays)]


def _unexpected(
    live: dict[str, list[str]], zero: dict[str, list[str]], stays: set[str]
) -> Iterator[str]:
    for kind, items in live.items():
        for item in {*items} ^ {*zero[kind]}:
            if not any(word in item for word in stays):
                yield f"{kind} {'only live' if item in items else 'only from scratch'}: {item}"


def _choices(rounds: int, seed: int) -> Iterator[tuple[Edit, ...]]:
    needed = next(edit for edit in EDITS if edit.name == "column")  # what foreign keys point to
    for edit in EDITS:
        yield (edit,) if edit is needed else (needed, edit)
    chance = random.Random(seed)
    for _ in range(rounds):
        chosen = set(chance.sample(EDITS, 6)) | {needed}
        yield tuple(edit for edit in EDITS if edit in chosen)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", choices=PROGRAMS, default="postgres18")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    failed = 0
    with running(PROGRAMS[given.server]()) as server:
        for edits in _choices(given.rounds, given.seed):
            try:
                found = differences(server, edits)
            except (AssertionError, subprocess.CalledProcessError) as error:
                found = [str(error)[-2000:]]
            print("ok" if not found else "BAD", ", ".join(edit.name for edit in edits), flush=True)
            for line in found:
                print(f"    {line}")
            failed += bool(found)
    print(f"{failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
