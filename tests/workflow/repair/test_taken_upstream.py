"""A number that the main branch gave to another migration meanwhile is given back to no file."""

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import FOLDER, Repo

RAN, NOW = "20240301000000_create_cats.rb", "20240301000001_create_cats.rb"


def _renumbered(repo: Repo) -> None:
    """A branch whose migration ran under a number, and has another since."""
    repo.add("20240101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.commit("begin")
    repo.git("checkout", "--quiet", "-b", "cats")
    repo.add(RAN, "CreateCats", "create_table :cats")
    repo.commit("cats")
    repo.move(RAN, NOW)
    repo.commit("another number")
    repo.write("rows", "20240101000000\n20240301000000\n", "")


def _said(repo: Repo, *words: str) -> str:
    return migdoctor(repo.path, *words, "--rows", "rows").out


def test_the_row_gets_the_new_number_where_the_old_one_is_taken(tmp_path):
    repo = Repo.make(tmp_path / "repo")
    _renumbered(repo)
    repo.git("checkout", "--quiet", "main")
    repo.add("20240301000000_create_dogs.rb", "CreateDogs", "create_table :dogs")
    repo.git("add", FOLDER)
    repo.git("commit", "--quiet", "-m", "dogs")
    repo.git("checkout", "--quiet", "cats")

    advice = _said(repo, "advise")

    assert "Best     give the rows the versions of their files" in advice
    assert "which is merged on main" in " ".join(advice.split())
    assert "not the other way:" in " ".join(_said(repo, "diagnose").split())


def test_the_file_gets_a_free_number_back(tmp_path):
    repo = Repo.make(tmp_path / "repo")
    _renumbered(repo)

    assert "Best     give the file" in _said(repo, "advise")
