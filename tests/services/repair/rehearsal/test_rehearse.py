"""``rehearse``: everything on a copy, and the verdict only after it worked there."""

import gzip
import json
import os
import subprocess

import pytest

from tests.services.repair.rows.test_rewrite_apply import NEW, OLD, OTHER, place_in
from tests.support.commands.repair_runs import Place
from tests.support.databases.servers import Database, fresh_database

LATE = "20250301000000"
TRUSTED = ("--trust-migrate-command",)
RECORD = f"INSERT INTO schema_migrations VALUES (''{LATE}'')".replace("''", "'")


@pytest.fixture
def place(tmp_path, database) -> Place:
    return place_in(tmp_path, database)


@pytest.fixture
def scratch(postgres18):
    with fresh_database(postgres18) as empty:
        yield empty


def psql(place: Place, sql: str) -> str:
    """A migrate command that does no more than SQL."""
    return f'{place.database.server.bin}/psql -X -v ON_ERROR_STOP=1 -c "{sql}" "$DATABASE_URL"'


def add_late(place: Place) -> None:
    text = "class AddLate < ActiveRecord::Migration[6.1]\n  def change\n    eval(x)\n  end\nend\n"
    (place.repository / f"db/migrate/{LATE}_add_late.rb").write_text(text)


def checks(document) -> dict[str, bool]:
    return {check["name"]: check["passed"] for check in document["checks"]}


def test_a_rewrite_is_tried_with_its_way_back_and_the_patient_is_only_read(place, scratch):
    files, rows = place.files(), place.rows()

    done = place.run(
        *("rehearse", "--repair", "rewrite", "--scratch-url", scratch.url),
        *("--with-data", "--keep-copy"),
    )

    assert done.status == 0, done.out + done.err
    assert done.out.startswith("Safe on a copy: the rewrite works; see what was not rehearsed.\n")
    assert "way back: 2 applied versions, just as planned" in done.out
    assert "the next migrate: pass --migrate-command" in " ".join(done.out.split())
    assert scratch.run("SELECT version FROM schema_migrations ORDER BY 1") == [(OTHER,), (NEW,)]
    assert scratch.run("SELECT count(*) FROM songs") == [(1,)]
    assert (place.files(), place.rows()) == (files, rows)
    assert place.journal() == []


def test_unasked_it_tries_the_repair_that_is_advised(place, scratch):
    best = json.loads(place.run("advise", "--format", "json").out)["environments"][0]["best"]

    done = place.run("rehearse", "--scratch-url", scratch.url, "--format", "json")

    assert done.status == 0, done.err
    assert json.loads(done.out)["repair"] == best == "rename-back"


def test_without_a_scratch_url_a_server_comes_along(place):
    done = place.run("rehearse", "--repair", "rename-back", "--format", "json")

    assert done.status == 0, done.out + done.err
    assert done.json["safe"] is True
    assert done.json["scratch"].startswith("a scratch server, PostgreSQL 18")
    assert checks(done.json) == dict.fromkeys(
        [
            "files",
            "way back",
            "files again",
            "structure",
            "row counts",
            "migrations",
            "the real database",
        ],
        True,
    )


def test_the_migrate_command_runs_on_the_copy_and_what_it_changed_is_told(place, scratch):
    add_late(place)
    command = psql(place, f"CREATE TABLE late (id int); {RECORD}")

    done = place.run(
        "rehearse",
        *TRUSTED,
        "--scratch-url",
        scratch.url,
        "--migrate-command",
        command,
        "--format",
        "json",
    )

    assert done.status == 0, done.out + done.err
    assert done.json["migrate"]["ran"] == [LATE]
    assert "table public.late" in done.json["migrate"]["new"]
    assert any(f"{LATE}_add_late.rb:3" in part for part in done.json["not_rehearsed"])
    assert place.rows() == [OLD, OTHER]


@pytest.mark.parametrize(
    ("sql", "failed"),
    [
        pytest.param("SELECT 1/0", {"migrate", "after the migrate"}, id="it fails"),
        pytest.param("SELECT 1", {"after the migrate"}, id="it does nothing"),
        pytest.param(f"DELETE FROM songs; {RECORD}", {"row counts"}, id="it loses rows"),
    ],
)
def test_a_migrate_that_goes_wrong_is_not_safe(place, scratch, sql, failed):
    add_late(place)

    done = place.run(
        "rehearse",
        "--scratch-url",
        scratch.url,
        "--with-data",
        "--format",
        "json",
        *TRUSTED,
        "--migrate-command",
        psql(place, sql),
    )

    assert done.status == 1, done.out + done.err
    assert {check["name"] for check in done.json["checks"] if not check["passed"]} == failed


