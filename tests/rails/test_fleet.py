"""A fleet whose tenants differ in a dozen ways: the plan, typed as it stands, and Rails after it.

A few tenants each time; for the whole fleet, with its rewrite killed at some moments besides:
MIGDOCTOR_FLEET_TENANTS=200 MIGDOCTOR_FLEET_KILLS=30 python -m pytest tests/rails/test_fleet.py
"""

import json
import os
import random
import shlex
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.commands.repair_runs import Place, ended
from tests.support.databases import fleets
from tests.support.databases.servers import Database
from tests.support.frameworks.many_migrates import rails_process
from tests.support.histories.repositories import FOLDER

pytestmark = pytest.mark.rails
TENANTS = int(os.environ.get("MIGDOCTOR_FLEET_TENANTS", "13"))
KILLS = int(os.environ.get("MIGDOCTOR_FLEET_KILLS", "1"))
MIGRATIONS = 45
FLEET = ("--environment", "tenants")
LAST = fleets.new_version_of(MIGRATIONS - 1)


@pytest.fixture
def place(tmp_path: Path, database: Database) -> Place:
    fleets.repository(tmp_path / "app", MIGRATIONS)
    (tmp_path / "app" / ".migdoctor.toml").write_text(
        '[environments.tenants]\nurl = "$DATABASE_URL"\neach-schema = "tenant_*"\n'
    )
    return Place(tmp_path / "app", database, tmp_path / "state", {"DATABASE_URL": database.url})


def applied(database: Database, tenant: str) -> set[str]:
    return {row for (row,) in database.run(f"SELECT version FROM {tenant}.schema_migrations")}


def kill(place: Place, *words: str) -> None:
    """Begin a command, and kill it at a random moment."""
    process = place.start(*words)
    with suppress(subprocess.TimeoutExpired):  # nobody waits for what has ended
        process.communicate(timeout=random.Random().uniform(0.2, 3.0))
    process.kill()
    ended(process)


def test_the_plan_leaves_every_tenant_whole_by_rails(place, database):
    odd = fleets.fill(database.url, TENANTS, MIGRATIONS)
    names = [fleets.tenant(number) for number in range(TENANTS)]
    told = place.run("diagnose", *FLEET, "--format", "json").json
    plan = json.loads(place.run("advise", *FLEET, "--format", "json").out)["plan"]
    commands = [shlex.split(it["command"])[1:] for it in plan]

    for _ in range(KILLS):
        for words in commands:
            if "--apply" in words:
                kill(place, *words, "--yes")
    done = [
        (words, place.run(*words, *(["--yes"] if "--apply" in words else []))) for words in commands
    ]

    groups = {tuple(it["members"]) for it in told["environments"]}
    assert {(it,) for it in odd} < groups
    assert (len(groups) - 1 == len(odd)) or len(fleets.ways(MIGRATIONS)) < len(odd)
    assert any("rewrite" in words for words in commands), plan
    for words, end in done:
        assert end.status in ({0, 1} if words[0] == "diagnose" else {0}), (words, end.err)
    files = {path.name.partition("_")[0] for path in (place.repository / FOLDER).iterdir()}
    with rails_process() as rails:
        for name in names:
            before = applied(database, name)
            url = f"{database.url}?schema_search_path={name}"
            outcome = rails.migrate(place.repository / FOLDER, url)
            late = odd.get(name) == "the last has not run"
            assert (outcome.error, outcome.ran) == (None, (LAST,) if late else ()), (name, odd)
            surplus = {"20190101000000"} if odd.get(name) == "a row of nobody's" else set()
            assert applied(database, name) == files | surplus, (name, odd.get(name))
            assert before <= applied(database, name)
