"""No plan for all says to deploy where the next migrate would stop: it mends that, or says so."""

import shlex
import subprocess
from datetime import UTC, datetime

import pytest

from analyzer.model.core.environments import DatabasePlace
from analyzer.model.plans.repair_path import PathStage
from analyzer.records import Struct
from analyzer.report.diagnosis.terminal_across import AcrossPart
from analyzer.report.diagnosis.terminal_layout import ScreenLayout, Style
from analyzer.workflow.advice.advise import advise_after
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.repairs import plan_rows
from analyzer.workflow.walks import Walks, walk_all
from tests.support.commands import gates
from tests.support.histories.repositories import FOLDER, Repo

ORDERS, STATUS, INDEX, LATE = "20250101000000", "20250102000000", "20250103000000", "20250601000000"
BROKEN, SOON = "20250701000000", "20250702000000"
INDEXED = f"{INDEX}_add_index_to_orders.rb"


class Case(Struct, frozen=True):
    """Environments by their rows, and what the plan for all is to do."""

    rows: dict[str, tuple[str, ...]]
    moves: bool  # whether the needing file is put behind what it needs
    rewritten: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    says: str = ""
    broken: bool = False  # whether a file makes what is there
    to_come: tuple[str, ...] = ()  # files that ran nowhere yet


OLD, NEW = (ORDERS, STATUS, INDEX), (ORDERS, LATE, INDEX)
CASES = {
    "the needing file ran under its name": Case(
        {"production": OLD, "dev": (ORDERS, STATUS, INDEX, LATE), "staging": (ORDERS,)},
        moves=True,
        rewritten=("production", "dev"),
        says="On staging the next db:migrate would still stop",
    ),
    "its row must follow where nothing else does": Case(
        {"production": NEW, "staging": (ORDERS,)},
        moves=True,
        rewritten=("production",),
        says="the row of production is rewritten",
    ),
    "it ran nowhere": Case(
        {"production": (ORDERS, STATUS, LATE), "staging": (ORDERS,)},
        moves=True,
        rewritten=("production",),
        says="add_index_to_orders.rb behind what it needs",
    ),
    "what is still to come does not come late": Case(
        {"production": OLD, "dev": (ORDERS, STATUS, INDEX, LATE), "staging": (ORDERS,)},
        moves=True,
        rewritten=("production", "dev"),
        says="the rows of production and dev are rewritten",
        to_come=(f"{SOON}_create_songs.rb",),
    ),
    "every environment goes on": Case(
        {"production": OLD, "dev": NEW}, moves=False, rewritten=("production",)
    ),
    "nothing mends it": Case(
        {"production": OLD, "dev": NEW, "staging": (ORDERS, LATE, INDEX)},
        moves=False,
        rewritten=("production",),
        held=("production", "dev", "staging"),
        says="this plan does not make staging whole",
        broken=True,
    ),
}


@pytest.fixture
def app(tmp_path, own_world):
    repo = Repo.make(tmp_path / "app")
    repo.add(f"{ORDERS}_create_orders.rb", "CreateOrders", "create_table :orders")
    repo.add(
        f"{STATUS}_add_status.rb", "AddStatus", "add_column :orders, :status, :string, null: true"
    )
    repo.add(INDEXED, "AddIndexToOrders", "add_index :orders, :status")
    repo.commit()
    repo.move(f"{STATUS}_add_status.rb", f"{LATE}_add_status.rb")
    repo.commit()
    return repo


def asked(app: Repo, case: Case) -> list[Request]:
    request = Request(now=datetime.now(UTC), repo=str(app.path), cache=False)
    return [
        request.at(DatabasePlace(name, rows=str(app.path.parent / f"{name}.txt")), several=True)
        for name in case.rows
    ]


def write(app: Repo, name: str, rows) -> None:
    (app.path.parent / f"{name}.txt").write_text("".join(f"{row}\n" for row in rows))


