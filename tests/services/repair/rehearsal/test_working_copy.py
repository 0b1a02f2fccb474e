"""The copy in which a repair is tried has all files, whatever the checkout leaves out."""

import os

from analyzer.services.repair.rehearsal.working_copy import copy_repository
from analyzer.sources.git.git import open_repository
from tests.support.histories.repositories import FOLDER, Repo


def test_what_a_sparse_checkout_leaves_out_is_in_the_copy(tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add("1_create_songs.rb", "CreateSongs")
    repo.write("readme", "x", folder="app")
    repo.commit()
    repo.git("sparse-checkout", "set", "app")

    into = copy_repository(open_repository(str(repo.path)), tmp_path / "copy", ref=None)

    assert not (repo.path / FOLDER).exists()
    assert "CreateSongs" in (into / FOLDER / "1_create_songs.rb").read_text()


def test_a_pipe_in_the_place_of_a_file_is_passed_over(tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add("1_create_songs.rb", "CreateSongs")
    repo.commit()
    (repo.path / FOLDER / "1_create_songs.rb").unlink()
    os.mkfifo(repo.path / FOLDER / "1_create_songs.rb")

    into = copy_repository(open_repository(str(repo.path)), tmp_path / "copy", ref=None)

    assert not (into / FOLDER / "1_create_songs.rb").exists()