def test_a_command_that_does_not_exist_makes_nothing_unsafe(place, scratch):
    add_late(place)

    done = place.run(
        "rehearse", "--scratch-url", scratch.url, "--migrate-command", "no-such/rails db:migrate"
    )

    assert done.status == 1, done.out + done.err
    assert done.out.startswith("The migrate command could not be tried: ")
    assert "Not safe" not in done.out


def test_a_command_that_goes_past_database_url_is_found_out(place, scratch):
    own = psql(place, RECORD).replace("$DATABASE_URL", place.database.url)
    command = f"env -u PGOPTIONS {own}"  # it takes no variable of libpq
    add_late(place)

    done = place.run(
        "rehearse", "--scratch-url", scratch.url, *TRUSTED, "--migrate-command", command
    )

    assert done.status == 1
    assert "the migrate did not use DATABASE_URL, or somebody deployed" in " ".join(
        done.out.split()
    )


def test_the_real_database_is_never_the_scratch_one(place):
    done = place.run(
        "rehearse", "--scratch-url", place.database.url.replace("127.0.0.1", "localhost")
    )

    assert done.status == 2
    assert "--scratch-url names the very database that is to be repaired" in done.err


def test_a_scratch_database_that_holds_something_is_not_touched(place, scratch):
    scratch.run("CREATE TABLE precious ()")

    done = place.run("rehearse", "--scratch-url", scratch.url)

    assert done.status == 2
    assert "the scratch database is not empty" in done.err


@pytest.mark.parametrize("form", ["plain", "gzip", "archive"])
def test_a_dump_will_do(place, scratch, tmp_path, form):
    dumped = place.database.dump(*(["-Fc"] if form == "archive" else []))
    dump = tmp_path / "copy"
    dump.write_bytes(gzip.compress(dumped) if form == "gzip" else dumped)

    done = place.run(
        "rehearse",
        "--repair",
        "rewrite",
        "--dump",
        str(dump),
        "--scratch-url",
        scratch.url,
        "--keep-copy",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/gone",
    )

    assert done.status == 0, done.out + done.err
    assert scratch.run("SELECT version FROM schema_migrations ORDER BY 1") == [(OTHER,), (NEW,)]


def test_an_extension_that_the_scratch_server_lacks_is_named(tmp_path, postgres15, postgres18):
    with fresh_database(postgres15) as source, fresh_database(postgres18) as scratch:
        source.run("CREATE EXTENSION pgcrypto")
        place = place_in(tmp_path, source)

        done = place.run("rehearse", "--scratch-url", scratch.url, "--format", "json")

    assert done.status == 0, done.out + done.err
    left_out = done.json["not_rehearsed"]
    assert any("PostgreSQL 18, the database's own is 15" in text for text in left_out)
    assert lacks(scratch, left_out)


def lacks(scratch: Database, left_out: list[str]) -> bool:
    """The wheel's server comes without pgcrypto on some platforms."""
    control = scratch.server.bin.parent / "share" / "extension" / "pgcrypto.control"
    return control.exists() or "the scratch server lacks the extension pgcrypto" in left_out


def test_it_reads_through_a_prefix_as_well(place, scratch):
    path = f"{place.database.server.bin}{os.pathsep}{os.environ['PATH']}"

    done = place.run(
        "rehearse",
        "--exec",
        "env",
        "--database-url",
        place.database.url,
        "--scratch-url",
        scratch.url,
        "--format",
        "json",
        PATH=path,
    )

    assert done.status == 0, done.out + done.err
    assert json.loads(done.out)["steps"] == 1


def test_files_are_rehearsed_wherever_the_repository_lies(place, scratch, tmp_path):
    odd = place.repository.rename(tmp_path / 'a "b\\c\nd \u00e9')
    moved = Place(odd, place.database, place.state)

    done = moved.run("rehearse", "--repair", "rename-back", "--scratch-url", scratch.url)

    assert done.status == 0, done.err


def test_what_may_not_be_copied_is_named(place, scratch):
    role = "reader_of_the_version_rows"
    place.database.run(f"CREATE ROLE {role} LOGIN; GRANT SELECT ON schema_migrations TO {role}")
    try:
        user = {"PGOPTIONS": f"-c role={role}"}
        done = place.run("rehearse", "--scratch-url", scratch.url, **user)
    finally:
        place.database.run(f"DROP OWNED BY {role}; DROP ROLE {role}")

    assert done.status == 2
    assert "permission denied for table songs" in " ".join(done.err.split())
    assert "or pass a dump of it: --dump FILE" in " ".join(done.err.split())


def test_where_a_repair_has_nothing_to_change_it_says_so(place, scratch):
    place.run("rewrite", "--apply", "--yes")

    done = place.run("rehearse", "--scratch-url", scratch.url)

    assert done.status == 0, done.out + done.err
    assert done.out.startswith("Nothing to rehearse: the rewrite would change nothing here.\n")
    assert "Safe" not in done.out


