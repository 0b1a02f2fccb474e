"""What the case of a name means on MariaDB: foretold, and then done by the real Rails.

The long form: MIGDOCTOR_PREDICTIONS=150 pytest tests/rails/test_name_case_mysql.py
"""

import os
from pathlib import Path

import pytest

from tests.rails.test_predictions import agree, foretold, listed, told
from tests.support.databases.mysql_servers import MysqlServer, fresh_mysql
from tests.support.frameworks.many_migrates import rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
MADE = (
    "create_table :songs do |t|",
    "  t.string :title",
    "  t.string :Artist",
    "  t.integer :album_id",
    "end",
    "create_table :albums",
    "add_index :songs, :title",
)
ASKED = {
    "a column that is there": ["add_column :songs, :TITLE, :string"],
    "a column to remove": ["remove_column :songs, :artist"],
    "a column to remove, looked for first": ["remove_column :songs, :artist, if_exists: true"],
    "one to add, looked for first": ["add_column :songs, :TITLE, :string, if_not_exists: true"],
    "a column to rename": ["rename_column :songs, :TITLE, :name"],
    "a column that keeps its name": ["rename_column :songs, :title, :Title"],
    "a column's new name is taken": ["rename_column :songs, :title, :artist"],
    "a column to change": ["change_column :songs, :TITLE, :text"],
    "a default": ["change_column_default :songs, :TITLE, 'x'"],
    "whether it may be NULL": ["change_column_null :songs, :TITLE, true"],
    "an index over it": ["add_index :songs, :ARTIST"],
    "an index of that name": ["add_index :songs, :Artist, name: 'INDEX_SONGS_ON_TITLE'"],
    "an index to remove, by its column": ["remove_index :songs, :TITLE"],
    "an index to remove, by its name": ["remove_index :songs, name: 'INDEX_songs_on_title'"],
    "an index to rename": ["rename_index :songs, 'INDEX_songs_on_title', 'by_title'"],
    "a key": ["add_foreign_key :songs, :albums, column: :ALBUM_ID, type: :integer"],
    "SQL": ["execute 'ALTER TABLE songs DROP COLUMN TITLE'"],
    "a table of another case": ["create_table :Songs"],
    "a table of another case to drop": ["drop_table :SONGS"],
}
STEP = 1 if "MIGDOCTOR_PREDICTIONS" in os.environ else 6


@pytest.fixture(scope="module")
def rails():
    with rails_process() as process:
        yield process


@pytest.mark.parametrize("lines", [*ASKED.values()][::STEP], ids=[*ASKED][::STEP])
def test_what_is_foretold_of_a_name_in_another_case_is_what_rails_does(
    lines, rails, mariadb: MysqlServer, tmp_path: Path
):
    repo = Repo.make(tmp_path / "app")
    repo.add("1_make_songs.rb", "MakeSongs", *MADE)
    repo.commit("deployed")
    with fresh_mysql(mariadb) as production:
        assert rails.migrate(repo.path / FOLDER, production.url).error is None
        repo.add("2_change.rb", "Change", *lines)
        repo.commit("changed")
        before = production.tables()
        prediction = foretold(repo, production)

        happened = rails.migrate(repo.path / FOLDER, production.url)

        story = f"{lines}\n{told(prediction)}\n{happened}\n{listed(repo)}"
        agree(prediction, happened, before, production.tables(), story)
