"""diagnose over several environments: the matrix, the errors, and what follows for all."""

import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import warm
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

OLD = ["20250101000000", "20250102000000", "20250103000000"]
NEW = ["20250601000000", "20250602000000", "20250603000000"]
KEPT, TAGS = "20250104000000", "20250301000000"
NAMES = ["songs", "artists", "labels"]
ROWS = {
    "production": [*OLD, KEPT],
    "staging": [*NEW, KEPT],
    "developer": [*OLD, *NEW, KEPT],
    "empty": [],
    "branch": [*NEW, KEPT, TAGS],
}
EXPECTED = {
    "production": "old",
    "staging": "new",
    "developer": "both",
    "empty": "none",
    "branch": "new",
}
NOWHERE = "postgresql://nobody:hush-hush@127.0.0.1:1/none"


@pytest.fixture
def app(tmp_path: Path) -> Repo:
    """An application whose first migrations were renamed, and a branch with one of its own."""
    repo = Repo.make(tmp_path / "app")
    for version, name in zip(OLD, NAMES, strict=True):
        repo.add(f"{version}_create_{name}.rb", f"Create{name.title()}", f"create_table :{name}")
    repo.add(f"{KEPT}_create_users.rb", "CreateUsers", "create_table :users")
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "feature")
    repo.add(f"{TAGS}_create_tags.rb", "CreateTags", "create_table :tags")
    repo.commit("tags")
    repo.git("checkout", "--quiet", "main")
    for old, new, name in zip(OLD, NEW, NAMES, strict=True):
        repo.move(f"{old}_create_{name}.rb", f"{new}_create_{name}.rb")
    repo.commit("renumbered")
    return repo


def rows_of(app: Repo, environment: str) -> str:
    """A file with the rows of an environment, as psql prints them."""
    file, rows = app.path.parent / f"{environment}.txt", ROWS[environment]
    listed = "".join(f" {row}\n" for row in rows)
    file.write_text(f"    version\n----------------\n{listed}({len(rows)} rows)\n")
    return str(file)


def asked(app: Repo, names: list[str], **places: str) -> list[str]:
    found = {name: places.get(name) or rows_of(app, name) for name in names}
    return [word for it in found.items() for word in ("--environment", "=".join(it))]


def document(app: Repo, *words: str, status: int | None = None) -> dict[str, Any]:
    done = migdoctor(app.path, "diagnose", *words, "--format", "json")
    assert status is None or done.status == status, done
    found: dict[str, Any] = json.loads(done.out)
    return found


