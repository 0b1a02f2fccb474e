"""rewrite --write-renames: the record that files keep their names, from what the rows follow."""

import pytest

from tests.support.commands import gates
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000_create_songs.rb", "20250601000000_create_songs.rb"
ENTRY = '[[rename]]\nold = "20250101000000_create_songs"\nnew = "20250601000000_create_songs"\n'


@pytest.fixture
def repo(tmp_path, own_world):
    made = Repo.make(tmp_path / "app")
    made.add(OLD, "CreateSongs", "create_table :songs")
    made.commit("what ran")
    made.move(OLD, NEW)
    made.commit("renamed")
    (tmp_path / "rows.txt").write_text(f"{OLD[:14]}\n")
    return made


def record(repo: Repo, *more: str):
    return gates.run(repo, "rewrite", "--write-renames", "--rows", "../rows.txt", *more)


def test_it_is_written_once_and_followed(repo):
    first, second = record(repo), record(repo)
    text = (repo.path / "db/renames.toml").read_text()
    told = gates.run(repo, "advise", "--rows", "../rows.txt")

    assert (first.status, second.status) == (0, 0), first.err
    assert text.startswith(ENTRY)
    assert text.count("[[rename]]") == 1
    assert "git add -- db/renames.toml" in first.err
    assert "There is no rename to record that db/renames.toml does not have." in second.err
    assert "the new names stay" in " ".join(told.out.split())


def test_what_the_team_wrote_before_stays(repo):
    (repo.path / "db/renames.toml").write_text("# ours\n")

    record(repo)

    assert (repo.path / "db/renames.toml").read_text() == f"# ours\n\n{ENTRY}" + (
        (repo.path / "db/renames.toml").read_text().partition(ENTRY)[2]
    )


@pytest.mark.parametrize("option", ["--apply", "--recorded", "--undo", "--combined"])
def test_it_does_nothing_besides(repo, option):
    done = record(repo, option)

    assert done.status == 2
    assert "--write-renames writes into the working tree, and changes no row" in done.err
    assert not (repo.path / "db/renames.toml").exists()


def test_a_link_is_not_followed(repo, tmp_path):
    (tmp_path / "elsewhere").write_text("")
    (repo.path / "db/renames.toml").symlink_to(tmp_path / "elsewhere")

    done = record(repo)

    assert done.status == 2, done.err
    assert (tmp_path / "elsewhere").read_text() == ""


def test_what_is_ambiguous_is_not_recorded(repo, tmp_path):
    (tmp_path / "rows.txt").write_text(f"{OLD[:14]}\n{NEW[:14]}\n")
    repo.move(NEW, "20250602000000_create_songs.rb")
    repo.commit("renamed again")

    done = record(repo)

    assert done.status == 2
    assert "it is not certain which file each row stands for" in done.err
