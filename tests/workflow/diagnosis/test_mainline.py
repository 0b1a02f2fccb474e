"""What a merged branch held on its way was never deployed: the text of the branch itself ran."""

from datetime import UTC, datetime

import pytest

from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.histories.repositories import Repo

SONGS, TAGS, NEXT = (f"2025{it:02}01000000" for it in (1, 2, 3))


@pytest.fixture
def repo(tmp_path, own_world):
    made = Repo.make(tmp_path / "app")
    made.add(f"{SONGS}_create_songs.rb", "CreateSongs", "create_table :songs")
    made.commit("songs")
    return made


def edit(repo: Repo, *body: str) -> None:
    repo.add(f"{SONGS}_create_songs.rb", "CreateSongs", *body)


def notes(repo: Repo, *rows: str) -> set[str]:
    (repo.path.parent / "rows.txt").write_text("".join(f"{row}\n" for row in rows))
    request = Request(
        now=datetime(2025, 11, 1, tzinfo=UTC),
        repo=str(repo.path),
        rows=f"{repo.path}/../rows.txt",
        cache=False,
    )
    return {it.code for it in walk(request).report.findings if it.code != "MD108"}


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "fast forward"])
def test_an_edit_that_a_branch_took_back_before_it_was_merged(repo, merged):
    main = repo.git("branch", "--show-current").strip()
    repo.git("checkout", "--quiet", "-b", "change")
    edit(repo, "create_table :songs", "add_column :songs, :title, :string")
    repo.add(f"{TAGS}_create_tags.rb", "CreateTags", "create_table :tags")
    repo.commit("edited, and refused")
    edit(repo, "create_table :songs")
    repo.commit("as it was")
    repo.git("checkout", "--quiet", main)
    repo.git("merge", "--quiet", "--no-ff" if merged else "--ff-only", "-m", "merged", "change")
    repo.add(f"{NEXT}_create_albums.rb", "CreateAlbums", "create_table :albums")
    repo.commit("next")

    told = notes(repo, SONGS, TAGS)

    assert told == (set() if merged else {"MD106"})


def test_an_edit_on_the_branch_itself_is_told(repo):
    repo.add(f"{TAGS}_create_tags.rb", "CreateTags", "create_table :tags")
    repo.commit("tags")
    edit(repo, "create_table :songs", "add_column :songs, :title, :string")
    repo.commit("edited")

    assert notes(repo, SONGS, TAGS) == {"MD106"}
