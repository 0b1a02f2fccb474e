"""The notes are bookkeeping: what reads catalogues, or copies databases, is not disturbed."""

import json
import signal
import subprocess
import time

import pytest

from tests.support.accidents.deploys import Deploys
from tests.support.commands.migdoctor import command, environment, migdoctor

V1 = "20250101000000"
SONGS = f"{V1}_create_songs.rb"


@pytest.fixture
def app(tmp_path, database) -> Deploys:
    app = Deploys.make(tmp_path, database)
    app.deploy(SONGS)
    app.database.run("CREATE TABLE createsongs (id bigserial PRIMARY KEY)")
    return app


def test_the_schema_does_not_differ_by_the_notes(app):
    before = app.run("schema", "--diff", "database")
    app.record()
    after = app.run("schema", "--diff", "database")

    assert (after.status, after.out) == (before.status, before.out)
    assert "migdoctor_notes" not in after.out


def test_the_diagnosis_does_not_differ_by_adopted_notes(app):
    before = app.diagnosis()
    app.record()
    after = app.diagnosis()

    assert after["findings"] == before["findings"]
    assert after["environments"][0]["prediction"] == before["environments"][0]["prediction"]


def test_a_backup_is_as_it_was_after_another_note(app, tmp_path):
    backup = app.run("backup", "-o", str(tmp_path / "backup"))
    app.record()
    first = app.run("verify", "--against", str(tmp_path / "backup"))
    again = app.run("backup", "-o", str(tmp_path / "second"))
    app.deploy(rows=("20250301000000",))
    app.record()
    app.database.run("DELETE FROM schema_migrations WHERE version = '20250301000000'")
    second = app.run("verify", "--against", str(tmp_path / "second"))

    assert (backup.status, again.status) == (0, 0), backup.err + again.err
    assert first.status == 0, first.out
    assert second.status == 0, second.out


def test_two_at_once_append_to_a_file_once(app, tmp_path):
    notes = tmp_path / "notes.jsonl"
    words = ["record", "--to", str(notes), "--database-url", app.database.url]

    runs = [started(app, words) for _ in range(3)]

    assert [run.wait() for run in runs] == [0, 0, 0]
    assert len(notes.read_text().splitlines()) == 2
    assert sorted(it.name for it in tmp_path.iterdir()) == ["app", "notes.jsonl"]


@pytest.mark.parametrize("delay", [0.3, 0.5, 0.7])
def test_who_is_killed_leaves_a_whole_file(app, tmp_path, delay):
    notes = tmp_path / "notes.jsonl"
    words = ["record", "--to", str(notes), "--database-url", app.database.url]
    run = started(app, words)

    time.sleep(delay)
    run.send_signal(signal.SIGKILL)
    run.wait()

    assert not notes.exists() or len(notes.read_text().splitlines()) == 2
    app.record("--to", str(notes))
    assert [json.loads(line).get("kind") for line in notes.read_text().splitlines()] == [
        None,
        "adopted",
    ]


def test_a_file_in_the_work_tree_does_not_make_it_unclean(app):
    app.record("--to", "./notes.jsonl")
    app.row("20250301000000")
    app.repo.add("20250301000000_create_labels.rb", "CreateLabels")
    app.repo.git("add", "db")
    app.repo.git("commit", "-qm", "labels")

    app.record("--to", "notes.jsonl")

    lines = (app.repo.path / "notes.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["kind"] == "witnessed"


def test_rows_from_a_file_need_a_file_for_the_notes(app, tmp_path):
    (tmp_path / "rows").write_text(f"{V1}\n")

    refused = migdoctor(app.repo.path, "record", "--rows", str(tmp_path / "rows"))

    assert refused.status == 2
    assert "--to FILE" in refused.err


def started(app: Deploys, words: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command(*words),
        cwd=app.repo.path,
        env=environment(GITHUB_SHA=""),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
