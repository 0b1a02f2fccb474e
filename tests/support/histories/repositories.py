"""Small git repositories, written commit by commit."""

import os
import re
import subprocess
from pathlib import Path

from analyzer.records import Struct

FOLDER = "db/migrate"
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def migration(class_name: str, *body: str) -> str:
    """A migration's text; without a body it creates a table named after the class."""
    lines = body or (f"create_table :{class_name.lower()}",)
    inside = "\n".join(f"    {line}" for line in lines)
    return (
        f"class {class_name} < ActiveRecord::Migration[6.1]\n  def change\n{inside}\n  end\nend\n"
    )


class Repo(Struct, frozen=True, dict=True):
    """A repository in a folder; paths are counted from its root."""

    path: Path

    @classmethod
    def make(cls, path: Path, *, bare: bool = False) -> "Repo":
        path.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["git", "init", "--quiet", *(["--bare"] if bare else []), str(path)], check=True
        )
        return cls(path)

    def git(self, *args: str, env: dict[str, str] | None = None) -> str:
        return subprocess.run(
            ["git", "-C", str(self.path), *args],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **(env or {})},
        ).stdout

    def write(self, name: str, text: str | bytes, folder: str = FOLDER) -> Path:
        place = self.path / folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return place

    def add(self, name: str, class_name: str, *body: str, folder: str = FOLDER) -> None:
        self.write(name, migration(class_name, *body), folder)

    def move(self, old: str, new: str, folder: str = FOLDER) -> None:
        source, target = self.path / folder / old, self.path / folder / new
        target.parent.mkdir(exist_ok=True)
        source.rename(target)
        if not any(source.parent.iterdir()):
            source.parent.rmdir()

    def remove(self, name: str, folder: str = FOLDER) -> None:
        (self.path / folder / name).unlink()

    def commit(self, message: str = "change") -> str:
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self._head() or self.git("rev-parse", "HEAD").strip()

    def _head(self) -> str:
        """The commit that was just made, read without a process; empty where that is not plain."""
        folder = self.path / ".git"
        try:
            head = (folder / "HEAD").read_text().strip()
            return head if _ID.fullmatch(head) else (folder / head[5:]).read_text().strip()
        except OSError:
            return ""
