"""Who renamed a migration: the commit, its author, the author's date and the subject, one a hop."""

import pytest

from analyzer.report.diagnosis import json_document, terminal
from analyzer.report.diagnosis.terminal_layout import Style

ADA = {
    "GIT_AUTHOR_NAME": "Ada Lovelace",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2025-08-23T10:12:00+0530",
    "GIT_COMMITTER_DATE": "2025-08-24T00:00:00+0000",
}
OLD, MIDDLE, NEW = (f"2025010{day}000000_create_songs.rb" for day in (1, 2, 3))


@pytest.fixture
def songs(repo):
    repo.add(OLD, "CreateSongs", "create_table :songs")
    repo.commit("Create songs")
    return repo


def by_ada(repo, message: str) -> str:
    repo.git("add", "-A")
    repo.git("commit", "--quiet", "-m", message, env=ADA)
    return repo.git("rev-parse", "HEAD").strip()


def renamed_in(done) -> list[dict[str, str]]:
    (rename,) = json_document.document(done.report)["renames"]
    return rename["renamed_in"]


def shown(done, width: int = 200) -> str:
    return terminal.render(done.report, Style(width), "db:migrate")


def test_commit_author_date_and_subject_are_told(songs, diagnosed):
    songs.move(OLD, NEW)
    commit = by_ada(songs, "Put the migrations in order\n\nAs was agreed.")

    done = diagnosed(songs, ["20250101000000"])

    assert renamed_in(done) == [
        {
            "commit": commit,
            "author": "Ada Lovelace",
            "date": "2025-08-23T10:12:00+05:30",
            "subject": "Put the migrations in order",
        }
    ]
    line = f"renamed in {commit[:10]}, 2025-08-23 10:12 +0530, Ada Lovelace: Put the migrations"
    assert line in shown(done)
    assert "certain" in shown(done)


def test_each_hop_has_its_commit_the_newest_first(songs, diagnosed):
    songs.move(OLD, MIDDLE)
    songs.commit("first")
    songs.move(MIDDLE, NEW)
    songs.commit("second")

    done = diagnosed(songs, ["20250101000000"])

    assert [it["subject"] for it in renamed_in(done)] == ["second", "first"]


def test_a_merge_is_not_the_one_that_renamed(songs, diagnosed):
    songs.git("checkout", "--quiet", "-b", "side")
    songs.move(OLD, NEW)
    songs.commit("on the branch")
    songs.git("checkout", "--quiet", "-")
    songs.add("20250105000000_create_artists.rb", "CreateArtists")
    songs.commit("meanwhile")
    songs.git("merge", "--quiet", "--no-ff", "-m", "merge it", "side")

    done = diagnosed(songs, ["20250101000000"])

    assert [it["subject"] for it in renamed_in(done)] == ["on the branch"]


WIDE = [f"add_column :songs, :c{number}, :string" for number in range(40)]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param(NEW, ["create_table :songs", *WIDE], id="much edited, same name"),
        pytest.param(
            "20250103000000_make_the_songs.rb",
            ["create_table :songs do |t|", "  t.string :name", "end"],
            id="another name",
        ),
    ],
)
def test_a_rename_that_git_does_not_see_has_the_commit_that_brought_the_name(
    repo, diagnosed, name, body
):
    repo.add(OLD, "CreateSongs", "create_table :songs do |t|", "  t.string :name", "end")
    repo.commit("Create songs")
    repo.remove(OLD)
    repo.write(name, f"# {'other words ' * 200}\n" + _text(name, body))
    repo.commit("written anew")

    done = diagnosed(repo, ["20250101000000"])

    assert [it["subject"] for it in renamed_in(done)] == ["written anew"]


def _text(name: str, body: list[str]) -> str:
    from tests.support.histories.repositories import migration

    slug = name.partition("_")[2].removesuffix(".rb")
    return migration("".join(part.title() for part in slug.split("_")), *body)


def test_what_is_not_committed_has_nobody_yet(songs, diagnosed):
    songs.move(OLD, NEW)

    done = diagnosed(songs, ["20250101000000"])

    assert renamed_in(done) == []
    assert "renamed in no commit yet" in shown(done)


def test_words_of_others_are_shown_and_not_obeyed(songs, diagnosed):
    songs.move(OLD, NEW)
    songs.commit("evil \x1b[2J subject")

    done = diagnosed(songs, ["20250101000000"])

    assert "\x1b" not in shown(done)
    assert "evil" in shown(done)


def test_pairs_that_went_different_ways_are_told_apart(songs, diagnosed):
    songs.add("20250111000000_create_artists.rb", "CreateArtists")
    songs.commit("Create artists")
    songs.move(OLD, NEW)
    songs.commit("songs")
    songs.move("20250111000000_create_artists.rb", "20250112000000_create_artists.rb")
    songs.commit("artists")

    told = shown(diagnosed(songs, ["20250101000000", "20250111000000"]))

    assert ": songs (20250103000000)" in told
    assert ": artists (20250112000000)" in told


# codes and fixes of what tables tell


def test_tabled_findings_keep_code_and_fix(songs, diagnosed):
    songs.move(OLD, NEW)
    songs.add("20250301000000_create_albums.rb", "CreateAlbums")
    songs.commit()

    done = diagnosed(songs, ["20250101000000", "20240101000000"])

    told = " ".join(shown(done).split())
    for finding in done.report.findings:
        assert finding.code in told, finding
        assert finding.fix in told, finding
    assert {"MD101", "MD107", "MD108"} <= {it.code for it in done.report.findings}


def test_a_row_explained_in_another_folder_keeps_its_finding(songs, diagnosed):
    songs.add("20240101000000_create_users.rb", "CreateUsers", folder="engine/migrations")
    songs.commit()

    done = diagnosed(songs, ["20250101000000", "20240101000000"])

    (finding,) = [it for it in done.report.findings if it.code == "MD107"]
    assert finding.fix in " ".join(shown(done).split())
