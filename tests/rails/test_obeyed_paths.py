"""The path, typed to the letter from the diagnosis on, ends with a database that Rails accepts."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.accidents import incidents
from tests.support.accidents.incidents import Incident
from tests.support.commands.migdoctor import migdoctor
from tests.support.commands.obeyed_paths import obey
from tests.support.commands.terminals import shim
from tests.support.databases.servers import Server, fresh_database
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER

pytestmark = pytest.mark.rails


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.fixture
def variables(tmp_path: Path, postgres15: Server) -> dict[str, str]:
    """The variables of whoever types: a journal of their own, and our command on the PATH."""
    path = shim(tmp_path / "bin")
    return {
        "PATH": f"{postgres15.bin}:{path}",
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "COLUMNS": "80",
    }


@pytest.mark.parametrize(
    ("happened", "runs"),
    [
        pytest.param(incidents.rename_back, 0, id="rename-back suits"),
        pytest.param(incidents.uncommitted, 1, id="a rename that no commit has yet"),
        pytest.param(incidents.rewrite, 0, id="rewrite suits"),
        pytest.param(incidents.both, 0, id="rows and files besides"),
        pytest.param(incidents.follow_up, 1, id="a follow-up is needed"),
        pytest.param(incidents.needed_follow_up, 2, id="a follow-up that a pending one needs"),
        pytest.param(incidents.ambiguous, 0, id="an ambiguous pair"),
        pytest.param(incidents.nothing, 0, id="nothing to do"),
    ],
)
def test_who_types_what_is_printed_ends_well(
    happened, runs, rails, postgres15, tmp_path, variables
):
    with fresh_database(postgres15) as database:
        incident = Incident(tmp_path / "app", database, rails.migrate)
        happened(incident)
        database.run("INSERT INTO songs DEFAULT VALUES")
        variables["DATABASE_URL"] = database.url
        deployed = []

        typed = obey(
            incident.repo.path,
            "migdoctor diagnose",
            lambda: deployed.append(rails.migrate(incident.repo.path / FOLDER, database.url)),
            **variables,
        )

        lines = [line for line, _ in typed]
        story = "\n".join(f"$ {line}\n{seen.screen}" for line, seen in typed)
        assert len({*lines[1:]}) == len(lines[1:]), story  # no line twice: no circle
        looks = ("migdoctor diagnose", "migdoctor advise")
        failed = [line for line, seen in typed if seen.status and not line.startswith(looks)]
        assert not failed, (failed, story)
        assert typed[-1][1].status == 0, story
        assert len(deployed) == (happened is not incidents.nothing), story
        assert all((it.error, len(it.ran)) == (None, runs) for it in deployed), (deployed, story)
        assert database.run("SELECT count(*) FROM songs") == [(1,)]
        again = rails.migrate(incident.repo.path / FOLDER, database.url)
        assert (again.error, again.ran) == (None, ()), story
        assert not incident.repo.git("status", "--porcelain", "-uno"), story


def test_the_path_for_several_environments_mends_all_of_them(
    rails, postgres15, tmp_path, variables
):
    with ExitStack() as stack:
        names = ("production", "staging", "empty")
        databases = {it: stack.enter_context(fresh_database(postgres15)) for it in names}
        incident = Incident(tmp_path / "app", databases["production"], rails.migrate)
        incident.repo.write(
            ".migdoctor.toml",
            "".join(f'[environments.{it}]\nurl = "${it.upper()}_URL"\n' for it in names),
            folder=".",
        )
        incidents.rename_back(incident)
        folder = incident.repo.path / FOLDER
        assert rails.migrate(folder, databases["staging"].url).error is None  # under the new name
        variables |= {f"{it.upper()}_URL": databases[it].url for it in names}

        typed = obey(
            incident.repo.path,
            "migdoctor diagnose --all-environments",
            lambda: [rails.migrate(folder, it.url) for it in databases.values()],
            **variables,
        )

        story = "\n".join(f"$ {line}\n{seen.screen}" for line, seen in typed)
        assert any("rewrite --apply --environment production" in line for line, _ in typed), story
        after = migdoctor(incident.repo.path, "diagnose", "--all-environments", **variables)
        assert after.status == 0, f"{after}\n{story}"
        for it in databases.values():
            again = rails.migrate(folder, it.url)
            assert (again.error, again.ran) == (None, ()), story
