"""Migration folders and working trees in unusual places."""

import pytest

from analyzer.errors import RepositoryError
from tests.support.commands.walks import renames


@pytest.mark.parametrize("options", [{}, {"directories": ("db/migrate",)}], ids=["found", "named"])
@pytest.mark.parametrize("ref", [None, "HEAD"], ids=["working tree", "commit"])
def test_a_folder_that_is_a_link_is_followed_within_the_repository(repo, diagnosed, options, ref):
    repo.add("001_create_songs.rb", "CreateSongs", folder="common/migrations")
    (repo.path / "db").mkdir()
    (repo.path / "db/migrate").symlink_to("../common/migrations")
    repo.commit()
    repo.move("001_create_songs.rb", "002_create_songs.rb", folder="common/migrations")
    repo.commit()

    done = diagnosed(repo, ["1"], ref=ref, **options)

    assert renames(done) == [("001_create_songs.rb", "002_create_songs.rb", "certain")]
    assert done.report.repository.files.directories == ("common/migrations",)


@pytest.mark.parametrize("target", ["../../elsewhere", "migrate"], ids=["outside", "circle"])
def test_a_folder_that_is_a_link_to_nowhere_here_is_an_error_that_says_so(repo, diagnosed, target):
    (repo.path / "db").mkdir()
    (repo.path / "db/migrate").symlink_to(target)
    repo.commit()

    with pytest.raises(RepositoryError, match="'db/migrate' is a symbolic link") as raised:
        diagnosed(repo, ["1"])

    assert "--repo PATH" in raised.value.fix


def test_a_working_tree_that_lies_elsewhere_is_read_as_it_is(repo, diagnosed, tmp_path):
    repo.add("001_create_songs.rb", "CreateSongs")
    repo.commit()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (repo.path / "db").rename(elsewhere / "db")
    repo.git("config", "core.worktree", "../../elsewhere")
    (elsewhere / "db/migrate/001_create_songs.rb").rename(
        elsewhere / "db/migrate/002_create_songs.rb"
    )

    done = diagnosed(repo, ["1"])

    assert renames(done) == [("001_create_songs.rb", "002_create_songs.rb", "certain")]


def test_a_partial_clone_needs_no_content_of_files_that_are_no_migrations(repo, diagnosed):
    repo.add("001_create_songs.rb", "CreateSongs")
    repo.write("notes.md", "".join(f"line {number}\n" for number in range(50)))
    repo.commit()
    missing = repo.git("rev-parse", "HEAD:db/migrate/notes.md").strip()
    repo.move("001_create_songs.rb", "002_create_songs.rb")
    repo.remove("notes.md")
    repo.commit()
    repo.write("more.md", "".join(f"line {number}\n" for number in range(60)))
    repo.commit()
    (repo.path / ".git/objects" / missing[:2] / missing[2:]).unlink()

    done = diagnosed(repo, ["1"])

    assert renames(done) == [("001_create_songs.rb", "002_create_songs.rb", "certain")]
