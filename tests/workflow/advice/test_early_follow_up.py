"""A follow-up comes before the pending migrations that need what it brings, and the gate agrees."""

import shlex
import subprocess
from datetime import UTC, datetime

import pytest

from analyzer.model.core.environments import DatabasePlace
from analyzer.model.plans.repair_path import PathStage
from analyzer.workflow.advice.advise import advise_after
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walks import walk_all
from tests.support.commands import gates
from tests.support.histories.repositories import FOLDER, Repo

ORDERS, STATUS, RENAMED, PENDING = (f"2025{it:02}01000000" for it in (1, 2, 6, 7))
EDITED = ("add_column :orders, :status, :string", "add_column :orders, :state, :string")
INDEX = "add_index :orders, :state"
UNIQUE = ("add_column :orders, :status, :string", "add_index :orders, :status, unique: true")
UPSERT = 'execute "INSERT INTO orders (status) VALUES (1) ON CONFLICT (status) DO NOTHING"'
ELSEWHERE = "create_table :songs"


@pytest.fixture
def make(tmp_path, own_world):
    """A repository where a migration was renamed and edited after it ran, and one came after."""

    def made(edit, pending):
        repo = Repo.make(tmp_path / "app")
        repo.add(f"{ORDERS}_create_orders.rb", "CreateOrders", "create_table :orders")
        repo.add(f"{STATUS}_add_status.rb", "AddStatus", EDITED[0])
        repo.commit()
        repo.move(f"{STATUS}_add_status.rb", f"{RENAMED}_add_status.rb")
        repo.add(f"{RENAMED}_add_status.rb", "AddStatus", *edit)
        repo.add(f"{PENDING}_pending.rb", "Pending", pending)
        repo.commit()
        return repo

    return made


def ask(repo: Repo, rows: dict[str, tuple[str, ...]]):
    request = Request(now=datetime(2025, 11, 1, tzinfo=UTC), repo=str(repo.path), cache=False)
    for name, ran in rows.items():
        (repo.path.parent / f"{name}.txt").write_text("".join(f"{row}\n" for row in ran))
    return [
        request.at(
            DatabasePlace(name, rows=str(repo.path.parent / f"{name}.txt")), several=bool(rows)
        )
        for name in rows
    ]


def place_of(plan) -> str:
    """Where a plan puts the follow-up."""
    (step,) = (it for it in plan if it.stage is PathStage.FOLLOW_UP)
    return shlex.split(step.commands[0])[-1].removeprefix(f"{FOLDER}/")


@pytest.mark.parametrize(
    ("edit", "pending", "early"),
    [
        pytest.param(EDITED, INDEX, True, id="an index on a column that the edit adds"),
        pytest.param(UNIQUE, UPSERT, True, id="rows found by an index that the edit adds"),
        pytest.param(EDITED, ELSEWHERE, False, id="another table"),
        pytest.param(EDITED, "add_index :orders, :status", False, id="what is there"),
    ],
)
@pytest.mark.parametrize("way", ["files", "rows"])
def test_it_comes_before_what_needs_it(make, monkeypatch, edit, pending, early, way):
    repo = make(edit, pending)
    monkeypatch.chdir(repo.path)
    (request,) = ask(repo, {"production": (ORDERS, STATUS)})
    (done,) = walk_all([request]).walks
    told = getattr(done.report.environments[0].next_steps, way)

    place = place_of(told.path)

    assert (place < f"{PENDING}_") is early
    assert place > f"{RENAMED}_", "a new database would run it before what it looks at"
    assert told.migrate.certain is False
    if not early:
        assert place.startswith("20251101")


def test_there_is_no_room_for_it(make, monkeypatch):
    repo = make(EDITED, INDEX)
    repo.move(f"{PENDING}_pending.rb", f"{int(RENAMED) + 1}_pending.rb")
    repo.commit()
    monkeypatch.chdir(repo.path)
    (request,) = ask(repo, {"production": (ORDERS, STATUS)})
    (done,) = walk_all([request]).walks
    ways = done.report.environments[0].next_steps

    assert place_of(ways.rows.path).startswith("20251101")
    assert not ways.rows.migrate.safe
    assert ways.files.migrate.safe, "the file that it follows goes back, so that there is room"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param({"production": (ORDERS, STATUS), "staging": (ORDERS, STATUS)}, id="alike"),
        pytest.param({"production": (ORDERS, STATUS), "staging": (ORDERS,)}, id="one behind"),
        pytest.param(
            {"production": (ORDERS, STATUS), "staging": (ORDERS, RENAMED, PENDING)}, id="new names"
        ),
    ],
)
def test_of_all_environments_and_the_gate(make, monkeypatch, rows):
    repo = make(EDITED, INDEX)
    monkeypatch.chdir(repo.path)
    requests = ask(repo, rows)
    done = walk_all(requests)
    base = repo.git("rev-parse", "HEAD").strip()

    plan = advise_after(done, requests, None).plan

    assert not [it for it in plan if it.stage is PathStage.HOLD]
    assert PathStage.DEPLOY in {it.stage for it in plan}
    for step in plan:
        for command in step.commands:
            if "--follow-up" in command:
                assert gates.run(repo, *shlex.split(command)[1:], "-o", "fix").status == 0
            elif "--write-renames" in command:
                assert gates.run(repo, *shlex.split(command)[1:]).status == 0
            elif command.startswith("migdoctor rename-back --apply"):
                assert gates.run(repo, *shlex.split(command)[1:], "--yes").status == 0
            elif command.startswith(("git ", "mv ")):
                subprocess.run(["bash", "-ec", command], cwd=repo.path, check=True)
    assert gates.run(repo, "check", "--base", base).status == 0
    for walk in walk_all(requests).walks:
        environment = walk.report.environments[0]
        if environment.table.environment == "staging" or PathStage.APPLY not in rewritten(plan):
            assert environment.next_steps.migrate.safe


def rewritten(plan):
    """The stages of steps that change rows."""
    return {it.stage for it in plan if "rewrite" in " ".join(it.commands)}