def obey(app: Repo, plan, done: Walks, requests) -> Walks:
    """Carry a plan out to the letter, as far as a list of rows can follow."""
    for step in plan:
        for command in step.commands:
            if command.startswith("git "):
                subprocess.run(["bash", "-ec", command], cwd=app.path, check=True)
            if "--write-renames" in command:
                done = gates.run(app, *shlex.split(command)[1:])
                assert done.status == 0, done.err
    named = {step.environment for step in plan if step.stage is PathStage.APPLY}
    for walk in walk_all(requests).walks:
        name = walk.report.environments[0].table.environment
        if name in named:
            write(app, name, plan_rows(walk).after)
    return walk_all(requests)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_plan_leaves_every_environment_whole_or_says_which_it_does_not(app, case, monkeypatch):
    monkeypatch.chdir(app.path)
    if case.broken:
        app.add(f"{BROKEN}_again.rb", "Again", "create_table :orders", "create_table :others")
        app.commit()
    for name in case.to_come:
        app.add(name, "CreateSongs", "create_table :songs")
        app.commit()
    for name, rows in case.rows.items():
        write(app, name, rows)
    requests = asked(app, case)
    done = walk_all(requests)

    plan = advise_after(done, requests, None).plan

    told = " ".join(step.says for step in plan)
    moved = [it for it in plan if it.stage is PathStage.KEEP and INDEXED in it.commands[0]]
    stages = {step.stage for step in plan}
    assert case.says in told
    assert bool(moved) is case.moves
    rewritten = dict.fromkeys(it.environment for it in plan if it.stage is PathStage.APPLY)
    assert [*rewritten] == [*case.rewritten]
    across = AcrossPart(done.report, ScreenLayout(Style(width=400)), "db:migrate")
    follows = "\n".join(across.parts()).partition("What follows for all of them")[2]
    if follows:  # none where nothing but the move is to be done
        assert ("Put files behind what they need, rewrite the rows of" in follows) is case.moves
        assert all(name in follows for name in rewritten)
    assert [it.environment for it in plan if it.stage is PathStage.HOLD] == [*case.held]
    assert (PathStage.DEPLOY in stages) is not bool(case.held)
    assert "if it never ran anywhere" not in str([it.fix for it in done.report.findings])
    if case.held:
        assert f"{BROKEN}_again.rb fails: " in told
        return
    base = app.git("rev-parse", "HEAD").strip()
    after = obey(app, plan, done, requests)
    for walk in after.walks:
        assert walk.report.environments[0].next_steps.migrate.safe
    late = [it.path for it in after.report.findings if it.code == "MD109"]
    assert not {f"{FOLDER}/{name}" for name in case.to_come}.intersection(late)
    assert gates.run(app, "check", "--base", base).status == 0, "the gate refuses the plan"
    follows_elsewhere(app, case)


def follows_elsewhere(app: Repo, case: Case) -> None:
    """A database that the plan did not know is told to follow, and not to take names back."""
    if not any(STATUS in case.rows[name] for name in case.rewritten):
        return
    write(app, "colleague", (ORDERS, STATUS))
    request = Request(
        now=datetime.now(UTC), repo=str(app.path), cache=False, rows=f"{app.path}/../colleague.txt"
    )
    (done,) = walk_all([request]).walks
    ways = done.report.environments[0].next_steps
    assert ways.rows.open
    assert not ways.files.open, "the repair would be undone"
    assert (app.path / FOLDER / INDEXED).exists() is not case.moves


def test_the_plans_own_move_of_a_shared_version_is_carried_out_before_it_is_judged(app):
    app.add(f"{LATE}_add_vat.rb", "AddVat", "add_column :orders, :vat, :integer")
    app.commit()
    case = Case({"production": OLD, "dev": NEW}, moves=False)
    for name, rows in case.rows.items():
        write(app, name, rows)
    requests = asked(app, case)

    plan = advise_after(walk_all(requests), requests, None).plan

    moved = [it for step in plan for it in step.commands if it.startswith("git mv ")]
    told = " ".join(step.says for step in plan)
    assert len(moved) == 1
    assert f"{LATE}_add_vat.rb" in moved[0]
    assert "DuplicateMigrationVersionError" not in told
    assert "even when it is put last" not in told
    (held,) = (it for it in plan if it.stage is PathStage.HOLD)
    assert held.environment == "production"
    assert held.says.endswith("once the steps above are done, its rows can get the new versions")
    for command in (it for step in plan for it in step.commands if it.startswith("git ")):
        subprocess.run(["bash", "-ec", command], cwd=app.path, check=True)
    then = walk_all(requests)
    plan = advise_after(then, requests, None).plan
    assert {it.environment for it in plan if it.stage is PathStage.APPLY} == {"production"}
    assert PathStage.DEPLOY in [it.stage for it in plan]
    for walk in obey(app, plan, then, requests).walks:
        assert walk.report.environments[0].next_steps.migrate.safe
