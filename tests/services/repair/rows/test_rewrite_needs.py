"""What a rewrite takes to be in the database is asked there, printed or carried out."""

import shutil
import subprocess

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.live import Live

SONGS = ("create_table :songs", "create_table :albums")


@pytest.fixture
def live(tmp_path, database):
    """A table of each of two files, of which one was renamed."""
    made = Live.make(tmp_path, database)
    made.ran(1, "create_songs", SONGS[0])
    made.ran(2, "create_albums", SONGS[1])
    made.repo.commit()
    made.repo.move("1_create_songs.rb", "3_create_songs.rb")
    made.repo.commit()
    (tmp_path / "rows.txt").write_text("1\n2\n")
    return made


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        pytest.param("CREATE TABLE albums (id int)", 3, id="what it makes is not there"),
        pytest.param("CREATE TABLE albums (id int); CREATE TABLE songs (id int)", 0, id="it is"),
        pytest.param("SELECT", 0, id="a copy of the rows alone"),
    ],
)
def test_a_script_written_from_rows_alone_asks_the_database(live, tmp_path, sql, status):
    live.database.run(sql)
    written = migdoctor(live.repo.path, "rewrite", "--rows", str(tmp_path / "rows.txt"))
    (tmp_path / "fix.sql").write_text(written.out)
    program = live.database.server.bin / "psql"

    done = subprocess.run(
        [
            program if program.exists() else shutil.which("psql"),
            "-X",
            "-v",
            "ON_ERROR_STOP=1",
            "-f",
            tmp_path / "fix.sql",
            live.database.url,
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (written.status, done.returncode) == (0, status), done.stderr
    assert ("table songs, which 3_create_songs.rb made" in done.stderr) == (status != 0)


def test_with_the_catalogue_at_hand_it_is_asked_about_first(live):
    live.database.run("CREATE TABLE albums (id int)")
    place = live.repo.path

    refused = migdoctor(place, "rewrite", "--database-url", live.database.url)
    told = migdoctor(place, "rewrite", "--accept", "1=3", "--database-url", live.database.url)

    assert refused.status == 1
    assert "the database has nothing that it created: table songs" in refused.err
    assert told.status == 0