def matrix(found: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {it["old"]["version"]: it["rows"] for it in found["renames"]}


def test_each_environment_stands_to_each_rename_as_its_rows_say(app):
    found = document(app, *asked(app, list(ROWS)), status=1)

    assert matrix(found) == dict.fromkeys(OLD, EXPECTED)
    assert found["renames"][0]["environments"] == {
        "production": "applied",
        "staging": "not-applied",
        "developer": "both",
        "empty": "not-applied",
        "branch": "not-applied",
    }
    assert [it["name"] for it in found["environments"]] == list(ROWS)
    assert {it["environment"] for it in found["findings"]} <= {*ROWS, None}
    assert found["orphans"] == []


@pytest.mark.parametrize("order", [*itertools.permutations(ROWS)][::17])
def test_the_order_of_environments_changes_nothing(app, order):
    found = document(app, *asked(app, list(order)))

    assert matrix(found) == dict.fromkeys(OLD, EXPECTED)


@pytest.mark.parametrize("name", ROWS)
def test_one_alone_gets_the_verdict_that_it_gets_among_others(app, name):
    others = document(app, *asked(app, list(ROWS)))
    alone = document(app, *asked(app, [name]))

    def about(found: dict[str, Any]) -> object:
        (entry,) = (it for it in found["environments"] if it["name"] == name)
        entry.pop("read_at")
        findings = [it for it in found["findings"] if it["environment"] == name]
        for it in findings:
            it.pop("fix")  # what is right for all may be another way
        return entry, findings

    assert about(alone) == about(others)
    assert all(
        others_rows.items() >= alone_rows.items()
        for alone_rows, others_rows in _pairs(alone, others)
    )


def test_no_fix_names_the_way_that_would_harm_another_environment(app):
    together = document(app, *asked(app, ["production", "staging"]))
    alone = document(app, *asked(app, ["production"]))

    told = [it["fix"] for it in together["findings"] if it["environment"] == "production"]
    assert told
    assert not [fix for fix in told if "rename-back" in fix]
    assert any("rename-back" in it["fix"] for it in alone["findings"])


def _pairs(alone: dict[str, Any], others: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(rows, matrix(others)[old]) for old, rows in matrix(alone).items()]


def test_one_that_cannot_be_read_hides_no_other(app):
    words = asked(app, ["production", "staging", "branch", "dead"], dead=NOWHERE)

    found = document(app, *words, status=2)
    told = migdoctor(app.path, "diagnose", *words)

    *_, dead = found["environments"]
    assert set(dead) == {"name", "error"}
    assert set(dead["error"]) == {"what", "why", "fix"}
    assert {rows["dead"] for rows in matrix(found).values()} == {"unknown"}
    assert {it["environments"]["dead"] for it in found["renames"]} == {"unknown"}
    assert matrix(found)[OLD[0]]["production"] == "old"
    assert told.status == 2
    assert "dead could not be read" in told.out
    assert "hush" not in json.dumps(found) + told.out + told.err


@pytest.mark.parametrize(
    "names",
    [
        ["dead", "production", "staging"],
        ["production", "dead", "gone", "staging"],
        ["gone", "production", "staging", "dead"],
    ],
)
def test_all_keep_the_order_in_which_they_were_asked_for(app, names):
    words = asked(app, names, dead=NOWHERE, gone=str(app.path / "no-such-file"))

    found = document(app, *words, status=2)
    advised = json.loads(migdoctor(app.path, "advise", *words, "--format", "json").out)

    assert [it["name"] for it in found["environments"]] == names
    assert [it["name"] for it in advised["environments"]] == names
    assert [list(it["rows"]) for it in found["renames"]] == [names] * len(OLD)


def test_a_prefix_that_hangs_is_told_and_given_up_and_the_others_are_reported(app):
    (app.path / ".migdoctor.toml").write_text(
        "[environments.hangs]\nexec = \"sh -c 'exec sleep 20' x\"\n"
        f'[environments.production]\nrows = "{rows_of(app, "production")}"\n'
    )
    began = time.monotonic()

    words = ("diagnose", "--all-environments", "--format", "json")
    soon = warm.changed("workflow.reading.ahead._SOON", 1.0)
    told = migdoctor(app.path, *words, MIGDOCTOR_EXEC_TIMEOUT="2", **soon)

    assert time.monotonic() - began < 18
    assert told.status == 2
    assert "Still reading hangs;" in told.err
    hangs, production = json.loads(told.out)["environments"]
    assert "said nothing for 2 seconds" in hangs["error"]["what"]
    assert "MIGDOCTOR_EXEC_TIMEOUT" in hangs["error"]["fix"]
    assert production["applied"] == len(ROWS["production"])


def test_a_deployed_commit_that_is_not_there_is_that_environments_error(app):
    app.write(
        ".migdoctor.toml",
        f'[environments.staging]\nrows = "{rows_of(app, "staging")}"\n'
        f'[environments.production]\nrows = "{rows_of(app, "production")}"\ndeployed = "v9"\n',
        folder=".",
    )

    found = document(app, "--all-environments", status=2)

    staging, production = found["environments"]
    assert "error" not in staging
    assert "v9" in production["error"]["what"]


def test_a_swap_that_ran_once_is_there_under_its_old_names(tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add("1_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.add("2_create_labels.rb", "CreateLabels", "create_table :labels")
    repo.commit()
    repo.move("1_create_songs.rb", "3_create_songs.rb")
    repo.commit()
    repo.move("2_create_labels.rb", "1_create_labels.rb")
    repo.move("3_create_songs.rb", "2_create_songs.rb")
    repo.commit()
    (tmp_path / "rows.txt").write_text("1\n2\n")

    found = document(repo, "--environment", f"one={tmp_path}/rows.txt")

    assert matrix(found) == {"1": {"one": "old"}, "2": {"one": "old"}}


def test_as_soon_as_one_ran_the_new_names_files_keep_them(app):
    done = migdoctor(app.path, "diagnose", *asked(app, ["production", "staging"]))

    assert "Staging ran new names already: files must keep them." in done.out
    assert "Rewrite the rows of production, then deploy." in done.out
    assert "rename-back" not in done.out


def test_while_nobody_ran_them_files_get_their_old_names_back(app):
    done = migdoctor(app.path, "diagnose", *asked(app, ["production", "empty"]))

    assert "Give the files their old names back, commit, and deploy." in done.out
    assert "migdoctor rename-back --apply --git --environment production=" in done.out


def test_what_could_not_be_read_may_have_run_them(app):
    words = asked(app, ["production", "dead"], dead=NOWHERE)

    done = migdoctor(app.path, "diagnose", *words)

    assert "may have run the new names" in " ".join(done.out.split())
    assert "rename-back" not in done.out


@pytest.mark.parametrize("width", ["80", "200"])
def test_no_line_is_wider_than_the_screen(app, width):
    words = asked(app, [*ROWS, "dead"], dead=NOWHERE)

    done = migdoctor(app.path, "diagnose", *words, COLUMNS=width)

    wide = [line for line in done.out.splitlines() if len(line) > int(width)]
    assert [line for line in wide if "migdoctor" not in line and "/" not in line] == []


def test_live_databases_and_files_of_rows_stand_side_by_side(app, database: Database):
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    for row in ROWS["production"]:
        database.run(f"INSERT INTO schema_migrations VALUES ('{row}')")

    words = asked(app, ["production", "staging"], production=database.url)
    found = document(app, *words, status=1)

    assert [it["engine"] for it in found["environments"]] == ["postgresql", None]
    assert all(it["read_at"] and it["fingerprint"] for it in found["environments"])


def test_a_database_without_a_version_table_is_one_where_nothing_ran(app, database: Database):
    words = asked(app, ["production", "empty"], empty=database.url)

    found = document(app, *words)

    empty = found["environments"][1]
    assert (empty["applied"], len(empty["prediction"]["would_run"])) == (0, 4)
    assert {rows["empty"] for rows in matrix(found).values()} == {"none"}


def test_a_decision_counts_where_it_says_something(app):
    words = asked(app, ["production", "empty"])
    fits = ("--accept", f"{OLD[0]}={NEW[0]}")

    assert migdoctor(app.path, "diagnose", *words, *fits).status == 1
    done = migdoctor(app.path, "diagnose", *words, "--accept", "7=8")
    assert (done.status, "fits none of the environments" in done.err) == (2, True), done