def test_where_a_repair_changes_nothing_and_something_is_wrong_it_is_not_called_mended(
    place, scratch
):
    place.run("rewrite", "--apply", "--yes")
    text = "class Twin < ActiveRecord::Migration[6.1]; end\n"
    (place.repository / f"db/migrate/{OTHER}_twin.rb").write_text(text)

    done = place.run("rehearse", "--scratch-url", scratch.url)

    assert done.status == 1
    assert done.out.startswith("Not repaired: the rewrite would change nothing here")


@pytest.fixture
def edited(place) -> Place:
    """The renamed migration was edited as well: it makes a column that no database has."""
    path = place.repository / f"db/migrate/{NEW}_create_songs.rb"
    text = "class CreateSongs < ActiveRecord::Migration[6.1]\n  def change\n"
    former = f"{text}    create_table(:songs) do |t|\n      t.text :title\n    end\n  end\nend\n"
    git = ["git", "-C", str(place.repository), "-c", "user.name=a", "-c", "user.email=a@a"]
    path.write_text(former.replace(":title", ":title\n      t.text :genre, null: false"))
    subprocess.run([*git, "commit", "-qam", "edited"], check=True)
    return place


PAIR = ("--accept", f"{OLD}={NEW}")
RUN_IT = (
    "v=$(ls db/migrate | sed -n s/_catch_up.*//p); "
    "{psql} -X -v ON_ERROR_STOP=1 -c \"ALTER TABLE songs ADD genre text NOT NULL DEFAULT ''; "
    'INSERT INTO schema_migrations VALUES (\'$v\')" "$DATABASE_URL"'
)


@pytest.mark.parametrize("repair", ["rewrite", "rename-back"])
def test_the_follow_up_is_tried_with_the_migrate(edited, scratch, repair):
    words = ("rehearse", "--scratch-url", scratch.url, "--repair", repair, *PAIR)
    command = RUN_IT.format(psql=f"{edited.database.server.bin}/psql")

    done = edited.run(*words, *TRUSTED, "--migrate-command", command, "--format", "json")

    document = done.json
    assert document["migrate"]["status"] == 0, done.out + done.err
    (ran,) = document["migrate"]["ran"]
    assert f"{ran}_catch_up_with_edited_migrations.rb" in document["follow_up"]
    assert any("so that the follow-up met none" in it for it in document["not_rehearsed"])
    assert not [*(edited.repository / "db/migrate").glob("*catch_up*")]


def test_the_draft_that_lies_there_is_the_one_that_is_tried(edited, scratch):
    edited.run("rewrite", "--follow-up", "follow_up.rb", *PAIR)
    path = edited.repository / "follow_up.rb"
    path.write_text(path.read_text().replace("def up", "def up\n    say 'mine'"))

    done = edited.run(
        "rehearse",
        "--scratch-url",
        scratch.url,
        *PAIR,
        *TRUSTED,
        "--migrate-command",
        "grep -q mine db/migrate/*catch_up*; exit $?",
    )

    assert "Follow-up: follow_up.rb, at db/migrate/" in done.out
    assert "exit status 0" in done.out


def test_a_follow_up_that_is_not_tried_is_named(edited, scratch):
    done = edited.run("rehearse", "--scratch-url", scratch.url, *PAIR)

    assert "the next migrate and the follow-up: pass --migrate-command" in " ".join(
        done.out.split()
    )


def test_of_a_migrate_that_fails_the_words_are_shown_and_not_the_trace(place, scratch):
    add_late(place)
    trace = "/gems/activerecord/lib/migration.rb:90:in `each'\n"
    (place.repository / "said").write_text("rake aborted!\nsongs.title holds NULL\n" + trace * 99)
    said = "cat said; exit 1"

    done = place.run("rehearse", "--scratch-url", scratch.url, *TRUSTED, "--migrate-command", said)

    assert done.status == 1
    assert "  songs.title holds NULL\n  (99 lines of a stack trace)\n" in done.out
    assert "check that it uses DATABASE_URL" not in done.out
    assert done.out.count("code that cannot be read") == 1


def test_a_command_whose_settings_name_the_real_database_cannot_write_there(place, scratch):
    """As a project that `django-admin startproject` made: its settings read no DATABASE_URL."""
    add_late(place)
    sql = f"CREATE TABLE late (id int); {RECORD}"
    program = f"{place.database.server.bin}/psql -X -v ON_ERROR_STOP=1"
    own = f'{program} -c "{sql}" "{place.database.url}"'

    done = place.run("rehearse", "--scratch-url", scratch.url, *TRUSTED, "--migrate-command", own)

    told = " ".join(done.out.split())
    assert done.status == 1
    assert "it went to another database than DATABASE_URL names, and could not write" in told
    assert "ok the real database: its rows are as they were" in told
    assert place.rows() == [OLD, OTHER]
    assert place.database.run("SELECT to_regclass('late')") == [(None,)]
