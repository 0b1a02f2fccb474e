"""``migdoctor record``: what it notes as what, twice, at once, cut off, and where it may not."""

import hashlib
import json
import signal
import subprocess
import time

import pytest

from analyzer.analysis.notes.seals import seal_of
from analyzer.model.notes.note import RunNote
from tests.support.accidents.deploys import Deploys
from tests.support.commands.migdoctor import command, environment, migdoctor
from tests.support.databases.servers import fresh_database

FIRST, SECOND = "20250101000000_create_songs.rb", "20250201000000_create_artists.rb"
V1, V2 = "20250101000000", "20250201000000"


@pytest.fixture(params=["driver", "exec"])
def deploys(request, tmp_path, any_database) -> Deploys:
    through = ("--exec", "env") if request.param == "exec" else ()
    return Deploys.make(tmp_path, any_database, through=through)


@pytest.fixture
def plain(tmp_path, database) -> Deploys:
    return Deploys.make(tmp_path, database)


def seen_from_the_start(plain: Deploys) -> None:
    """The first file is there, and was not run yet."""
    plain.repo.add(FIRST, "CreateSongs")
    plain.repo.commit()
    plain.record()


def path(name: str) -> str:
    return f"db/migrate/{name}"


def test_what_was_there_is_adopted_and_what_came_since_is_witnessed(deploys):
    first = deploys.deploy(FIRST)

    adopted = deploys.record()
    second = deploys.deploy(SECOND)
    witnessed = deploys.record()

    assert deploys.notes == [
        (V1, "adopted", path(FIRST), first),
        (V2, "witnessed", path(SECOND), second),
    ]
    assert "adopted" in adopted.out
    assert adopted.out.count("before the first note") == 1
    assert f"witnessed  {V2}" in witnessed.out
    assert "the work tree is clean" in witnessed.out


def test_notes_are_sealed_and_follow_each_other(deploys):
    deploys.deploy(FIRST)
    deploys.record()
    deploys.deploy(SECOND)
    deploys.record()

    rows = deploys.database.run(
        "SET timezone = 'Asia/Tokyo'; SELECT number, version, path, sha256, commit_id, kind, "
        "to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), "
        "recorded_by, previous, seal FROM migdoctor_notes ORDER BY number"
    )

    notes = [RunNote(*row) for row in rows]
    text = (deploys.repo.path / path(SECOND)).read_bytes()
    assert [note.seal for note in notes] == [seal_of(note) for note in notes]
    assert notes[1].previous == notes[0].seal
    assert notes[1].sha256 == hashlib.sha256(text).hexdigest()


def test_twice_is_once(deploys):
    deploys.deploy(FIRST)
    deploys.record()
    before = deploys.database.run("SELECT * FROM migdoctor_notes")

    again = deploys.record()

    assert deploys.database.run("SELECT * FROM migdoctor_notes") == before
    assert "Nothing new to note" in again.out


def test_who_begins_with_an_empty_table_has_seen_all(plain):
    seen_from_the_start(plain)

    commit = plain.deploy(FIRST)
    plain.record()

    assert [note[:2] for note in plain.notes] == [("", "begun"), (V1, "witnessed")]
    assert plain.notes[1][3] == commit


def test_a_tree_that_is_not_clean_is_no_witness(plain):
    plain.deploy(FIRST)
    plain.record()
    plain.deploy(SECOND)
    plain.repo.write("odd.txt", "x", "lib")

    done = plain.record()

    assert plain.notes[1] == (V2, "adopted", path(SECOND), None)
    assert "no commit was given" in done.out
    assert "lib/odd.txt" in done.out


def test_the_schema_file_may_change_as_migrating_writes_it(plain):
    plain.repo.write("schema.rb", "ActiveRecord::Schema.define(version: 0) do\nend\n", "db")
    plain.deploy(FIRST)
    plain.record()
    plain.deploy(SECOND)
    plain.repo.write("schema.rb", f"ActiveRecord::Schema.define(version: {V2}) do\nend\n", "db")

    plain.record()

    assert plain.notes[1][1] == "witnessed"


@pytest.mark.parametrize("name", ["GITHUB_SHA", "CI_COMMIT_SHA", "CIRCLE_SHA1", "KAMAL_VERSION"])
def test_the_ci_system_says_what_ran(plain, name):
    plain.deploy(FIRST)
    plain.record()
    commit = plain.deploy(SECOND)
    plain.repo.write("odd.txt", "x", "lib")

    done = plain.record(**{name: commit})

    assert plain.notes[1] == (V2, "witnessed", path(SECOND), commit)
    assert name in done.out


