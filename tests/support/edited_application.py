"""A real application whose migrations ran, and were renamed and edited after that."""

from collections.abc import Iterable
from pathlib import Path

from tests.support import rails
from tests.support.edits import Edit
from tests.support.repositories import FOLDER, Repo
from tests.support.servers import Database


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
