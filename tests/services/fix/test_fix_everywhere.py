"""The guided way over several environments, a fleet, a list of rows, a prefix, odd folders."""

import os
import re

import pytest

from tests.services.fix.test_fix import Place, briskly
from tests.support.commands.migdoctor import migdoctor
from tests.support.commands.terminals import at_terminal, shim
from tests.support.databases.live import Live
from tests.support.databases.servers import fresh_database

TABLES = "CREATE TABLE IF NOT EXISTS songs (id bigserial PRIMARY KEY)"
ROWS = "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar PRIMARY KEY)"
OLD, NEW = "20250101000000", "20250601000000"
RAN = "SELECT version FROM schema_migrations"


@pytest.fixture
def place(tmp_path, database) -> Place:
    return Place(tmp_path, database, both=False)


def configure(place: Place, **urls: str) -> None:
    place.repo.write(
        ".migdoctor.toml",
        "".join(f'[environments.{it}]\nurl = "${it.upper()}_URL"\n' for it in urls),
        folder=".",
    )
    place.repo.commit("environments")
    del place.variables["DATABASE_URL"]
    place.variables |= {f"{it.upper()}_URL": url for it, url in urls.items()}


def fix(place: Place, options: str = "", answer=briskly, cwd=None):
    return at_terminal(
        cwd or place.repo.path, f"migdoctor fix {options}".strip(), answer, **place.variables
    )


def test_each_environment_is_asked_for_in_turn(place, postgres18):
    with fresh_database(postgres18) as other:
        other.run(f"{ROWS}; {TABLES}; INSERT INTO schema_migrations VALUES ('{OLD}'), ('{NEW}')")
        configure(place, production=place.live.database.url, staging=other.url)

        seen = fix(place, "--all-environments")

        changes = [it for it in seen.questions if it.startswith("Change ")]
        assert (seen.status, len(changes)) == (0, 2), seen.screen
        said = " ".join(seen.screen.split())
        assert "NAME" not in said
        for name in ("production", "staging"):
            assert re.search(rf"migdoctor undo \S+ --environment {name}\b", said), seen.screen
        assert other.run(RAN) == place.live.database.run(RAN) == [(NEW,)], seen.screen
        assert migdoctor(
            place.repo.path, "diagnose", "--all-environments", **place.variables
        ).status == 0  # fmt: skip


def test_one_that_cannot_be_reached_is_told_and_no_deploy_is_advised(place):
    configure(
        place,
        production=place.live.database.url,
        staging="postgresql://postgres@127.0.0.1:1/none",
    )

    seen = fix(place, "--all-environments")

    assert seen.status == 1, seen.screen
    said = " ".join(seen.screen.split())
    assert "staging was left out, as it could not be read" in said
    assert "run migdoctor fix --all-environments again" in said
    (unread,) = re.findall(r"^\S*staging could not be read: .*", seen.screen, re.MULTILINE)
    assert len(unread.removeprefix("\x1b[K")) <= 80, seen.screen
    assert "Do not deploy yet: staging could not be read" in seen.screen
    assert place.live.database.run(RAN) == [(NEW,)], seen.screen


def test_a_list_of_the_rows_of_before_is_to_be_written_anew(place, postgres18):
    with fresh_database(postgres18) as other:
        other.run(f"{ROWS}; {TABLES}; INSERT INTO schema_migrations VALUES ('{NEW}')")
        configure(place, staging=other.url)
        place.repo.write("prod.txt", f"{OLD}\n", folder="ops")
        listed = '[environments.production]\nrows = "ops/prod.txt"\n'
        text = (place.repo.path / ".migdoctor.toml").read_text()
        place.repo.write(".migdoctor.toml", text + listed, folder=".")

        done = migdoctor(place.repo.path, "diagnose", "--all-environments", **place.variables)

    said = " ".join(done.out.split())
    assert re.search(r"Export \S*ops/prod.txt again, which lists the rows from before; then", said)


def test_the_tenants_of_a_fleet_are_changed(place):
    for it in ("one", "two"):
        place.live.database.run(
            f"CREATE SCHEMA tenant_{it}; SET search_path TO tenant_{it}; {ROWS};"
            f"CREATE TABLE songs (id bigserial PRIMARY KEY);"
            f"INSERT INTO schema_migrations VALUES ('{OLD}'), ('{NEW}')"
        )

    seen = fix(place, "--each-schema 'tenant_*'")

    assert seen.status == 0, seen.screen
    for it in ("one", "two"):
        rows = place.live.database.run(f"SELECT version FROM tenant_{it}.schema_migrations")
        assert rows == [(NEW,)], seen.screen