def test_a_given_commit_goes_before_all(plain):
    plain.deploy(FIRST)
    plain.record()
    commit = plain.deploy(SECOND)
    plain.repo.move(SECOND, "20250301000000_create_artists.rb")
    later = plain.repo.commit()

    plain.record("--deployed", commit, GITHUB_SHA=later)

    assert plain.notes[1] == (V2, "witnessed", path(SECOND), commit)


def test_a_variable_that_names_another_commit_than_the_checkout_is_no_witness(plain):
    plain.deploy(FIRST)
    plain.record()
    commit = plain.deploy(SECOND)
    plain.repo.add(SECOND, "CreateArtists", "create_table :painters")
    plain.repo.commit()

    done = plain.record(GITHUB_SHA=commit)

    assert plain.notes[1][1] == "adopted"
    assert "--deployed REV" in done.out


def test_a_variable_of_another_repository_is_passed_over(plain):
    plain.deploy(FIRST)
    plain.record()
    plain.deploy(SECOND)

    done = plain.record(GITHUB_SHA="1" * 40)

    assert plain.notes[1][1] == "witnessed"
    assert "not a commit of this repository" in done.out


def test_a_row_without_a_file_is_no_witness(plain):
    plain.deploy(FIRST)
    plain.record()
    plain.row(V2)

    done = plain.record()

    assert plain.notes[1][:3] == (V2, "adopted", None)
    assert "no file of its version" in done.out


def test_a_row_that_was_rewritten_by_hand_is_no_witness(plain):
    seen_from_the_start(plain)
    plain.row(V1)
    plain.record()
    plain.repo.move(FIRST, "20250301000000_create_songs.rb")
    plain.repo.commit()
    plain.database.run("UPDATE schema_migrations SET version = '20250301000000'")

    done = plain.record()

    assert [note[:2] for note in plain.notes[2:]] == [
        (V1, "removed"),
        ("20250301000000", "adopted"),
    ]
    assert "with another number" in done.out


def test_what_was_rolled_back_and_ran_again_is_witnessed_again(plain):
    seen_from_the_start(plain)
    plain.row(V1)
    plain.record()
    plain.database.run("DELETE FROM schema_migrations")
    plain.record()
    plain.row(V1)
    plain.record()

    assert [note[1] for note in plain.notes] == ["begun", "witnessed", "removed", "witnessed"]


