"""The law of advice on the smallest inputs: nothing is said that would do harm if it were done."""

import json

import pytest

from tests.support.live import Live
from tests.support.migdoctor import Done, migdoctor

NODES = "create_table :nodes, force: true do |t|"
FORCED = (NODES, "  t.string :title", "  t.string :kind", "end")
PLAIN = ("create_table :nodes do |t|", *FORCED[1:])
MADE = (
    "CREATE TABLE nodes (id bigserial PRIMARY KEY, title varchar, kind varchar);"
    "INSERT INTO nodes (title) SELECT 'n' FROM generate_series(1, 300); ANALYZE nodes"
)


@pytest.fixture
def live(tmp_path, database):
    """Two migrations ran, and 300 rows are in their table."""
    made = Live.make(tmp_path, database, MADE)
    made.ran(1, "create_nodes", "create_table :nodes do |t|", "  t.string :title", "end")
    made.ran(2, "add_kind", "add_column :nodes, :kind, :string")
    made.repo.commit("what ran")
    return made


def squash(live: Live, name: str, *body: str) -> None:
    """One file takes the place of both."""
    live.repo.remove("1_create_nodes.rb")
    live.repo.remove("2_add_kind.rb")
    live.repo.add(name, "InitSchema", *body)
    live.repo.commit("squash")


def run(live: Live, *words: str) -> Done:
    home = live.repo.path.parent
    variables = {"DATABASE_URL": live.database.url, "XDG_STATE_HOME": str(home / "state")}
    return migdoctor(live.repo.path, *words, **variables)


def codes(live: Live) -> dict[str, str]:
    """Each code with the worst severity that it has."""
    told = json.loads(run(live, "diagnose", "--format", "json").out)["findings"]
    ranks = ("note", "warning", "error")
    found: dict[str, str] = {}
    for it in sorted(told, key=lambda it: ranks.index(it["severity"])):
        found[it["code"]] = it["severity"]
    return found


def rows(live: Live) -> list[str]:
    found = live.database.run("SELECT version FROM schema_migrations ORDER BY 1")
    return [version for (version,) in found]


@pytest.mark.parametrize("body", [FORCED, PLAIN], ids=["force: true", "plain"])
def test_a_squash_under_a_version_that_ran_is_left_as_it_is(live, body):
    squash(live, "2_init_schema.rb", *body)

    told = run(live, "diagnose")

    assert told.status == 0, told.out
    assert set(codes(live).values()) == {"note"}
    assert "leave row and file as they are" in " ".join(told.out.split())
    assert "version of its own" not in told.out
    assert "What to do next" not in told.out


@pytest.mark.parametrize("options", [[], ["--combined"]])
def test_no_rewrite_makes_a_squash_run(live, options):
    squash(live, "2_init_schema.rb", *FORCED)

    done = run(live, "rewrite", *options, "--apply", "--yes")

    assert done.status == 0, done.err
    assert rows(live) == ["1", "2"]
    assert "if that is to run" not in done.err


@pytest.mark.parametrize("body", [FORCED, PLAIN], ids=["force: true", "plain"])
def test_of_a_squash_under_a_new_version_the_row_is_recorded(live, body):
    squash(live, "3_init_schema.rb", *body)

    told = run(live, "diagnose")

    assert told.status == 1
    text = " ".join(told.out.split())
    assert "do not run db:migrate" in text
    assert "INSERT INTO" in text
