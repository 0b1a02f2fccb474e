"""What is foretold of one pending migration is what the real Rails then does with it."""

from collections.abc import Iterator

import pytest

from analyzer.model.prediction import Outcome
from tests.support.carried_out import carried_out
from tests.support.many_migrates import Rails, rails_process
from tests.support.servers import Database, Server, fresh_database

pytestmark = pytest.mark.rails
SONGS = "create_table(:songs) { |t| t.string :title; t.integer :plays; t.string :spare }"
BOTH = f"{SONGS}; create_table(:plays) {{ |t| t.references :song; t.string :kind }}"
ROWS = (
    "INSERT INTO songs (title, plays) VALUES ('alpha-1', 1234567), ('beta-22', 7654321);"
    "INSERT INTO plays (song_id, kind) VALUES (1, 'first kind')"
)
SONG = "class Song < ActiveRecord::Base; end"
RUNS, NO_OP, FAILS = Outcome.RUNS, Outcome.NO_OP, Outcome.FAILS
DESTROYS, UNKNOWN = Outcome.DESTROYS, Outcome.UNKNOWN


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.fixture(scope="module")
def production(postgres15: Server) -> Iterator[Database]:
    with fresh_database(postgres15) as database:
        yield database


@pytest.fixture
def tried(rails, production, tmp_path):
    """Foretell bodies, one a migration, and let Rails run them; an outcome a migration."""

    def run(*bodies: str, before: str = BOTH, rows: str = ROWS):
        story = carried_out(tmp_path / "app", production, rails, before, rows, *bodies, head=SONG)
        assert story.wrong == [], story.prediction.migrations
        return [it.outcome for it in story.prediction.migrations], story

    return run


NEW = "add_column :songs, :extra, :string"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(f"{NEW}; Song.update_all(extra: 'filled')", RUNS, id="a new column"),
        pytest.param(f"{NEW}, default: 'given', null: false; Song.update_all(extra: 'filled')",
                     RUNS, id="a new column with a default"),
        pytest.param(f"{NEW}; Song.update_all('extra = title')", RUNS, id="by SQL"),
        pytest.param(f"{NEW}; Song.update_all('extra = title, plays = 55555')", DESTROYS,
                     id="a new and an old one"),
        pytest.param(f"{NEW}; Song.find_each {{ |it| it.update!(extra: it.title) }}", RUNS,
                     id="a new column, row by row"),
        pytest.param(f"{NEW}; Song.find_each {{ |it| it.extra = it.title; it.save! }}", RUNS,
                     id="assigned and saved"),
        pytest.param(f"{NEW}; rename_column :songs, :extra, :more;"
                     ' execute "UPDATE songs SET more = title"', RUNS, id="new and renamed"),
        pytest.param("execute \"UPDATE songs SET spare = 'filled' WHERE spare IS NULL\"", RUNS,
                     id="only NULL, by SQL"),
        pytest.param("Song.where(spare: nil).update_all(spare: 'filled')", RUNS, id="only NULL"),
        pytest.param("Song.where(spare: nil).update_all(title: 'filled')", DESTROYS,
                     id="another column where one is NULL"),
        pytest.param("Song.where(spare: nil).in_batches { |it| it.update_all(spare: 'filled') }",
                     RUNS, id="only NULL, in batches"),
        pytest.param("Song.where(spare: 'x').or(Song.where(title: 'alpha-1'))"
                     ".update_all(title: 'filled')", DESTROYS, id="or"),
        pytest.param("Song.new(title: 'third').save!", RUNS, id="a new row"),
        pytest.param("Song.find_each(&:touch)", RUNS, id="touch"),
        pytest.param("execute \"UPDATE songs SET title = 'filled'\"", DESTROYS, id="all rows"),
    ],
)  # fmt: skip
def test_only_what_was_there_before_is_lost_by_an_update(tried, body, outcome):
    outcomes, _ = tried(body)

    assert outcomes == [outcome]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param("Song.where(plays: 1234567).delete_all; Song.where(plays: 7654321).delete_all",
                     ["deletes rows of table songs"], id="two DELETEs"),
        pytest.param("execute 'DELETE FROM songs'; execute 'TRUNCATE songs'; drop_table :songs",
                     ["drops table songs"], id="emptied, then dropped"),
        pytest.param("remove_column :songs, :title; drop_table :songs",
                     ["drops table songs"], id="a column, then its table"),
        pytest.param("%w[title spare].each { |it| execute \"UPDATE songs SET #{it} = 'same'\" }",
                     ["overwrites title, spare in rows of table songs"], id="two UPDATEs"),
        pytest.param("remove_column :songs, :title; remove_column :songs, :plays",
                     ["drops column title of table songs", "drops column plays of table songs"],
                     id="two columns are two"),
    ],
)  # fmt: skip
def test_one_loss_is_told_once(tried, body, what):
    _, story = tried(body)

    assert [loss.what for loss in story.prediction.destroys] == what
