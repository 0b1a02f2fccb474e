"""Tables that a run under the old names made, beside rows under the new names, or none."""

import pytest

from analyzer.model.findings.finding import Finding
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.live import Live

MADE = (
    "CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar);"
    "CREATE TABLE albums (id bigserial PRIMARY KEY)"
)
OLD_SONGS, OLD_ALBUMS = 20250101000000, 20250102000000
SONGS, ALBUMS = 20250301000000, 20250302000000
BODY = ("create_table :songs do |t|", "  t.string :title", "end")


@pytest.fixture
def live(tmp_path, database):
    made = Live.make(tmp_path, database, MADE)
    made.file(OLD_SONGS, "create_songs", *BODY)
    made.file(OLD_ALBUMS, "create_albums", "create_table :albums")
    made.repo.commit("as they ran")
    return made


def rename(live: Live, *body: str) -> None:
    live.repo.remove(f"{OLD_SONGS}_create_songs.rb")
    live.file(SONGS, "create_songs", *body)
    live.repo.move(f"{OLD_ALBUMS}_create_albums.rb", f"{ALBUMS}_create_albums.rb")
    live.repo.commit("renamed")


def findings(live: Live, code: str) -> list[Finding]:
    return [it for it in live.report().findings if it.code == code]


def said(live: Live) -> str:
    done = migdoctor(live.repo.path, "diagnose", DATABASE_URL=live.database.url)
    return " ".join(done.out.split())


def test_a_row_of_the_new_name_is_not_called_the_file_that_ran(live):
    rename(live, *BODY[:2], "  t.integer :rating", "end")
    live.row(SONGS)
    live.row(ALBUMS)

    (told,) = findings(live, "MD124")

    assert f"it was {OLD_SONGS}_create_songs.rb until" in told.why
    assert "so its text from before the rename may have run" in told.why
    assert "each with its file, but not all with its work" in said(live)
    assert "the file that ran" not in said(live)


def test_where_no_row_is_left_the_old_name_is_told(live):
    rename(live, *BODY)
    told = findings(live, "MD123")

    assert [it.version for it in told] == [str(SONGS), str(ALBUMS)]
    assert f"it ran as {OLD_ALBUMS}_create_albums.rb until" in told[1].why
    for it in told:
        assert "and that row is gone" in it.why
        assert "then insert the rows of the other files with MD123 before any" in it.fix


def test_a_file_whose_work_is_there_is_not_told_to_run(live):
    rename(live, *BODY)
    fixes = {it.fix for it in findings(live, "MD108")}

    assert fixes == {"do not run db:migrate yet: everything it creates exists"}
    assert "Pending: no row here" in said(live)


def test_of_a_half_made_table_nothing_is_to_be_removed(live):
    rename(live, *BODY[:2], "  t.integer :rating", "end", "add_index :songs, :title")
    live.row(ALBUMS)

    fixes = [it.fix for it in findings(live, "MD124")]

    assert fixes
    for fix in fixes:
        assert "what is there may hold data, so remove nothing" in fix
