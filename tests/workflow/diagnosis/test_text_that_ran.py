"""An edit counts as one after the run only where the text before it can have run."""

import pytest

from analyzer.model.findings.finding import Severity
from tests.support.databases.live import Live
from tests.support.histories.repositories import Repo

SONGS = ("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
WRONG = ("20250201000000_add_rating.rb", "AddRating", "add_column :song, :rating, :integer")
RIGHT = (*WRONG[:2], "add_column :songs, :rating, :integer")
BROKEN = (*WRONG[:2], "add_column :songs, :rating, (:integer")
TWICE = (*WRONG[:2], "create_table :songs")
ALBUMS = ("20250301000000_create_albums.rb", "CreateAlbums", "create_table :albums")
USERS = ("20250401000000_create_users.rb", "CreateUsers", "create_table :users")
MORE_SONGS = (*SONGS[:2], "create_table :songs do |t|", "  t.string :title", "end")
SONGS_RAN, RATING_RAN, ALBUMS_RAN = "20250101000000", "20250201000000", "20250301000000"


def history(repo: Repo, *commits: list[tuple[str, ...]]) -> None:
    for files in commits:
        for name, class_name, *body in files:
            repo.add(name, class_name, *body)
        repo.commit()


def edited(done) -> dict[str, str]:
    """What is said of edited files, by version."""
    return {it.version: it.what for it in done.report.findings if it.code == "MD106"}


@pytest.mark.parametrize("failing", [WRONG, BROKEN, TWICE], ids=["no table", "no Ruby", "exists"])
@pytest.mark.parametrize(
    ("commits", "rows"),
    [
        ([[SONGS, 0], [RIGHT]], [SONGS_RAN, RATING_RAN]),
        ([[SONGS], [0], [RIGHT], [ALBUMS]], [SONGS_RAN, RATING_RAN]),
        ([[SONGS], [0, ALBUMS], [RIGHT]], [SONGS_RAN, RATING_RAN, ALBUMS_RAN]),
        ([[SONGS], [0], [ALBUMS], [RIGHT], [USERS]], [SONGS_RAN, RATING_RAN, ALBUMS_RAN]),
        ([[SONGS], [0], [ALBUMS], [RIGHT, USERS]], [SONGS_RAN, RATING_RAN, ALBUMS_RAN]),
    ],
    ids=["at once", "pending since", "with another", "deployed since", "with one that waits"],
)
def test_a_file_that_was_corrected_after_a_failed_deploy_is_not_edited(
    repo, diagnosed, failing, commits, rows
):
    history(repo, *([failing if it == 0 else it for it in files] for files in commits))

    assert edited(diagnosed(repo, rows)) == {}


def test_neither_is_it_where_it_was_renamed_since(repo, diagnosed):
    history(repo, [SONGS], [WRONG], [RIGHT])
    repo.move(RIGHT[0], "20250501000000_add_rating.rb")
    repo.commit()

    (rename,) = diagnosed(repo, [SONGS_RAN, RATING_RAN]).report.environments[0].diagnosis.renames

    assert rename.old.blob == rename.new.blob


def test_an_edit_of_what_can_have_run_is_told_beside_it(repo, diagnosed):
    history(repo, [SONGS], [WRONG], [RIGHT, ALBUMS], [MORE_SONGS])

    done = diagnosed(repo, [SONGS_RAN, RATING_RAN, ALBUMS_RAN])

    assert [*edited(done)] == [SONGS_RAN]


def test_rows_that_fit_before_and_after_an_edit_do_not_tell(repo, diagnosed):
    history(repo, [SONGS], [MORE_SONGS])

    done = diagnosed(repo, [SONGS_RAN])

    assert "before it ran or after, which the rows do not tell" in edited(done)[SONGS_RAN]
    (told,) = [it for it in done.report.findings if it.code == "MD106"]
    assert told.severity is Severity.WARNING
    assert "nothing, if it ran as it is now: --deployed COMMIT says so" in told.fix


def test_the_named_commit_tells(repo, diagnosed):
    history(repo, [SONGS])
    old = repo.git("rev-parse", "HEAD").strip()
    history(repo, [MORE_SONGS])

    assert "after it ran" in edited(diagnosed(repo, [SONGS_RAN], deployed=old))[SONGS_RAN]
    assert edited(diagnosed(repo, [SONGS_RAN], deployed="HEAD")) == {}


def test_what_cannot_have_run_did_not_run_at_the_named_commit_either(repo, diagnosed):
    history(repo, [SONGS], [WRONG], [RIGHT], [ALBUMS])

    assert edited(diagnosed(repo, [SONGS_RAN, RATING_RAN], deployed="HEAD~2")) == {}


def test_an_edit_with_a_migration_that_waits_came_after_the_run(repo, diagnosed):
    history(repo, [SONGS], [MORE_SONGS, ALBUMS])

    assert "was edited after it ran" in edited(diagnosed(repo, [SONGS_RAN]))[SONGS_RAN]


@pytest.mark.parametrize("has", [True, False], ids=["new text", "old text"])
def test_the_catalogue_tells_which_text_ran(tmp_path, database, has):
    title = ", title varchar" if has else ""
    live = Live.make(tmp_path, database, f"CREATE TABLE songs (id bigserial PRIMARY KEY{title})")
    live.row(int(SONGS_RAN))
    history(live.repo, [SONGS], [MORE_SONGS])

    (told,) = [it for it in live.report().findings if it.code == "MD106"]

    assert told.severity is (Severity.NOTE if has else Severity.WARNING)
    assert ("was edited after it ran" in told.what) is not has
