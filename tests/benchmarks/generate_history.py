"""A long made-up history with a migration folder, written through git fast-import.

    generate_history.py FOLDER --commits 40000 --migrations 2000 [--merges 0.2] [--renames 0.05]

Most commits do not touch the migration folder, as in real applications. The same arguments give
the same commits. The repository is bare; its only branch is ``main``.
"""

import argparse
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from analyzer.records import Struct, field

FOLDER = "db/migrate"
MOST_OPEN_BRANCHES = 12
EDITED = 0.4  # of the renamed migrations
DELETED = 0.01  # of all migrations
AUTHORS = ("Ada Okafor", "Bruno Silva", "Chen Wei", "Dana Levi", "Émile Roux", "Farid Haddad")
PLACES = (
    "app/models",
    "app/models/concerns",
    "app/controllers",
    "app/controllers/api/v1",
    "app/views/users",
    "app/views/orders",
    "app/jobs",
    "app/helpers",
    "config/initializers",
    "config/locales",
    "lib/tasks",
    "lib/import/formats",
    "spec/models",
    "spec/requests/api/v1",
)
START = 1_300_000_000  # seconds, 2011
STEP = 600
FIRST_VERSION = 20110101000000

Changes = dict[str, str | None]  # path -> content; None: deleted


class Shape(Struct, frozen=True):
    """How long the history is and what it is made of; shares are of 1."""

    commits: int
    migrations: int
    merges: float = 0.2
    renames: float = 0.05
    others: int = 400
    seed: int = 1


class Line(Struct):
    """One branch: its last commit's mark, and what it changed since it left main."""

    mark: int
    changes: Changes = field(default_factory=dict)


