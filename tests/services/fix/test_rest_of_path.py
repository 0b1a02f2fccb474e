"""The rest of the path, from whatever command somebody stands at: obeyed, it ends, in no circle."""

import shlex

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.commands.obeyed_paths import obey, printed_path
from tests.support.commands.terminals import shim
from tests.support.databases.live import Live
from tests.support.databases.servers import fresh_database

TABLES = "CREATE TABLE IF NOT EXISTS songs (id bigserial PRIMARY KEY)"
_BOTH = (
    "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar PRIMARY KEY); "
    "INSERT INTO schema_migrations VALUES ('20250101000000'), ('20250601000000') "
    "ON CONFLICT DO NOTHING"
)
OLD, NEW = "20250101000000", "20250601000000"
SLOW = ("migdoctor rehearse",)  # which tests of its own follow


@pytest.fixture
def live(tmp_path, database):
    it = Live.make(tmp_path, database, TABLES)
    it.ran(OLD, "create_songs", "create_table :songs")
    it.repo.commit("what ran")
    it.repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    it.repo.commit("renamed")
    return it


@pytest.fixture
def variables(tmp_path, database):
    return {
        "PATH": f"{database.server.bin}:{shim(tmp_path / 'bin')}",
        "DATABASE_URL": database.url,
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


def after_a_repair(live, variables, name):
    assert migdoctor(live.repo.path, name, "--apply", "--yes", **variables).status == 0
    return "migdoctor undo --yes"


def with_a_backup(live, variables, _name):
    folder = live.repo.path.parent / "b.backup"
    assert migdoctor(live.repo.path, "backup", "-o", str(folder), **variables).status == 0
    return f"migdoctor verify --against {folder}"


@pytest.mark.parametrize(
    ("before", "start", "last"),
    [
        pytest.param(None, "migdoctor backup", "rename-back", id="backup"),
        pytest.param(None, "migdoctor backup --before rewrite", "rewrite", id="backup before rows"),
        pytest.param(with_a_backup, "", "rename-back", id="verify"),
        pytest.param(None, "migdoctor rename-back", "rename-back", id="rename-back"),
        pytest.param(None, "migdoctor rewrite", "rewrite", id="rewrite"),
        pytest.param(after_a_repair, "rewrite", "rename-back", id="undo of rows"),
        pytest.param(after_a_repair, "rename-back", "rename-back", id="undo of files"),
    ],
)
def test_from_any_command_its_rest_ends_with_nothing_diverged(live, variables, before, start, last):
    first = before(live, variables, start) if before else start

    typed = obey(live.repo.path, first, list, skip=SLOW, **variables)

    lines = [line for line, _ in typed]
    story = "\n".join(f"$ {line}\n{seen.screen}" for line, seen in typed)
    assert len({*lines}) == len(lines) <= 9, story
    assert any(line.startswith(f"migdoctor {last} --apply") for line in lines), story
    assert [line for line, it in typed[:-1] if it.status and "advise" not in line] == [], story
    assert (typed[-1][0].split()[1], typed[-1][1].status) == ("diagnose", 0), story
    assert not live.repo.git("status", "--porcelain", "-uno"), story


@pytest.mark.parametrize("name", ["rename-back", "rewrite"])
def test_a_script_says_what_to_do_once_it_has_run(live, variables, name):
    migdoctor(live.repo.path, name, "-o", "fix", **variables)
    run = (
        "sh fix"
        if name == "rename-back"
        else f"psql {shlex.quote(variables['DATABASE_URL'])} -f fix"
    )

    typed = obey(live.repo.path, run, list, **variables)

    assert printed_path(typed[0][1].screen), typed[0][1].screen
    assert typed[-1][0].startswith("migdoctor diagnose"), typed
    assert [seen.status for _, seen in typed] == [0] * len(typed), typed


def test_of_several_environments_the_next_is_named_before_the_deploy(live, variables, postgres18):
    with fresh_database(postgres18) as other:
        _two_are_repaired_in_turn(live, variables, other)


def _two_are_repaired_in_turn(live, variables, other):
    live.repo.write(
        ".migdoctor.toml",
        "".join(f'[environments.{it}]\nurl = "${it.upper()}"\n' for it in ("one", "two")),
        folder=".",
    )
    for it, database in (("ONE", live.database), ("TWO", other)):
        variables[it] = database.url
        database.run(f"{TABLES}; {_BOTH}")
    del variables["DATABASE_URL"]

    first = "migdoctor diagnose --all-environments"
    typed = obey(live.repo.path, first, list, skip=(*SLOW, "migdoctor backup"), **variables)

    lines = [line for line, _ in typed]
    story = "\n".join(f"$ {line}\n{seen.screen}" for line, seen in typed)
    assert len({*lines}) == len(lines), story
    assert [it for it in lines if "--apply" in it] == [
        "migdoctor rewrite --apply --environment one",
        "migdoctor rewrite --apply --environment two",
    ], story
    assert "migdoctor diagnose --environment two --environment one" in lines, story
    assert migdoctor(live.repo.path, *first.split()[1:], **variables).status == 0
