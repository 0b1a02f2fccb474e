"""A command for development, in a shell where production is set, does not mean production."""

import pytest

from tests.support.commands import gates
from tests.support.histories.repositories import Repo

URL = "postgresql://127.0.0.1:1/shop_production"
OLD, NEW = "20250101000000_create_songs.rb", "20250601000000_create_songs.rb"


@pytest.fixture
def repo(tmp_path, own_world):
    """A renamed and edited migration, whose follow-up dumps a schema file."""
    made = Repo.make(tmp_path / "app")
    made.add(OLD, "CreateSongs", "create_table :songs")
    made.write(
        "schema.rb",
        'ActiveRecord::Schema.define(version: 2025_01_01_000000) do\n  create_table "songs"\nend\n',
        folder="db",
    )
    made.commit("what ran")
    made.move(OLD, NEW)
    made.add(NEW, "CreateSongs", "create_table(:songs) { |t| t.string :title }")
    made.commit("renamed and edited")
    (tmp_path / "rows.txt").write_text(f"{OLD[:14]}\n")
    return made


@pytest.mark.parametrize(
    ("variables", "typed"),
    [
        ({"RAILS_ENV": "production"}, "(RAILS_ENV=development rake db:migrate)"),
        ({"RACK_ENV": "production"}, "(RAILS_ENV=development rake db:migrate)"),
        ({"RAILS_ENV": "development"}, "(rake db:migrate)"),
        ({}, "(rake db:migrate)"),
        ({"DATABASE_URL": URL}, "(env -u DATABASE_URL rake db:migrate)"),
        (
            {"DATABASE_URL": URL, "RAILS_ENV": "production"},
            "(env -u DATABASE_URL RAILS_ENV=development rake db:migrate)",
        ),
    ],
)
def test_the_run_that_dumps_the_schema_file(repo, variables, typed):
    told = gates.run(repo, "diagnose", "--rows", "../rows.txt", **variables)

    assert f"development database first {typed}" in " ".join(told.out.split())
    lines = [it.strip() for it in told.out.splitlines()]
    place = lines.index(typed.strip("()"))
    assert lines[place - 1].startswith("mv follow_up.rb ")  # what it dumps is there to be added
    assert lines[place + 1].startswith("git add -- ")
    assert "db/schema.rb" in lines[place + 1]