class Generator:
    """Writes one history, commit by commit, in the language of fast-import."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.random = random.Random(shape.seed)
        self.main = Line(0)
        self.branches: list[Line] = []
        self.migrations: dict[str, str] = {}  # on main, path -> content
        self.others = _others(shape.others)
        self.made = self.touched = self.marks = 0

    def stream(self) -> Iterator[str]:
        """The whole input of fast-import."""
        yield self._commit(self.main, {path: self._text(path) for path in self.others}, "Begin")
        while self.marks + len(self.branches) < self.shape.commits:
            yield from self._next()
        while self.branches:
            yield self._merge(self.branches.pop())

    def _next(self) -> Iterator[str]:
        chance = self.random.random()
        if chance < self.shape.merges:
            if not self.branches:
                yield self._on_new_branch()
            yield self._merge(self.branches.pop(self.random.randrange(len(self.branches))))
        elif chance < 2 * self.shape.merges and len(self.branches) < MOST_OPEN_BRANCHES:
            yield self._on_new_branch()
        elif self._is_touch():
            yield self._commit(self.main, self._touch_migration(), f"Repair {self.marks}")
        else:
            line = self.random.choice([self.main, *self.branches])
            yield self._commit(line, self._change(), f"Change {self.marks}")

    def _on_new_branch(self) -> str:
        line = Line(self.main.mark)
        self.branches.append(line)
        return self._commit(line, self._change(), f"Start on {self.marks}")

    def _merge(self, line: Line) -> str:
        return self._commit(self.main, line.changes, f"Merge branch {line.mark}", line.mark)

    # changes

    def _change(self) -> Changes:
        if self.made < self.marks * self.shape.migrations / self.shape.commits:
            return self._add_migration()
        some = self.random.sample(self.others, self.random.randint(1, 4))
        return {path: self._text(path) for path in some}

    def _is_touch(self) -> bool:
        """Whether it is time to rename or delete a migration."""
        due = self.made * (self.shape.renames + DELETED)
        return self.touched < due and bool(self.migrations)

    def _add_migration(self) -> Changes:
        self.made += 1
        slug = f"change_{self.made}_{self.random.choice(('users', 'orders', 'songs', 'items'))}"
        path = f"{FOLDER}/{FIRST_VERSION + self.marks * 10}_{slug}.rb"
        return {path: _migration(slug, self.random)}

    def _touch_migration(self) -> Changes:
        self.touched += 1
        path = self.random.choice(list(self.migrations))
        if self.random.random() < DELETED / (self.shape.renames + DELETED):
            return {path: None}
        slug = path.rpartition("/")[2].partition("_")[2]
        text = self.migrations[path]
        if self.random.random() < EDITED:
            text = text.replace("  end\nend", f"    add_index :t, :c{self.marks}\n  end\nend")
        return {path: None, f"{FOLDER}/{FIRST_VERSION + self.marks * 10}_{slug}": text}

    def _text(self, path: str) -> str:
        return f"# {path}\n" + "".join(f"line {self.random.randrange(99)}\n" for _ in range(5))

    # writing

    def _commit(self, line: Line, changes: Changes, subject: str, other: int | None = None) -> str:
        self.marks += 1
        before, line.mark = line.mark, self.marks
        if line is self.main:
            self._settle(changes)
        else:
            line.changes |= changes
        ref = "refs/heads/main" if line is self.main else "refs/heads/side"
        who = f"{AUTHORS[self.marks % len(AUTHORS)]} <dev@example.org>"
        parts = [f"commit {ref}\nmark :{self.marks}\n"]
        parts.append(f"committer {who} {START + self.marks * STEP} +0000\n{_data(subject)}")
        parts.append(f"from :{before}\n" if before else "")
        parts.append(f"merge :{other}\n" if other else "")
        parts += [_file(path, text) for path, text in sorted(changes.items(), key=_deletion_first)]
        return "".join(parts) + "\n"

    def _settle(self, changes: Changes) -> None:
        for path, text in changes.items():
            if path.startswith(FOLDER):
                self.migrations.pop(path, None)
                if text is not None:
                    self.migrations[path] = text


def _others(count: int) -> list[str]:
    loose = [f"file_{number}.txt" for number in range(min(20, count))]
    nested = [f"{PLACES[n % len(PLACES)]}/part_{n}.rb" for n in range(count - len(loose))]
    return loose + nested


def _deletion_first(change: tuple[str, str | None]) -> bool:
    return change[1] is not None


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _file(path: str, text: str | None) -> str:
    return f"D {path}\n" if text is None else f"M 100644 inline {path}\n{_data(text)}"


def _migration(slug: str, chance: random.Random) -> str:
    name = "".join(word.capitalize() for word in slug.split("_"))
    columns = "".join(
        f"      t.{chance.choice(('string', 'integer', 'text'))} :{slug[:8]}_{number}\n"
        for number in range(chance.randint(2, 9))
    )
    return (
        f"class {name} < ActiveRecord::Migration[6.1]\n  def change\n"
        f"    create_table :{slug} do |t|\n{columns}    end\n  end\nend\n"
    )


def generate(folder: Path, shape: Shape) -> Path:
    """Write the history into a new bare repository and return its folder."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    command = ["git", "-c", "core.fsync=none", f"--git-dir={folder}", "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for text in Generator(shape).stream():
            process.stdin.write(text.encode())
        process.stdin.close()
        if process.wait():
            raise SystemExit("git fast-import failed")
    subprocess.run(
        ["git", f"--git-dir={folder}", "update-ref", "-d", "refs/heads/side"], check=True
    )
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--commits", type=int, default=40_000)
    parser.add_argument("--migrations", type=int, default=2_000)
    parser.add_argument("--merges", type=float, default=0.2, help="share of the commits")
    parser.add_argument("--renames", type=float, default=0.05, help="share of the migrations")
    parser.add_argument("--others", type=int, default=400, help="files outside the folder")
    parser.add_argument("--seed", type=int, default=1)
    given = vars(parser.parse_args())
    print(generate(given.pop("folder"), Shape(**given)))


if __name__ == "__main__":
    main()
