"""Replay a repository's migrations and compare with the schema file that its authors committed.

Usage: python tests/proofs/oracle_replay.py REPO [--ref REV] [--dir db/migrate] [-v]

REPO is a git repository, bare ones too. Prints precision and recall of tables, columns (name and
type) and indexes (table, columns, unique), and every difference; exit status 1 below the targets.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from analyzer.analysis.schema.schema import replay, schema_of_effects
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.frameworks.rails.schema_file.schema_rb import parse_schema_rb
from analyzer.frameworks.rails.schema_file.structure_sql import parse_structure_sql
from analyzer.model.core.migration import MigrationName
from analyzer.model.findings.schema_state import ReadMigration, SchemaState
from analyzer.model.schema.schema import Constraint, ConstraintKind, Index, Schema
from analyzer.records import Struct

TARGETS = {"tables": 0.99, "columns": 0.98, "indexes": 0.95}
OWN = {"schema_migrations", "ar_internal_metadata"}


class Score(Struct, frozen=True, dict=True):
    """What two sets have in common, and what only one of them has."""

    kind: str
    missing: frozenset[tuple[object, ...]]
    extra: frozenset[tuple[object, ...]]
    shared: int

    @property
    def recall(self) -> float:
        return self.shared / max(self.shared + len(self.missing), 1)

    @property
    def precision(self) -> float:
        return self.shared / max(self.shared + len(self.extra), 1)

    @property
    def passes(self) -> bool:
        return min(self.recall, self.precision) >= TARGETS[self.kind]


def git(repo: str, *args: str) -> bytes:
    command = ["git", "-C", repo, *args]
    return subprocess.run(command, check=True, capture_output=True).stdout


def blobs(repo: str, ref: str, folder: str) -> Iterator[tuple[str, bytes]]:
    listing = git(repo, "ls-tree", "-r", "-z", ref, f"{folder}/").decode("utf-8", "replace")
    entries = [line.split("\t", 1) for line in listing.split("\0") if line]
    shas = [entry[0].split()[2] for entry in entries]
    command = ["git", "-C", repo, "cat-file", "--batch"]
    out = subprocess.run(
        command, input="\n".join(shas).encode(), check=True, capture_output=True
    ).stdout
    for _, path in entries:
        head, out = out.split(b"\n", 1)
        if head.endswith(b"missing"):
            continue
        size = int(head.split()[2])
        yield path, out[:size]
        out = out[size + 1 :]


def migrations(repo: str, ref: str, folder: str, key_type: str | None) -> list[ReadMigration]:
    found: list[ReadMigration] = []
    for path, source in blobs(repo, ref, folder):
        name = RAILS.files.parse_name(path.removeprefix(f"{folder}/"))
        if isinstance(name, MigrationName):
            parsed = parse_ruby(source, key_type)
            found.append(ReadMigration(name.version, path, parsed))
    return sorted(found, key=lambda migration: migration.version)


def key_type(repo: str, ref: str, root: str) -> str | None:
    """What the application sets as primary_key_type in its configuration, if anything."""
    texts = [
        source
        for path, source in blobs(repo, ref, f"{root}config".rstrip("/"))
        if path.endswith(".rb")
    ]
    for text in texts:
        found = re.search(rb"primary_key_type(?:\s*[:=]>?\s*|:\s*):(\w+)", text)
        if found:
            return found[1].decode()
    return None


def expected(repo: str, ref: str, root: str) -> SchemaState:
    try:
        text = git(repo, "show", f"{ref}:{root}db/schema.rb")
        return schema_of_effects(parse_schema_rb(text).effects, "db/schema.rb")
    except subprocess.CalledProcessError:
        text = git(repo, "show", f"{ref}:{root}db/structure.sql")
        return schema_of_effects(parse_structure_sql(text).effects, "db/structure.sql")


def tables(schema: Schema) -> set[tuple[object, ...]]:
    return {(name,) for name in schema.tables if name not in OWN}


def columns(schema: Schema) -> set[tuple[object, ...]]:
    return {
        (table.name, column.name, column.type)
        for table in schema.tables.values()
        for column in table.columns
        if table.name not in OWN
    }


def indexes(schema: Schema) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for table in schema.tables.values():
        if table.name not in OWN:
            found |= {(table.name, parts(index), index.unique) for index in table.indexes}
            found |= {(table.name, it.columns, True) for it in unique(table.constraints)}
    return found


def unique(constraints: Iterable[Constraint]) -> Iterator[Constraint]:
    return (it for it in constraints if it.kind is ConstraintKind.UNIQUE)


def parts(index: Index) -> tuple[str, ...]:
    """An expression as its words: PostgreSQL prints it with casts and parentheses of its own."""
    if all(re.fullmatch(r"\w+", column) for column in index.columns):
        return index.columns
    text = re.sub(r"::[a-z ]+(\([^)]*\))?", " ", " ".join(index.columns).lower())
    text = re.sub(r"cast\((.*?) as [a-z ]+\)", r"\1", text)
    return tuple(re.findall(r"\w+", text))


def score(kind: str, have: set[tuple[object, ...]], want: set[tuple[object, ...]]) -> Score:
    return Score(kind, frozenset(want - have), frozenset(have - want), len(want & have))


def compare(have: Schema, want: Schema) -> list[Score]:
    return [
        score("tables", tables(have), tables(want)),
        score("columns", columns(have), columns(want)),
        score("indexes", indexes(have), indexes(want)),
    ]


def show(result: Score) -> None:
    verdict = "ok" if result.passes else "BELOW TARGET"
    print(
        f"{result.kind:8} recall {result.recall:.4f} precision {result.precision:.4f} "
        f"({result.shared} shared) {verdict}"
    )
    for label, items in (("missing", result.missing), ("extra", result.extra)):
        for item in sorted(items, key=str):
            print(f"    {label}: {item}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repo")
    parser.add_argument("--ref", default="HEAD")
    parser.add_argument("--dir", default="db/migrate")
    parser.add_argument("-v", action="store_true", help="show conflicts and what is opaque")
    given = parser.parse_args()
    root = given.dir.removesuffix("db/migrate")
    repo = str(Path(given.repo))
    start = time.monotonic()
    files = migrations(repo, given.ref, given.dir, key_type(repo, given.ref, root))
    state = replay(files)
    print(f"{len(files)} migrations in {time.monotonic() - start:.2f} s")
    if given.v:
        for conflict in state.conflicts:
            print(f"conflict {conflict.path}:{conflict.line}: {conflict.what}")
        for part in state.opaque:
            print(f"opaque {part.path}:{part.line}: {part.text[:100]} ({part.why})")
    results = compare(state.schema, expected(repo, given.ref, root).schema)
    for result in results:
        show(result)
    return 0 if all(result.passes for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
