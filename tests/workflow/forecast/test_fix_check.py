"""The law of advice on the smallest inputs: nothing is said that would do harm if it were done."""

import json

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.live import Live

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
def test_a_squash_under_a_new_version_is_recorded_and_not_let_run(live, body):
    squash(live, "3_init_schema.rb", *body)

    told = run(live, "diagnose")

    assert told.status == 1
    text = " ".join(told.out.split())
    assert "do not run db:migrate" in text
    assert "INSERT INTO" in text or "migdoctor rewrite" in text


def plan(live: Live) -> list[dict[str, str | None]]:
    return json.loads(run(live, "advise", "--format", "json").out)["plan"]


def test_a_row_whose_file_was_deleted_is_left_and_nothing_is_rebuilt(live):
    live.repo.remove("2_add_kind.rb")
    live.repo.commit("deleted on purpose")

    told, advised = run(live, "diagnose"), run(live, "advise")

    assert (told.status, advised.status) == (0, 0), told.out + advised.out
    assert "git checkout" in told.out
    assert "git checkout" in advised.out
    assert "migdoctor recover" not in advised.out
    assert plan(live) == []


def test_a_row_whose_file_lives_on_another_branch_is_left(live):
    live.repo.git("switch", "-qc", "side")
    live.ran(3, "create_side")
    live.database.run("CREATE TABLE createside (id bigserial PRIMARY KEY)")
    live.repo.commit("side")
    live.repo.git("switch", "-q", "main")

    told, advised = run(live, "diagnose"), run(live, "advise")

    assert (told.status, advised.status) == (0, 0), told.out + advised.out
    assert "its file is on side" in " ".join(told.out.split())
    assert "migdoctor recover" not in advised.out


def test_a_file_that_is_certain_to_fail_is_not_let_run(live):
    live.repo.add("3_create_nodes_again.rb", "CreateNodesAgain", *PLAIN[:1], "  t.text :x", "end")
    live.repo.commit("a second one")

    told, advised = run(live, "diagnose"), run(live, "advise")

    assert (told.status, advised.status) == (1, 1)
    text = " ".join(told.out.split())
    assert "MD130" in text
    assert "table nodes was made by 1_create_nodes.rb" in text
    assert "do not run db:migrate" in text
    assert "Nothing to repair" not in advised.out
    assert "recover full" not in json.dumps(plan(live))


def test_a_file_that_destroys_unannounced_is_not_let_run(live):
    live.repo.add("3_reset.rb", "Reset", "create_table :nodes, force: true")
    live.repo.commit("reset")

    told = run(live, "diagnose")

    assert told.status == 1
    text = " ".join(told.out.split())
    assert "MD131" in text
    assert "nodes was made by 1_create_nodes.rb" in text


def test_an_announced_removal_is_told_in_red_and_is_no_trouble(live):
    live.repo.add("3_drop.rb", "Drop", "drop_table :nodes")
    live.repo.commit("drop")

    told = run(live, "diagnose")

    assert told.status == 0, told.out
    assert "DATA LOSS" in told.out
    assert run(live, "diagnose", "--fail-on", "destroys").status == 1
    assert run(live, "advise").status == 0


@pytest.mark.parametrize(
    ("threshold", "status"), [("note", 1), ("warning", 0), ("error", 0)], ids=str
)
def test_fail_on_sets_what_counts(live, threshold, status):
    live.repo.add("3_more.rb", "More", "add_column :nodes, :more, :string")
    live.repo.commit("more")

    assert run(live, "diagnose", "--fail-on", threshold).status == status
