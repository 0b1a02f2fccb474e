"""What is in the way of an edited migration need not be its own: the text that ran tells."""

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.live import Live

RAN, NOW = 20250101000000, 20250301000000


@pytest.fixture
def live(tmp_path, database) -> Live:
    made = Live.make(
        tmp_path, database, "CREATE TABLE songs (id bigserial, nick varchar, note text)"
    )
    made.file(RAN, "add_note_to_songs", "add_column :songs, :note, :text")
    made.repo.commit("as it ran")
    made.row(RAN)
    return made


@pytest.mark.parametrize(
    ("column", "told"),
    [
        pytest.param("nick", f"what ran as {RAN} did not make it", id="not its own"),
        pytest.param("note", f"it was created when this ran as {RAN}", id="its own"),
    ],
)
def test_what_the_text_that_ran_did_not_make_is_not_called_its_own(live, column, told):
    live.repo.remove(f"{RAN}_add_note_to_songs.rb")
    first = f"add_column :songs, :{column}, :text"
    live.file(NOW, "add_note_to_songs", first, "add_column :songs, :note, :text", "# edited")
    live.repo.commit("renamed, and edited")

    done = migdoctor(live.repo.path, "diagnose", DATABASE_URL=live.database.url)

    assert told in " ".join(done.out.split())
