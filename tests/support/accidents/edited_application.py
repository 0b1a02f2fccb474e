"""A real application whose migrations ran, and were renamed and edited after that."""

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.support.accidents.edits import Edit
from tests.support.commands import warm
from tests.support.databases.servers import Database
from tests.support.frameworks import rails
from tests.support.histories.repositories import FOLDER, Repo

ROOT = Path(__file__).resolve().parents[3]


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def build(path: Path, database: Database, edits: Iterable[Edit]) -> Repo:
    """Run the old texts with the real Rails, then rename and edit them all."""
    repo, edits = Repo.make(path), tuple(edits)
    for number, edit in enumerate(edits):
        text = edit.text(edit.ran, camel(f"make_{edit.name}"))
        repo.write(f"202401{number:08}_make_{edit.name}.rb", text)
        if edit.later:
            later = edit.text(edit.later, camel(f"later_{edit.name}"))
            repo.write(f"202601{number:08}_later_{edit.name}.rb", later)
    repo.commit("as production ran it")
    ran = rails.migrate(repo.path / FOLDER, database.url)
    assert ran.status == 0, ran.output
    for edit in edits:
        if edit.fill:
            database.run(edit.fill.replace(" T ", f" {edit.table} "))
    for number, edit in enumerate(edits):
        name = f"make_{edit.name}.rb"
        repo.move(f"202401{number:08}_{name}", f"202501{number:08}_{name}")
        repo.write(f"202501{number:08}_{name}", edit.text(edit.now, camel(f"make_{edit.name}")))
    repo.commit("renamed and edited")
    return repo


def migdoctor(repository: Path, database: Database, *args: str) -> subprocess.CompletedProcess:
    """Run the real command on the database."""
    return warm.run_text(
        [*args], repository, {**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": database.url}
    )


def follow_up(repository: Path, database: Database, how: str, folder: str) -> str:
    """Carry out a repair, put its follow-up where it belongs, and migrate; returns the draft."""
    draft = repository / "draft.rb"
    done = migdoctor(repository, database, how, "--follow-up", str(draft), "-o", "fix")
    assert done.returncode == 0, done.stderr
    if how == "rewrite":
        psql = [database.server.bin / "psql", "-X", "-d", database.url, "-v", "ON_ERROR_STOP=1"]
        subprocess.run([*psql, "-f", "fix"], cwd=repository, check=True, capture_output=True)
    else:
        subprocess.run(["sh", "fix"], cwd=repository, check=True, capture_output=True)
    if not draft.exists():
        assert "No follow-up was written" in done.stderr, done.stderr
        return ""
    text = draft.read_text()
    place = re.search(rf"^#   ({folder}/\S+)$", text, re.MULTILINE)
    assert place, text
    draft.rename(repository / place[1])
    migrated = rails.migrate(repository / folder, database.url)
    assert migrated.status == 0, f"{migrated.output}\n{text}"
    assert place[1].rpartition("/")[2].partition("_")[0] in migrated.migrated
    return text