def test_two_at_once_note_everything_once(deploys):
    names = [f"202501010000{at:02}_create_t{at}.rb" for at in range(20)]
    deploys.deploy(*names)
    words = command("record", "--database-url", deploys.database.url, *deploys.through)

    runs = [
        subprocess.Popen(
            words,
            cwd=deploys.repo.path,
            env=environment(GITHUB_SHA=""),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    ended = [(run.communicate(), run.returncode) for run in runs]

    assert [status for _, status in ended] == [0, 0, 0], ended
    assert len(deploys.notes) == len(names)
    assert deploys.record().out.startswith("Nothing new to note")


@pytest.mark.parametrize("delay", [0.3, 0.5, 0.7])
def test_who_is_killed_noted_all_or_nothing(plain, delay):
    names = [f"202501010000{at:02}_create_t{at}.rb" for at in range(30)]
    plain.deploy(*names)
    words = command("record", "--database-url", plain.database.url)
    run = subprocess.Popen(
        words,
        cwd=plain.repo.path,
        env=environment(GITHUB_SHA=""),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    time.sleep(delay)
    run.send_signal(signal.SIGKILL)
    run.wait()

    there = plain.database.run("SELECT to_regclass('migdoctor_notes') IS NOT NULL")[0][0]
    assert not there or len(plain.notes) == len(names)
    plain.record()
    assert len(plain.notes) == len(names)


def test_a_role_that_may_not_create_is_told_of_the_file(plain):
    plain.deploy(FIRST)
    plain.database.run("GRANT SELECT ON schema_migrations TO guarded")
    place = plain.database.server.url(plain.database.name, "guarded")
    url = place.replace("guarded@", "guarded:correct%20horse@")

    done = plain.run("record")
    assert done.status == 0
    plain.database.run("DROP TABLE migdoctor_notes")

    refused = migdoctor(plain.repo.path, "record", "--database-url", url)

    assert refused.status == 2
    assert "CREATE ON SCHEMA public" in refused.err
    assert "--to FILE" in refused.err
    assert "correct" not in refused.err


def test_notes_that_a_stranger_made_are_neither_read_nor_added_to(plain):
    """Whoever may create in the schema could forge them."""
    plain.deploy(FIRST)
    plain.record()
    plain.database.run(
        "ALTER TABLE schema_migrations OWNER TO guarded; "
        "CREATE ROLE stranger_of_notes; ALTER TABLE migdoctor_notes OWNER TO stranger_of_notes"
    )

    try:
        refused, told = plain.run("record"), plain.diagnosis()
    finally:
        plain.database.run("DROP OWNED BY stranger_of_notes; DROP ROLE stranger_of_notes")

    assert refused.status == 2
    assert "belongs to stranger_of_notes" in refused.err
    assert "MD135" in {finding["code"] for finding in told["findings"]}


def test_the_deployed_commit_may_have_files_that_the_work_tree_lacks(plain):
    commit = plain.deploy(FIRST)
    plain.repo.git("rm", "-rqf", "db")
    plain.repo.git("commit", "-qm", "moved away")

    plain.record("--deployed", commit)

    assert plain.notes == [(V1, "adopted", path(FIRST), commit)]


def test_rails_is_told_how_to_keep_the_table_out_of_its_schema_file(plain):
    plain.deploy(FIRST)

    first, second = plain.record(), plain.record()

    assert 'ActiveRecord::SchemaDumper.ignore_tables << "migdoctor_notes"' in first.out
    assert "ignore_tables" not in second.out


def test_nothing_that_the_framework_reads_is_changed(plain):
    plain.database.run("CREATE TABLE ar_internal_metadata (key varchar, value varchar)")
    plain.deploy(FIRST)
    before = plain.database.dump("--exclude-table=migdoctor_notes")

    plain.record()

    assert _stable(plain.database.dump("--exclude-table=migdoctor_notes")) == _stable(before)
    assert plain.repo.git("status", "--porcelain") == ""


def _stable(dump: bytes) -> list[bytes]:
    return [
        line for line in dump.splitlines() if not line.startswith((b"\\restrict", b"\\unrestrict"))
    ]


def test_json_says_the_same(plain):
    commit = plain.deploy(FIRST)

    told = json.loads(plain.record("--format", "json").out)

    assert (told["commit"], told["count"]) == (commit, 1)
    assert told["noted"][0]["kind"] == "adopted"
    assert told["noted"][0]["path"] == path(FIRST)


def test_a_table_of_another_make_is_left_alone(plain):
    plain.deploy(FIRST)
    plain.database.run("CREATE TABLE migdoctor_notes (number int)")

    done = plain.run("record")

    assert done.status == 2
    assert "cannot be read" in done.err


def test_notes_that_were_tampered_with_take_no_more(plain):
    plain.deploy(FIRST, SECOND)
    plain.record()
    plain.database.run("UPDATE migdoctor_notes SET path = 'x' WHERE number = 1")
    plain.deploy("20250301000000_create_labels.rb")

    refused = plain.run("record")
    anew = plain.record("--anew")

    assert refused.status == 1
    assert "note 1 was changed since it was written" in refused.err
    assert "start again" in anew.out
    assert [note[1] for note in plain.notes] == ["adopted"] * 5
    assert plain.record().out.startswith("Nothing new")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_notes_that_were_lost_in_part_are_missed(plain, number):
    plain.deploy(FIRST, SECOND, "20250301000000_create_labels.rb")
    plain.record()
    plain.database.run(f"DELETE FROM migdoctor_notes WHERE number = {number}")

    refused = plain.run("record")

    assert refused.status == 1
    assert f"note {number} is missing" in refused.err


def test_notes_of_another_database_are_begun_anew(plain, tmp_path):
    plain.deploy(FIRST)
    plain.record()
    with fresh_database(plain.database.server) as other:
        other.run(plain.database.dump("--inserts").decode().replace("\\", "--"))
        copy = Deploys(plain.repo, other)

        done = copy.record()

        assert "another database" in done.out
        assert [note[1] for note in copy.notes] == ["adopted", "adopted"]
        assert copy.record().out.startswith("Nothing new")


def test_who_begins_before_the_first_migrate_has_seen_all(plain):
    """The version table is not there yet, and is made in the same schema later."""
    plain.database.run("DROP TABLE schema_migrations")
    seen_from_the_start(plain)
    plain.database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    plain.row(V1)

    plain.record()

    assert [note[1] for note in plain.notes] == ["begun", "witnessed"]


def test_an_environment_is_noted_by_its_name(plain):
    plain.deploy(FIRST)
    place = f"production={plain.database.url}"
    other = f"b={plain.database.url}"

    done = migdoctor(plain.repo.path, "record", "--environment", place)
    several = migdoctor(plain.repo.path, "record", "--environment", place, "--environment", other)

    assert done.status == 0, done.err
    assert plain.notes[0][1] == "adopted"
    assert several.status == 2
