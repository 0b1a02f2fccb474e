"""`migdoctor record` beside the real Rails: its recipes, and accidents after them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import only
from tests.support.accidents.deploys import Deploys
from tests.support.frameworks import rails, rails_in_use
from tests.support.frameworks.rails import demand_rails

pytestmark = pytest.mark.rails
V1, V2, V3 = "20250101000000", "20250201000000", "20250301000000"
SONGS, ARTISTS = f"{V1}_create_songs.rb", f"{V2}_create_artists.rb"
ASKED = "tmp/asked"


def recipe(name: str) -> str:
    return only("record", name)


@pytest.fixture
def app(tmp_path, any_database) -> Deploys:
    """Two migrations that Rails ran, and that were seen to run."""
    demand_rails()
    app = Deploys(Deploys.make(tmp_path, any_database).repo, any_database)
    app.repo.add(SONGS, "CreateSongs")
    app.repo.add(ARTISTS, "CreateArtists")
    app.repo.commit()
    app.record()
    migrate(app)
    app.record()
    return app


def migrate(app: Deploys) -> list[str]:
    done = rails.migrate(app.repo.path / "db/migrate", app.database.url)
    assert done.status == 0, done.output
    return done.migrated


def shell(app: Deploys, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{app.database.server.bin}"
    return subprocess.run(
        ["sh", "-euc", script],
        cwd=app.repo.path,
        env={
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "DATABASE_URL": app.database.url,
            "GITHUB_SHA": "",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def elsewhere(app: Deploys) -> dict[str, str]:
    """Another Debian's folder has no Python: there a stand-in writes down what it is asked."""
    if not rails_in_use.ROOT:
        return {}
    program = app.repo.path / "tmp/migdoctor"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" > {ASKED}\n')
    program.chmod(0o755)
    return {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}


def test_the_rake_recipe_notes_what_a_migrate_ran(app):
    app.repo.add(f"{V3}_create_labels.rb", "CreateLabels")
    app.repo.write("Rakefile", f'load ENV.fetch("TASKS")\n{recipe("rake")}', "")
    app.repo.write(".gitignore", "db/schema.rb\ntmp\nlog\n", "")
    commit = app.repo.commit()
    told = rails.in_this_folder("db:migrate").replace(str(rails._RAKEFILE), "Rakefile")

    done = shell(app, told, TASKS=str(rails._RAKEFILE), **elsewhere(app))

    assert done.returncode == 0, done.stdout + done.stderr
    if rails_in_use.ROOT:
        assert (app.repo.path / ASKED).read_text() == "record\n"
        app.record()
    assert app.notes[-1] == (V3, "witnessed", f"db/migrate/{V3}_create_labels.rb", commit)


def test_the_initializer_keeps_the_table_out_of_the_schema_file(app, tmp_path):
    folder, into = app.repo.path / "db/migrate", tmp_path / "schema.rb"
    rails.schema_dump(folder, app.database.url, into)
    without = into.read_text()
    rakefile = tmp_path / "Rakefile"
    rakefile.write_text(f"load {str(rails._RAKEFILE)!r}\n{recipe('initializer')}")
    told = rails.in_this_folder("db:schema:dump").replace(str(rails._RAKEFILE), str(rakefile))

    done = shell(app, f"SCHEMA={into} {told}")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "migdoctor_notes" in without
    assert "migdoctor_notes" not in into.read_text()
    assert "create_table" in into.read_text()


@pytest.mark.parametrize("name", ["ci", "container"])
def test_the_recipes_for_ci_and_containers_note_what_ran(app, name):
    app.repo.add(f"{V3}_create_labels.rb", "CreateLabels")
    commit = app.repo.commit()
    migrate(app)
    server, database = app.database.server, app.database.name
    inside = f"env PGHOST=127.0.0.1 PGPORT={server.port} PGUSER=postgres PGDATABASE={database}"
    script = recipe(name).replace("docker compose exec -T db", inside)

    done = shell(app, script)

    assert done.returncode == 0, done.stdout + done.stderr
    assert app.notes[-1] == (V3, "witnessed", f"db/migrate/{V3}_create_labels.rb", commit)


def test_after_an_accident_and_its_repair_rails_and_the_notes_agree(app, monkeypatch, tmp_path):
    """Swapped numbers, which no row tells apart: noted, diagnosed, rewritten, noted again."""
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(tmp_path / "state"))
    folder = app.repo.path / "db/migrate"
    songs, artists = ((folder / name).read_text() for name in (SONGS, ARTISTS))
    app.repo.remove(SONGS)
    app.repo.remove(ARTISTS)
    app.repo.write(f"{V1}_create_artists.rb", artists)
    app.repo.write(f"{V3}_create_songs.rb", songs)
    app.repo.commit()

    renames = app.diagnosis()["renames"]
    repaired = app.run("rewrite", "--apply", "--yes")

    assert {(it["old"]["version"], it["new"]["version"], it["confidence"]) for it in renames} == {
        (V1, V3, "certain"),
        (V2, V1, "certain"),
    }
    assert repaired.status == 0, repaired.err
    assert migrate(app) == []
    assert app.record().out.startswith("Nothing new to note")
    assert app.diagnosis()["findings"] == []
