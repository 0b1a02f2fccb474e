"""The gate before a merge and the one before a deploy judge the same thing the same way."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.commands.gates import run
from tests.support.histories.repositories import Repo

SONGS, LATER = "20250101000000_create_songs.rb", "20250301000000_later.rb"
LATE = "20250201000000_late.rb"
OPEN = "execute \"UPDATE songs SET state = 'open' WHERE state = 'new'\""
NEW = "execute \"UPDATE songs SET state = 'new' WHERE state = 'open'\""
OTHER = "execute \"UPDATE songs SET mood = 'calm'\""


def severities(text, code):
    return {it["severity"] for it in json.loads(text)["findings"] if it["code"] == code}


NULLS, DEFAULT, TYPE = (f"change_column{it} :songs, :state," for it in ("_null", "_default", ""))
GONE = "DELETE FROM songs WHERE state = 'b'"
MADE = "INSERT INTO songs (state) VALUES ('b')"
MAY_DIFFER = "both work on column songs.state, and the outcome may differ"


@pytest.mark.parametrize(
    ("later", "late", "severity", "said"),
    [
        ("create_table :albums", "create_table :tags", "note", "the outcome is the same"),
        ("remove_column :songs, :mood", "add_column :songs, :mood, :string", "warning", "differs"),
        (OPEN, NEW, "warning", "both work on what songs.state holds, and the outcome may differ"),
        (OPEN, OTHER, "note", "the tables come out the same; both work on rows of songs"),
        ("add_index :songs, :state", "call_somebody", "note", "the outcome is the same"),
        (f"{NULLS} false", f"{NULLS} true", "warning", MAY_DIFFER),
        (f"{DEFAULT} 'x'", f"{DEFAULT} 'y'", "warning", MAY_DIFFER),
        (f"{DEFAULT} 'x'", f"{DEFAULT} 'x'", "note", "the outcome is the same"),
        (f"{TYPE} :text", f"{TYPE} :string, limit: 10", "warning", MAY_DIFFER),
        (f'execute "{GONE}"', NEW, "warning", "which rows songs has, and the outcome may differ"),
        (NEW, f'execute "{MADE}"', "warning", "what songs.state holds"),
        (f'execute "{MADE}"', f'execute "{MADE}"', "note", "the outcome is the same"),
    ],
    ids=[
        "apart",
        "one column",
        "the same values",
        "other values",
        "unread",
        "nulls",
        "defaults",
        "one default",
        "types",
        "rows deleted by it",
        "rows added with it",
        "rows added by both",
    ],
)
def test_a_late_migration_is_the_same_to_both(tmp_path, later, late, severity, said):
    repo = Repo.make(tmp_path / "shop")
    columns = [f"  t.string :{name}" for name in ("state", "mood")]
    repo.add(SONGS, "CreateSongs", "create_table :songs do |t|", *columns, "end")
    repo.add(LATER, "Later", later)
    repo.commit("base")
    repo.git("checkout", "-q", "-b", "work")
    repo.add(LATE, "Late", late)
    repo.commit("late")
    rows = tmp_path / "rows.txt"
    rows.write_text("20250101000000\n20250301000000\n")

    before = run(repo, "check", "--base", "main", "--format", "json")
    after = run(repo, "diagnose", "--rows", str(rows), "--format", "json")

    assert severities(before.out, "MD311") == {severity}
    assert severities(after.out, "MD109") == {severity}
    assert said in before.out
    assert said in after.out
    assert (before.status, after.status) == (int(severity == "warning"),) * 2


def test_a_merged_file_gets_another_number_only_with_a_record(tmp_path):
    repo = Repo.make(tmp_path / "shop")
    repo.add(SONGS, "CreateSongs", "create_table(:songs) { |t| t.string :state }")
    repo.add(LATER, "Later", OPEN)
    repo.add(LATE, "Late", NEW)
    repo.commit("merged")
    rows = tmp_path / "rows.txt"
    rows.write_text("20250101000000\n20250301000000\n")

    told = run(repo, "diagnose", "--rows", str(rows), "--format", "github").out
    repo.git("checkout", "-q", "-b", "work")
    repo.move(LATE, "20250401000000_late.rb")
    repo.commit("as advised")
    record = told.partition("as it is on main: migdoctor ")[2].partition(";")[0].split()
    unrecorded = run(repo, "check", "--base", "main")
    recorded = run(repo, *record, "--reason", "late")

    assert record[:2] == ["check", "--write-renames"]
    assert (unrecorded.status, recorded.status) == (1, 0), recorded.out
    assert run(repo, "diagnose", "--rows", str(rows), "--fail-on", "warning").status == 0


def test_a_schema_file_that_lacks_a_migration_is_a_note_to_both(tmp_path):
    repo = Repo.make(tmp_path / "shop")
    repo.add(SONGS, "CreateSongs", "create_table :songs")
    repo.write(
        "schema.rb", "ActiveRecord::Schema.define(version: 2025_01_01_000000) do\nend\n", "db"
    )
    repo.commit("base")
    repo.git("checkout", "-q", "-b", "work")
    repo.add(LATER, "Later", "create_table :albums")
    repo.commit("without the schema file")
    rows = tmp_path / "rows.txt"
    rows.write_text("20250101000000\n20250301000000\n")

    before = run(repo, "check", "--base", "main", "--format", "json")
    after = run(repo, "diagnose", "--rows", str(rows), "--format", "json")

    assert severities(before.out, "MD314") == {"note"}
    assert severities(after.out, "MD128") == {"note"}
    assert (before.status, after.status) == (0, 0)


NOW, DAY = datetime.now(UTC), 86400


def dated(seconds: int, name: str) -> str:
    return f"{NOW + timedelta(seconds=seconds):%Y%m%d%H%M%S}_{name}.rb"


@pytest.mark.parametrize(
    ("ran", "new", "comment", "before", "after"),
    [
        (-3 * DAY, 900, "", set(), set()),
        (-3 * DAY, 40 * DAY, "", {"warning"}, {"warning"}),
        (40 * DAY, 40 * DAY + 1, "", set(), {"note"}),
        (-3 * DAY, 40 * DAY, "# migdoctor:allow MD116 our clock", set(), {"note"}),
        (-3 * DAY, 40 * DAY, "# migdoctor:allow MD312 our clock", set(), {"note"}),
    ],
    ids=["minutes ahead", "weeks ahead", "after one that ran", "allowed", "allowed by the other"],
)
def test_a_date_in_the_future_is_the_same_to_both(tmp_path, ran, new, comment, before, after):
    repo = Repo.make(tmp_path / "shop")
    first, second = dated(ran, "create_songs"), dated(new, "create_tags")
    repo.add(first, "CreateSongs", "create_table :songs")
    repo.commit("base")
    repo.git("checkout", "-q", "-b", "work")
    repo.add(second, "CreateTags", comment, "create_table :tags")
    repo.commit("new")
    rows = tmp_path / "rows.txt"
    rows.write_text(f"{first[:14]}\n")

    checked = run(repo, "check", "--base", "main", "--format", "json")
    diagnosed = run(repo, "diagnose", "--rows", str(rows), "--format", "json")

    about = [it for it in json.loads(diagnosed.out)["findings"] if second in (it["path"] or "")]
    assert severities(checked.out, "MD312") == before
    assert "MD317" not in checked.codes
    assert {it["severity"] for it in about if it["code"] == "MD116"} == after
