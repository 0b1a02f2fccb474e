"""Commands that delete lines hit the lines that were seen, in whatever order they are run."""

import subprocess

from tests.support.commands.gates import SONGS, check, mend, run, started
from tests.support.frameworks.renamed_scenarios import TOLD
from tests.support.histories.repositories import FOLDER, Repo


def _allowed_twice(repo: Repo) -> str:
    place = repo.path / FOLDER / SONGS
    text = place.read_text()
    place.write_text(f"# migdoctor:allow nonsense a\n# migdoctor:allow MD301 b\n{text}")
    repo.commit("allow")
    return text


def test_two_lines_of_a_file_go_with_one_command(tmp_path):
    repo = started(tmp_path / "repo")
    text = _allowed_twice(repo)
    outcome = check(repo)
    (command,) = outcome.commands

    mend(repo, outcome)

    assert (repo.path / FOLDER / SONGS).read_text() == text
    subprocess.run(["sh", "-ec", command], cwd=repo.path, check=True, capture_output=True)
    assert (repo.path / FOLDER / SONGS).read_text() == text
    assert check(repo).status == 0


def test_fix_deletes_the_same_lines(tmp_path):
    repo = started(tmp_path / "repo")
    text = _allowed_twice(repo)

    assert run(repo, "check", "--base", "main", "--fix", "--yes").status == 0
    assert (repo.path / FOLDER / SONGS).read_text() == text


def test_fix_makes_the_folder_of_a_migration_and_leaves_no_empty_one(tmp_path):
    told = next(it for it in TOLD if it.name == "prisma")
    repo = Repo.make(tmp_path / "repo")
    for at, table in ((0, "songs"), (1, "albums")):
        repo.write(told.file(at, table), told.told(at, table), told.folder)
    repo.commit("base")
    repo.git("branch", "base")
    folder = repo.path / told.folder
    old, new = told.file(1, "albums"), told.file(3, "albums")
    (folder / old).parent.rename((folder / new).parent)
    repo.commit("renamed")

    outcome = run(repo, "check", "--base", "base", "--framework", "prisma", "--fix", "--yes")

    assert outcome.status == 0, outcome.err
    assert (folder / old).exists()
    assert not (folder / new).parent.exists()
