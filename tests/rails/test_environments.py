"""Several databases of one application: the plan, typed as it stands, leaves each of them whole."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.commands import warm
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database, Server, fresh_database
from tests.support.frameworks.rails import NO_FILE, migrate, status
from tests.support.histories.repositories import Repo

pytestmark = pytest.mark.rails
ROOT = Path(__file__).resolve().parents[2]
NAMES = ["production", "staging", "developer", "empty", "branch"]
OLD = ["20250101000000", "20250102000000"]
NEW = ["20250601000000", "20250602000000"]
TABLES = ["songs", "labels"]
TAGS = "20250301000000"
MATRIX = {
    "production": "old",
    "staging": "new",
    "developer": "both",
    "empty": "none",
    "branch": "new",
}
_NOWHERE = "postgresql://nobody:hush-hush@127.0.0.1:1/none"


@pytest.fixture
def server(postgres15: Server) -> Server:
    return postgres15


@pytest.fixture
def databases(server: Server) -> Iterator[dict[str, Database]]:
    """One database for each environment, on one server."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(fresh_database(server)) for name in NAMES}


@pytest.fixture
def app(tmp_path: Path, databases, monkeypatch) -> Repo:
    """The application after the rename; each database as Rails itself left it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))  # no other test's repairs
    repo = Repo.make(tmp_path / "app")
    folder = repo.path / "db" / "migrate"
    for version, table in zip(OLD, TABLES, strict=True):
        repo.add(f"{version}_create_{table}.rb", f"Create{table.title()}", f"create_table :{table}")
    repo.write(
        ".migdoctor.toml",
        "".join(f'[environments.{name}]\nurl = "${name.upper()}_URL"\n' for name in NAMES),
        folder=".",
    )
    repo.commit()
    for name in ("production", "developer"):
        ran(migrate(folder, databases[name].url))
    for old, new, table in zip(OLD, NEW, TABLES, strict=True):
        repo.move(f"{old}_create_{table}.rb", f"{new}_create_{table}.rb")
        databases["developer"].run(f"INSERT INTO schema_migrations VALUES ('{new}')")
    repo.commit("renumbered")
    ran(migrate(folder, databases["staging"].url))
    repo.git("checkout", "--quiet", "-b", "feature")
    repo.add(f"{TAGS}_create_tags.rb", "CreateTags", "create_table :tags")
    repo.commit("tags")
    ran(migrate(folder, databases["branch"].url))
    repo.git("checkout", "--quiet", "main")
    for name in ("production", "staging", "developer", "branch"):
        databases[name].run("INSERT INTO songs (id) VALUES (1), (2)")
    return repo


def ran(result) -> None:
    assert result.status == 0, result.output


def variables(databases) -> dict[str, str]:
    return {f"{name.upper()}_URL": database.url for name, database in databases.items()}


def run(repo: Repo, databases, *words: str) -> Done:
    return migdoctor(repo.path, *words, **variables(databases))


def follow(repo: Repo, databases, command: str, server: Server) -> None:
    """Type a command as it stands; what asks is answered with yes."""
    words = shlex.split(command)
    if "--apply" in words:
        command += " --yes"
    ours = command.replace("migdoctor ", f"{shlex.quote(sys.executable)} -m analyzer ", 1)
    path = f"{server.bin}{os.pathsep}{os.environ['PATH']}"
    world = {**os.environ, **variables(databases), "PYTHONPATH": str(ROOT), "PATH": path}
    plain = warm.plain_words(command)
    if plain is not None:
        done = warm.run_text(plain, repo.path, world)
    else:
        done = subprocess.run(
            ["sh", "-c", ours],
            cwd=repo.path,
            env=world,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode in ({0, 1} if "diagnose" in words else {0}), (command, done)


def test_the_plan_for_all_leaves_each_database_whole(app, databases, server):
    found = json.loads(
        run(app, databases, "diagnose", "--all-environments", "--format", "json").out
    )
    advised = run(app, databases, "advise", "--all-environments", "--format", "json")

    assert {it["old"]["version"]: it["rows"] for it in found["renames"]} == dict.fromkeys(
        OLD, MATRIX
    )
    plan = json.loads(advised.out)["plan"]
    assert {step["environment"] for step in plan} == {"production", "developer", None}
    assert "recover" not in json.dumps(plan)
    for step in plan:
        follow(app, databases, step["command"], server)

    assert run(app, databases, "diagnose", "--all-environments").status == 0
    assert (
        json.loads(run(app, databases, "advise", "--all-environments", "--format", "json").out)[
            "plan"
        ]
        == []
    )
    for name in NAMES:
        judged_by_rails(app, databases[name], name)


def judged_by_rails(app: Repo, database: Database, name: str) -> None:
    """All that ran is up, nothing runs twice, and no row of the application is lost."""
    folder = app.path / "db" / "migrate"
    own = {TAGS} if name == "branch" else set()

    result = migrate(folder, database.url)

    assert result.status == 0, result.output
    assert result.migrated == (NEW if name == "empty" else []), result.output
    listed = status(folder, database.url)
    assert {up for up, _, _ in listed} == {"up"}
    assert {version for _, version, _ in listed} == {*NEW, *own}
    assert {version for _, version, told in listed if told == NO_FILE} == own
    if name != "empty":
        assert database.run("SELECT count(*) FROM songs") == [(2,)]


def test_while_nobody_ran_the_new_names_one_commit_mends_all(app, databases, server):
    names = ["production", "empty"]
    asked = [word for name in names for word in ("--environment", name)]

    plan = json.loads(run(app, databases, "advise", *asked, "--format", "json").out)["plan"]
    for step in plan:
        follow(app, databases, step["command"], server)

    assert any("rename-back" in step["command"] for step in plan)
    folder = app.path / "db" / "migrate"
    assert migrate(folder, databases["production"].url).migrated == []
    assert migrate(folder, databases["empty"].url).migrated == OLD


def test_one_dead_server_among_four_hides_none_of_the_others(app, databases):
    databases = {**databases, "staging": Database(databases["staging"].server, "none")}
    words = [word for name in NAMES[:4] for word in ("--environment", name)]
    given = {**variables(databases), "STAGING_URL": _NOWHERE}

    done = migdoctor(app.path, "diagnose", *words, "--format", "json", **given)
    advised = migdoctor(app.path, "advise", *words, "--format", "json", **given)

    found = json.loads(done.out)
    assert (done.status, advised.status) == (2, 2)
    assert {it["name"]: "error" in it for it in found["environments"]} == {
        "production": False,
        "developer": False,
        "empty": False,
        "staging": True,
    }
    assert found["renames"][0]["rows"]["staging"] == "unknown"
    assert "rename-back" not in advised.out.partition('"environments"')[0]
    assert "hush" not in done.out + done.err + advised.out + advised.err