def test_a_list_of_rows_is_enough_to_move_files_and_not_to_change_rows(place, tmp_path):
    del place.variables["DATABASE_URL"]
    (tmp_path / "both").write_text(f"{OLD}\n{NEW}\n")
    (tmp_path / "old").write_text(f"{OLD}\n")

    refused = fix(place, "--rows ../both")
    moved = fix(place, "--rows ../old")

    assert (refused.status, refused.questions) == (2, ()), refused.screen
    assert "migdoctor rewrite -o fix.sql" in refused.screen
    assert moved.status == 0, moved.screen
    assert (place.repo.path / f"db/migrate/{OLD}_create_songs.rb").exists()


def test_the_client_may_run_behind_a_prefix(tmp_path, database):
    place = Place(tmp_path, database, both=True)
    url = place.variables.pop("DATABASE_URL")
    place.variables["PATH"] = f"{database.server.bin}{os.pathsep}{place.variables['PATH']}"

    seen = fix(place, f"--exec env --database-url {url}")

    assert seen.status == 0, seen.screen
    assert database.run(RAN) == [(NEW,)], seen.screen


def test_from_a_folder_with_an_odd_name_the_commit_names_its_paths_only(tmp_path, database):
    live = Live.make(tmp_path / "it's mine", database, TABLES)
    folder = "apps/the 'big' one/db/migrate"
    live.repo.add(f"{OLD}_create_songs.rb", "CreateSongs", "create_table :songs", folder=folder)
    live.row(int(OLD))
    live.repo.commit("what ran")
    live.repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb", folder=folder)
    live.repo.write("beside.txt", "mine", folder=".")
    live.repo.commit("renamed")
    live.repo.write("beside.txt", "changed, and not to be committed", folder=".")
    live.repo.git("add", "beside.txt")
    variables = {
        "PATH": shim(tmp_path / "bin"),
        "DATABASE_URL": database.url,
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }

    seen = at_terminal(live.repo.path / "apps/the 'big' one", "migdoctor fix", briskly, **variables)

    assert seen.status == 0, seen.screen
    assert live.repo.git("show", "--name-only", "--format=", "-z", "HEAD").count("db/migrate") >= 1
    assert live.repo.git("status", "--porcelain").strip() == "M  beside.txt", seen.screen


def test_who_asks_for_one_of_several_is_shown_the_others_first(place, postgres18):
    with fresh_database(postgres18) as other:
        configure(place, production=place.live.database.url, staging=other.url)

        told = migdoctor(
            place.repo.path, "advise", "--environment", "production", **place.variables
        )
        left = fix(
            place,
            "--environment production",
            lambda _, asked: "n" if asked.startswith("Go on with production alone") else "y",
        )

    steps = told.out.partition("What to do next")[2]
    assert "1. See what suits staging as well, before anything is changed:" in steps
    assert "migdoctor advise --environment staging --environment production" in steps
    assert len(left.questions) == 2, left.screen
    assert "migdoctor fix --all-environments" in left.screen
    assert (place.repo.path / f"db/migrate/{NEW}_create_songs.rb").exists()


def test_a_command_that_fails_half_way_is_told_with_what_is_left(place):
    """A rename in the working tree, which a hook does not let anybody commit."""
    place.live.row(int(NEW))
    place.repo.move(f"{NEW}_create_songs.rb", f"{OLD}_create_songs.rb")
    place.repo.commit("taken back")
    place.repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    hook = place.repo.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today\nexit 1\n")
    hook.chmod(0o755)

    stopped = fix(place)
    hook.unlink()
    after = fix(place)

    assert stopped.status == 1, stopped.screen
    said = " ".join(stopped.screen.split())
    assert "not today" in said
    assert "Stopped here; nothing else was changed" in said
    assert "Left to do by hand: What to do next 1. Commit what is not committed yet" in said
    assert "Change " not in said, "rows get a name that no deploy has"
    assert after.status == 0, after.screen
    assert place.live.database.run(RAN) == [(NEW,)], after.screen
    assert not place.repo.git("status", "--porcelain"), after.screen


def test_what_a_script_moved_is_still_to_be_committed(place):
    told = migdoctor(place.repo.path, "rename-back", "-o", "../fix.sh", **place.variables)
    moved = at_terminal(place.repo.path, "sh ../fix.sh", briskly, **place.variables)

    seen = fix(place)

    assert (told.status, moved.status) == (0, 0)
    assert seen.status == 0, seen.screen
    assert "Commit what is not committed yet in db/migrate" in " ".join(seen.screen.split())
    assert not place.repo.git("status", "--porcelain", "db/migrate"), seen.screen
