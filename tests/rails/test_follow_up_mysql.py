"""What edits hid is brought to MariaDB by the follow-up, which the real Rails runs there."""

from collections.abc import Iterator

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.mysql_servers import MysqlDatabase, fresh_mysql
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
OLD, NEW = "20240102000000_create_songs.rb", "20240109000000_create_songs.rb"
BEFORE = ("create_table :songs do |t|", "  t.string :title", "  t.bigint :artist_id", "end")
AFTER = (
    "create_table :songs do |t|",
    "  t.string :title, null: false",
    "  t.integer :plays, default: 0, null: false, unsigned: true",
    "  t.text :body, size: :medium",
    "  t.references :artist, foreign_key: true",
    "  t.index [:title, :plays]",
    "end",
)


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.fixture
def repo(rails, mysql_database, tmp_path) -> Repo:
    made = Repo.make(tmp_path / "app")
    made.add("20240101000000_create_artists.rb", "CreateArtists", "create_table :artists")
    made.add(OLD, "CreateSongs", *BEFORE)
    made.commit("deployed")
    ran = rails.migrate(made.path / FOLDER, mysql_database.url)
    assert ran.error is None, ran
    made.remove(OLD)
    made.add(NEW, "CreateSongs", *AFTER)
    made.commit("renamed and edited")
    return made


def columns(database: MysqlDatabase) -> set[tuple[object, ...]]:
    """What the server says of columns, indexes and keys, whatever their order."""
    here = f"'{database.name}'"
    return {
        *database.run(
            "SELECT table_name, column_name, column_type, is_nullable, column_default "
            f"FROM information_schema.columns WHERE table_schema = {here}"
        ),
        *database.run(
            "SELECT table_name, index_name, column_name, sub_part, non_unique "
            f"FROM information_schema.statistics WHERE table_schema = {here}"
        ),
        *database.run(
            "SELECT table_name, column_name, referenced_table_name "
            f"FROM information_schema.key_column_usage WHERE table_schema = {here}"
        ),
    }


def test_after_rewrite_and_follow_up_it_is_as_one_built_from_zero(
    rails, mysql_database, mariadb, repo
):
    words = ("rewrite", "--apply", "--yes", "--follow-up", "--database-url", mysql_database.url)
    done = migdoctor(repo.path, *words, XDG_STATE_HOME=str(repo.path.parent / "state"))
    assert done.status == 0, done.out + done.err
    (draft,) = (repo.path / FOLDER).glob("*catch_up*")
    ran = rails.migrate(repo.path / FOLDER, mysql_database.url)
    assert ran.error is None, (ran, draft.read_text())
    assert ran.ran == (draft.name.partition("_")[0],)

    with fresh_mysql(mariadb) as fresh:
        built = rails.migrate(repo.path / FOLDER, fresh.url)  # it finds nothing left to do
        assert built.error is None, (built, draft.read_text())
        assert columns(mysql_database) == columns(fresh), draft.read_text()
