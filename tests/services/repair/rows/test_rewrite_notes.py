"""A rewrite keeps the notes of what ran true, and so does its way back."""

import subprocess

import pytest

from tests.support.accidents.deploys import Deploys

V1, V2, V3 = "20250101000000", "20250201000000", "20250301000000"
SONGS, ARTISTS = f"{V1}_create_songs.rb", f"{V2}_create_artists.rb"


@pytest.fixture(params=["driver", "exec"])
def app(request, tmp_path, any_database, monkeypatch) -> Deploys:
    """Two migrations that were seen to run; the first one has another version now."""
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(tmp_path / "state"))
    through = ("--exec", "env") if request.param == "exec" else ()
    app = Deploys.make(tmp_path, any_database, through=through)
    app.repo.add(SONGS, "CreateSongs")
    app.repo.add(ARTISTS, "CreateArtists")
    app.repo.commit()
    app.record()
    app.deploy(rows=(V1, V2))
    app.database.run(
        "CREATE TABLE createsongs (id bigserial PRIMARY KEY); "
        "CREATE TABLE createartists (id bigserial PRIMARY KEY)"
    )
    app.record()
    app.repo.move(SONGS, f"{V3}_create_songs.rb")
    app.repo.commit()
    return app


def kinds(app: Deploys) -> list[tuple[str, str, str]]:
    return [(version, kind, path) for version, kind, path, _ in app.notes][3:]


OLD = f"db/migrate/{SONGS}"


def test_what_is_known_of_a_row_goes_with_it_and_comes_back(app):
    done = app.run("rewrite", "--apply", "--yes")
    after = kinds(app)
    clean = app.diagnosis()
    app.repo.git("revert", "--no-edit", "HEAD")
    undone = app.run("undo", "--yes")

    assert done.status == 0, done.err
    assert after == [(V1, "removed", OLD), (V3, "witnessed", OLD)]
    assert not [it for it in clean["findings"] if it["code"] != "MD108"]
    assert undone.status == 0, undone.err
    assert kinds(app)[2:] == [(V1, "witnessed", OLD), (V3, "removed", OLD)]
    assert app.record().out.startswith("Nothing new to note")
    assert not app.diagnosis()["findings"]


def test_a_script_that_runs_by_itself_notes_it_too(app):
    script = app.run("rewrite", "--format", "sql").out

    psql = [str(app.database.server.bin / "psql"), "-v", "ON_ERROR_STOP=1", "-d", app.database.url]
    ran = subprocess.run(psql, input=script, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    assert kinds(app) == [(V1, "removed", OLD), (V3, "witnessed", OLD)]
    assert app.record().out.startswith("Nothing new to note")


def test_a_dry_run_notes_nothing(app):
    assert app.run("rewrite", "--apply", "--dry-run").status == 0
    assert kinds(app) == []


def test_giving_the_file_its_old_name_back_needs_no_note(app):
    done = app.run("rename-back", "--apply", "--yes")

    assert done.status == 0, done.err
    assert kinds(app) == []
    assert not app.diagnosis()["findings"]


def test_without_notes_the_script_speaks_of_none(app):
    app.database.run("DROP TABLE migdoctor_notes")

    assert "migdoctor_notes" not in app.run("rewrite", "--format", "sql").out
