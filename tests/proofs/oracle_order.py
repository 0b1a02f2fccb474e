"""Put a migration behind the first one that uses what it creates, and see whether that is noticed.

Usage: python tests/proofs/oracle_order.py [--moves 200] [--seed 1] REPO [REPO ...]

REPO is a git repository, bare ones too, with its migrations in db/migrate. What creates and what
uses something is told here by searching the text, apart from migdoctor's own reading. Prints how
many violations the history has as it is, and what share of the moves is found with the right
because; exit status 1 where a healthy history gives a violation or less than 95 % are found.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator, Sequence

from analyzer.analysis.order.dependencies import build_graph
from analyzer.frameworks.integer_versions import read as version_of
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.model.core.migration import MigrationName
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.records import Struct, replace
from tests.proofs.oracle_replay import blobs

TARGET = 0.95
FOLDER = "db/migrate"
NAME = r"[\s(]+[:\"'](\w+)(?![\w?!])"
CREATES_TABLE = re.compile(rf"^\s*create_table{NAME}", re.MULTILINE)
ADDS_COLUMN = re.compile(rf"^\s*add_column{NAME}[\"']?,\s*[:\"'](\w+)(?![\w?!])", re.MULTILINE)
USES_TABLE = (
    "add_column|add_index|add_reference|add_foreign_key|change_table|change_column|rename_column|"
    "remove_column|rename_table|change_column_null|change_column_default|add_timestamps"
)
USES_COLUMN = (
    "add_index|rename_column|remove_column|change_column|change_column_null|change_column_default"
)
GUARDED = re.compile(r"_exists\?|if_exists|if_not_exists|force: |rescue|\bif\b|\bunless\b|execute")
DOWN = re.compile(r"^\s*def (?:self\.)?down\b.*", re.MULTILINE | re.DOTALL)


class Source(Struct, frozen=True, dict=True):
    """A migration as read, and its text without the way down."""

    number: int
    migration: ReadMigration
    text: str


class Move(Struct, frozen=True, dict=True):
    """Put ``creator`` right behind ``user``: then it must be said that ``user`` needs ``needs``."""

    creator: Source
    user: Source
    needs: str


def read(repo: str, ref: str = "HEAD") -> list[Source]:
    """Read a repository's migrations in version order."""
    found = []
    for path, content in blobs(repo, ref, FOLDER):
        name = RAILS.files.parse_name(path.removeprefix(f"{FOLDER}/"))
        if isinstance(name, MigrationName):
            found.append(source(name.version.text, path, content))
    return sorted(found, key=lambda each: each.number)


def source(version: str, path: str, content: bytes) -> Source:
    """One migration, parsed."""
    text = DOWN.sub("", content.decode("utf-8", "replace"))
    return Source(int(version), ReadMigration(version_of(version), path, parse_ruby(content)), text)


def moves(sources: Sequence[Source]) -> Iterator[Move]:
    """All moves that must be noticed, as far as a search of the text can tell."""
    for place, creator in enumerate(sources):
        if GUARDED.search(creator.text):
            continue
        for table in dict.fromkeys(CREATES_TABLE.findall(creator.text)):
            if once(sources, rf"(?:create|rename)_table\b.*[:\"']{table}\b"):
                yield from first(creator, sources[place + 1 :], uses_table(table), f"table:{table}")
        for table, column in dict.fromkeys(ADDS_COLUMN.findall(creator.text)):
            if once(sources, rf"\b{column}\b.*", creating=True):
                yield from first(
                    creator,
                    sources[place + 1 :],
                    uses_column(table, column),
                    f"column:{table}.{column}",
                )


def once(sources: Sequence[Source], pattern: str, *, creating: bool = False) -> bool:
    """Whether one migration only could be the creator."""
    verb = r"(?:add_column|t\.\w+|rename_column|add_reference).*" if creating else ""
    return sum(1 for each in sources if re.search(verb + pattern, each.text)) == 1


def uses_table(table: str) -> re.Pattern[str]:
    """A statement about the table, or a reference to it with a foreign key."""
    by_name = rf"(?:{USES_TABLE})[\s(]+[:\"']{table}\b"
    one = table.removesuffix("s")
    by_key = rf"t\.(?:references|belongs_to)[\s(]+[:\"']{one}\b.*foreign_key: true"
    return re.compile(rf"^\s*(?:{by_name}|{by_key})", re.MULTILINE)


def uses_column(table: str, column: str) -> re.Pattern[str]:
    return re.compile(
        rf"^\s*(?:{USES_COLUMN})[\s(]+[:\"']{table}[\"']?,\s*[:\"']{column}\b", re.MULTILINE
    )


def first(
    creator: Source, later: Sequence[Source], uses: re.Pattern[str], needs: str
) -> Iterator[Move]:
    """The move behind the first later user, if that one uses it without any condition."""
    user = next((each for each in later if uses.search(each.text)), None)
    if user is not None and not GUARDED.search(user.text):
        yield Move(creator, user, needs)


def found(sources: Sequence[Source], move: Move) -> bool:
    """Carry a move out in memory, and look for the violation."""
    moved = replace(
        move.creator,
        migration=replace(move.creator.migration, version=version_of(str(move.user.number + 1))),
    )
    order = [each for each in sources if each is not move.creator]
    order.insert(order.index(move.user) + 1, moved)
    graph = build_graph([each.migration for each in order])
    user, creator = move.user.migration.path, move.creator.migration.path
    return any(
        (it.path, str(it.needs), it.provided_by) == (user, move.needs, creator)
        for it in graph.violations
    )


def judge(label: str, sources: Sequence[Source], most: int, seed: int) -> bool:
    """Print the rates of one history; whether they are good enough."""
    healthy = build_graph([each.migration for each in sources])
    for violation in healthy.violations:
        print(f"    violation {violation.path}:{violation.line} needs {violation.needs}")
    candidates = list(moves(sources))
    chosen = random.Random(seed).sample(candidates, min(most, len(candidates)))
    missed = [move for move in chosen if not found(sources, move)]
    for move in missed:
        print(
            f"    missed: {move.needs} of {move.creator.migration.path}"
            f" behind {move.user.migration.path}"
        )
    rate = 1 - len(missed) / max(len(chosen), 1)
    print(
        f"{label}: {len(sources)} migrations, {len(healthy.violations)} violations as it is; "
        f"{len(chosen) - len(missed)} of {len(chosen)} moves found ({rate:.1%})"
    )
    return not healthy.violations and rate >= TARGET


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repo", nargs="+")
    parser.add_argument("--moves", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    good = [judge(repo, read(repo), given.moves, given.seed) for repo in given.repo]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
