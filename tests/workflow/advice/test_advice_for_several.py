"""What is printed of several environments can be typed as it stands, and says what is so."""

import re

import pytest

from tests.support.commands.gates import run
from tests.support.histories.repositories import Repo

OLD, NEW, OTHER = "20250101000000", "20250601000000", "20250102000000"
ROWS = {"production": (OLD, OTHER), "staging": (OLD, OTHER, NEW)}

EDITED = """class CreateSongs < ActiveRecord::Migration[7.0]
  def change
    create_table :songs do |t|
      t.integer :rating
    end
  end
end
"""


@pytest.fixture
def repo(tmp_path):
    """An application whose production ran the old name, and staging both."""
    repo = Repo.make(tmp_path / "app")
    repo.add(f"{OLD}_create_songs.rb", "CreateSongs", "create_table :songs, force: true")
    repo.add(f"{OTHER}_create_tags.rb", "CreateTags", "create_table :tags")
    repo.commit()
    repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    settings = ""
    for name, rows in ROWS.items():
        (tmp_path / f"{name}.txt").write_text("".join(f"{row}\n" for row in rows))
        settings += f'[environments.{name}]\nrows = "../{name}.txt"\n'
    (repo.path / ".migdoctor.toml").write_text(settings)
    repo.commit("renamed")
    return repo


def test_each_environment_s_ways_name_it(repo):
    told = run(repo, "advise", "--all-environments").out

    assert "(migdoctor rewrite --environment production)" in told
    assert "(migdoctor rewrite --environment staging)" in told
    assert "(migdoctor rename-back --environment production)" in told
    for command in re.findall(r"\(migdoctor (re(?:write|name-back) --\S+ \S+)\)", told):
        assert run(repo, *command.split()).status != 2


def test_a_script_for_rows_is_for_somebody_with_access(repo):
    told = " ".join(run(repo, "advise", "--all-environments").out.split())

    assert "Have somebody with access run this on production; DATABASE is its name" in told
    assert "psql -d DATABASE -v ON_ERROR_STOP=1 -f production.sql" in told
    assert "the undo is written before it starts" not in told


def test_the_way_back_names_the_environment(repo):
    told = run(repo, "advise", "--all-environments", "--format", "markdown").out

    assert "undo --environment NAME" not in told.replace("\\", "")


def test_what_runs_again_is_counted_apart_from_what_stops(repo, tmp_path):
    repo.add("20250401000000_add_title.rb", "AddTitle", "add_column :songs, :title, :string")
    text = "create_table :songs"
    repo.write(
        f"{NEW}_create_songs.rb",
        f"class CreateSongs < ActiveRecord::Migration[7.0]\n  def change\n    {text}\n  end\nend\n",
    )
    repo.commit("more")

    told = " ".join(run(repo, "diagnose", "--all-environments").out.split())

    assert "of them again, stops" not in told
    assert f"runs 1 migration, stops at {NEW}_create_songs.rb, which ran already" in told


def edited(repo):
    """The renamed file adds a column that no database has; all of them ran the old one."""
    repo.write(f"{NEW}_create_songs.rb", EDITED)
    repo.commit("edited")
    (repo.path.parent / "staging.txt").write_text(f"{OLD}\n{OTHER}\n")


def test_the_draft_is_written_before_the_scripts_of_all_run(repo):
    edited(repo)

    told = run(repo, "rewrite", "--all-environments", "-o", "scripts").err

    steps = told.partition("What to do next")[2]
    draft = steps.index("--follow-up follow_up.rb")
    runs = [steps.index(f"-f scripts/{name}.sql") for name in ROWS]
    assert draft < min(runs)
    assert steps.count("mv follow_up.rb") == 1
    assert "run this on staging" in steps


def test_the_draft_can_be_had_with_the_scripts_of_all(repo):
    edited(repo)

    done = run(
        *(repo, "rewrite", "--all-environments", "-o", "scripts", "--follow-up", "follow_up.rb")
    )

    assert done.status == 0, done.err
    assert (repo.path / "follow_up.rb").is_file()
    assert "--follow-up" not in done.err.partition("What to do next")[2]


def test_what_may_be_left_as_it_is_is_in_no_plan(repo, tmp_path):
    repo.write(
        f"{NEW}_create_songs.rb", EDITED.replace("songs do", "songs, if_not_exists: true do")
    )
    repo.commit("skips what is there")

    advised = run(repo, "advise", "--all-environments").out
    diagnosed = run(repo, "diagnose", "--all-environments").out
    page = run(repo, "advise", "--all-environments", "--format", "markdown").out

    applied = r"rewrite (?:--apply|-o \S+) --environment (\w+)"
    plans = [set(re.findall(applied, it.replace("\\", ""))) for it in (advised, diagnosed, page)]
    assert plans == [{"production"}] * 3
    assert "staging: /" in advised
    assert "Nothing to repair: 3 applied versions" in advised
    assert "migdoctor rewrite --environment staging" in " ".join(advised.split())


def test_where_all_is_well_nothing_diverged(repo, tmp_path):
    for name in ROWS:
        (tmp_path / f"{name}.txt").write_text(f"{NEW}\n{OTHER}\n")

    told = run(repo, "diagnose", "--all-environments").out

    assert told.startswith("Nothing diverged: nothing to repair on production and staging.")


def test_what_could_not_be_read_comes_first_and_is_told_by_its_own_name(repo, tmp_path):
    gone = "postgresql://nobody@127.0.0.1:1/nothing"
    settings = (repo.path / ".migdoctor.toml").read_text()
    settings = settings.replace('rows = "../production.txt"', f'url = "{gone}"')
    (repo.path / ".migdoctor.toml").write_text(settings)

    told = " ".join(run(repo, "diagnose", "--all-environments").out.split())

    assert "pass --environment production=FILE" in told
    assert "set DATABASE_URL" not in told
    steps = told.partition("What to do next")[2]
    assert steps.index("Make production readable first") < steps.index("rewrite")
    assert "Do not deploy yet: production could not be read" in steps


def test_the_gate_says_why_it_takes_no_environments_of_the_application(repo):
    (repo.path / ".migdoctor.toml").unlink()
    repo.commit("no environments")

    told = run(repo, "check", "--base", "HEAD", "--all-environments")

    assert told.status == 2
    assert "check knows those of the base's .migdoctor.toml" in told.err


def test_a_file_that_ran_under_both_versions_is_lacking_once(repo):
    repo.write(
        "schema.rb", "ActiveRecord::Schema[7.0].define(version: 2025_01_02_000000) do\nend\n", "db"
    )
    repo.commit("a schema file of before")

    found = run(repo, "diagnose", "--environment", "staging", "--format", "json").document

    (lacks,) = (it["what"] for it in found["findings"] if it["code"] == "MD128")
    assert lacks.count("create_songs.rb") == 1
