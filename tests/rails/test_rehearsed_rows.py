"""Where only rows tell how the follow-up ends, the printed rehearsal finds it out by Rails."""

from pathlib import Path

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.commands.obeyed_paths import printed_path
from tests.support.commands.terminals import at_terminal, shim
from tests.support.databases.live import Live
from tests.support.databases.servers import Server, fresh_database

pytestmark = pytest.mark.rails
NEW = 20250601000000
RAKEFILE = """\
require "rails"
require "active_record/railtie"

class Shop < Rails::Application
  config.root = __dir__
  config.eager_load = false
  config.logger = Logger.new(IO::NULL)
  config.secret_key_base = "of no use to anybody"
  config.active_record.dump_schema_after_migration = false
end

Rails.application.initialize!
Rails.application.load_tasks
"""
EDITS = {
    "unique": ("  t.string :title", "  t.index :title, unique: true"),
    "NOT NULL": ("  t.string :title, null: false",),
    "no matter of rows": ("  t.string :title", "  t.integer :rating"),
}


@pytest.fixture
def live(tmp_path: Path, postgres15: Server):
    with fresh_database(postgres15) as database:
        table = "CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar)"
        it = Live.make(tmp_path, database, table)
        it.ran(20250101000000, "create_songs", "create_table(:songs) { |t| t.string :title }")
        it.repo.write("Rakefile", RAKEFILE, "")
        it.repo.commit("what ran")
        it.repo.move("20250101000000_create_songs.rb", f"{NEW}_create_songs.rb")
        it.repo.commit("renamed")
        yield it


def rehearsal(live: Live, variables: dict[str, str]) -> str:
    told = migdoctor(live.repo.path, "diagnose", **variables)
    (line,) = [
        line
        for step in printed_path(told.out)
        for line in step.lines
        if line.startswith("migdoctor rehearse")
    ]
    return line


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("rows", ["good", "bad"])
def test_the_printed_rehearsal_finds_what_the_rows_refuse(live, tmp_path, edit, rows):
    live.file(NEW, "create_songs", "create_table :songs do |t|", *EDITS[edit], "end")
    live.repo.commit("edited")
    bad = "INSERT INTO songs (title) VALUES (NULL), ('Ann'), ('Ann')"
    live.database.run(bad if rows == "bad" else "INSERT INTO songs (title) VALUES ('Ann')")
    path = f"{live.database.server.bin}:{shim(tmp_path / 'bin')}"
    variables = {"PATH": path, "DATABASE_URL": live.database.url}

    line = rehearsal(live, variables)
    seen = at_terminal(live.repo.path, line, **variables)

    asks = edit != "no matter of rows"
    wanted = " --with-data --migrate-command 'rake db:migrate' " in line
    assert wanted is asks, line
    assert seen.status == int(asks and rows == "bad"), seen.screen
