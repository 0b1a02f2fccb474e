"""Pairs of files, up and down, without a database: two tools have them, and both lie in migrations.

What tells is the program that the folder belongs to.
"""

import json

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

_STAMPS = ("20250101000000", "20250102000000")


def pairs(repo: Repo, folder: str) -> None:
    for stamp, table in zip(_STAMPS, ("songs", "albums"), strict=True):
        repo.write(f"{stamp}_{table}.up.sql", f"CREATE TABLE {table} (id integer);\n", folder)
        repo.write(f"{stamp}_{table}.down.sql", f"DROP TABLE {table};\n", folder)


def report_of(repo: Repo, *arguments: str) -> dict:
    (repo.path / "rows").write_text("\n".join(_STAMPS))
    done = migdoctor(repo.path, "diagnose", "--rows", "rows", "--format", "json", *arguments)
    assert done.status in (0, 1), done.err
    return json.loads(done.out)


@pytest.mark.parametrize(
    ("beside", "folder", "tool"),
    [
        (("Cargo.toml",), "migrations", "sqlx"),
        (("go.mod",), "migrations", "golang-migrate"),
        (("go.mod", "api/Cargo.toml"), "api/migrations", "sqlx"),
        (("Cargo.toml", "api/go.mod"), "api/migrations", "golang-migrate"),
        ((), "migrations", "golang-migrate"),
    ],
)
@pytest.mark.parametrize("named", [False, True], ids=["found", "named"])
def test_the_program_around_a_folder_tells_whose_pairs_they_are(
    tmp_path, beside, folder, tool, named
):
    repo = Repo.make(tmp_path / "app")
    pairs(repo, folder)
    for name in beside:
        repo.write(name, "", "")
    repo.commit()

    report = report_of(repo, *(("--dir", folder) if named else ()))

    assert report["repository"]["framework"] == tool
    assert (report["pending"], report["orphans"]) == ([], [])


def test_sqlx_moves_both_files_of_a_pair(tmp_path):
    repo = Repo.make(tmp_path / "app")
    pairs(repo, "migrations")
    repo.write("Cargo.toml", "", "")
    repo.commit()
    for way in ("up", "down"):
        repo.move(
            f"{_STAMPS[1]}_albums.{way}.sql", f"20250301000000_albums.{way}.sql", "migrations"
        )
    repo.commit("renumber")

    (rename,) = report_of(repo)["renames"]
    back = migdoctor(repo.path, "rename-back", "--rows", "rows", "--format", "json")
    base = migdoctor(repo.path, "check", "--base", "HEAD~1", "--format", "json")

    assert rename["new"]["version"] == "20250301000000"
    assert f"{_STAMPS[1]}_albums.down.sql" in back.out
    assert base.status == 1
    assert "sqlx" in base.out
