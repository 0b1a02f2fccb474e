"""The guided way at a real terminal: yes to all, no anywhere, cut off anywhere, two at once."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.commands.terminals import Seen, at_terminal, shim
from tests.support.databases.live import Live

TABLES = "CREATE TABLE songs (id bigserial PRIMARY KEY)"
RAN = "SELECT version FROM schema_migrations ORDER BY version"
PASSED_OVER = ("Rehearse it now?", "Take a backup now?")
FILES = ["Are deploys stopped?", "Rehearse it now?", "Go on without it?", "Move 1 file", "Run 2 "]


class Place:
    """An application whose migration was renamed after it ran."""

    def __init__(self, folder: Path, database, *, both: bool) -> None:
        self.live = Live.make(folder, database, TABLES)
        self.repo = self.live.repo
        self.live.ran(20250101000000, "create_songs", "create_table :songs")
        self.repo.commit("what ran")
        self.repo.move("20250101000000_create_songs.rb", "20250601000000_create_songs.rb")
        if both:  # somebody recorded the new version by hand: files must keep it
            self.live.row(20250601000000)
        self.repo.commit("renamed")
        self.variables = {
            "PATH": shim(folder / "bin"),
            "DATABASE_URL": database.url,
            "XDG_STATE_HOME": str(folder / "state"),
        }

    def fix(self, answer, columns: int = 80) -> Seen:
        return at_terminal(
            self.repo.path, "migdoctor fix", answer, columns=columns, **self.variables
        )

    def is_whole(self) -> bool:
        done = migdoctor(self.repo.path, "diagnose", **self.variables)
        return done.status == 0 and not self.repo.git("status", "--porcelain", "-uno")


@pytest.fixture
def files(tmp_path, database) -> Place:
    return Place(tmp_path, database, both=False)


@pytest.fixture
def rows(tmp_path, database) -> Place:
    return Place(tmp_path, database, both=True)


def briskly(_number: int, question: str) -> str:
    """Yes to all that changes something; copies and trials are passed over."""
    return "n" if question.startswith(PASSED_OVER) else "y"


def until(last: int, then):
    """As `briskly` until a question, which gets another answer."""
    return lambda number, question: then if number == last else briskly(number, question)


@pytest.mark.parametrize("columns", [80, 200])
def test_files_get_their_names_back_and_are_committed(files, columns):
    seen = files.fix(briskly, columns)

    assert seen.status == 0, seen.screen
    assert [it[: len(told)] for it, told in zip(seen.questions, FILES, strict=True)] == FILES
    assert files.is_whole(), seen.screen
    assert files.fix(briskly).questions == ()
    told = " ".join(seen.screen.split())
    assert "It is table public.schema_migrations of database" in told
    assert "To give the files their old names suits, because:" in told


def test_rows_get_the_new_versions(rows):
    seen = rows.fix(briskly)

    assert seen.status == 0, seen.screen
    assert rows.live.database.run(RAN) == [("20250601000000",)], seen.screen
    assert migdoctor(rows.repo.path, "diagnose", **rows.variables).status == 0


@pytest.mark.parametrize(
    ("number", "end", "status"),
    [
        pytest.param(1, "n", 1, id="no to the stop of deploys"),
        pytest.param(2, "n", 0, id="no to the rehearsal, which may be passed over"),
        pytest.param(4, "n", 1, id="no to the repair"),
        pytest.param(5, "n", 1, id="no to the commit"),
        pytest.param(1, signal.SIGKILL, -9, id="killed at once"),
        pytest.param(4, signal.SIGKILL, -9, id="killed before the repair"),
        pytest.param(5, signal.SIGKILL, -9, id="killed after it"),
        pytest.param(5, None, -1, id="the terminal is closed"),
        pytest.param(4, "\x03", 130, id="Ctrl-C"),
    ],
)
def test_it_is_left_anywhere_without_harm_and_taken_up_again(files, number, end, status):
    left = files.fix(until(number, end))
    after = files.fix(briskly)

    assert left.status == status, left.screen
    assert status != 1 or "Stopped here" in left.screen
    assert after.status == 0, after.screen
    assert files.is_whole(), after.screen


def test_what_changed_between_the_preview_and_the_yes_stops_it(rows):
    def answer(number: int, question: str) -> str:
        if question.startswith("Change "):
            rows.live.database.run("INSERT INTO schema_migrations VALUES ('20259999000000')")
        return briskly(number, question)

    seen = rows.fix(answer)

    assert seen.status == 1, seen.screen
    assert ("20250101000000",) in rows.live.database.run(RAN)


def test_of_two_at_once_one_repairs_and_the_other_says_so(files):
    others = []

    def answer(number: int, question: str) -> str:
        if question.startswith("Move "):
            others.append(files.fix(until(5, "n")))
        return briskly(number, question)

    seen = files.fix(answer)

    assert len(others) == 1
    assert "Done: renamed 1 migration file." in others[0].screen
    assert seen.status in (0, 1), seen.screen
    after = files.fix(briskly)
    assert (after.status, files.is_whole()) == (0, True), after.screen


def test_without_a_terminal_it_names_the_plain_commands_that_advise_prints(files):
    advised = migdoctor(files.repo.path, "advise", "--format", "json", **files.variables)
    done = migdoctor(files.repo.path, "fix", **files.variables)

    assert done.status == 2
    lines = [line.strip() for line in done.err.splitlines()]
    plan = [step["command"] for step in json.loads(advised.out)["plan"]]
    assert [line for line in lines if line in plan] == plan, done.err
    assert "there is no option --yes" in migdoctor(files.repo.path, "fix", "--yes").err
    assert any(line.startswith("# Deploy") for line in lines), done.err
    pasted = lines[lines.index(next(it for it in lines if "in this order" in it)) + 1 :]
    for line in pasted:
        if line and not line.startswith(("#", "migdoctor rehearse")):
            typed = at_terminal(files.repo.path, line, **files.variables)
            assert typed.status == 0, (line, typed.screen)
    assert files.is_whole()


def test_an_ambiguous_pair_is_settled_by_both_texts(tmp_path, database):
    live = Live.make(tmp_path, database, TABLES)
    live.ran(20250102000000, "add_album", "add_column :songs, :album, :string")
    live.ran(20250103000000, "remove_album", "remove_column :songs, :album, :string")
    live.repo.commit("what ran")
    live.repo.move("20250102000000_add_album.rb", "20250602000000_add_album.rb")
    live.repo.commit("renamed")
    variables = {
        "PATH": shim(tmp_path / "bin"),
        "DATABASE_URL": database.url,
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }

    seen = at_terminal(live.repo.path, "migdoctor fix", briskly, **variables)

    assert seen.status == 0, seen.screen
    assert "--- what may have run: db/migrate/20250102000000_add_album.rb" in seen.screen
    assert "+++ the current file: db/migrate/20250602000000_add_album.rb" in seen.screen
    assert "(both texts are the same:)" in seen.screen
    done = subprocess.run(["git", "-C", live.repo.path, "log", "-1", "--format=%s"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert "Repair migrations" in done.stdout


def edited(files) -> None:
    """The renamed migration makes more today, and the schema file is kept in git."""
    body = ("create_table :songs do |t|", "  t.integer :rating", "end")
    files.live.file(20250601000000, "create_songs", *body)
    text = "ActiveRecord::Schema[7.1].define(version: 2025_06_01_000000) do\nend\n"
    files.repo.write("schema.rb", text, "db")
    files.repo.commit("edited")


def test_the_questions_come_in_the_order_of_the_plan_one_for_each_change(files):
    edited(files)

    seen = files.fix(briskly)

    assert seen.status == 0, seen.screen
    assert [it.split(" [")[0].split(" in /")[0] for it in seen.questions] == [
        "Are deploys stopped?",
        "Write it to follow_up.rb?",
        "Rehearse it now?",
        "Go on without it?",
        "Move 1 file and change 1 schema file",
        "Run 2 commands?",  # the repair is committed
        "Run 1 command?",  # the follow-up is put in its place
        "Is it done?",  # the run on a development database
        "Run 2 commands?",  # and committed
    ], seen.screen
    told = " ".join(seen.screen.split())
    shown, placed, dumped, deploy = (
        told.index(it)
        for it in (
            "class CatchUpWithEditedMigrations",
            "mv follow_up.rb",
            "review the diff; then commit both. Type this in another terminal",
            "Deploy, and run db:migrate there: it runs 1 migration",
        )
    )
    assert shown < placed < dumped < deploy, seen.screen
    assert not files.repo.git("status", "--porcelain", "-uno"), seen.screen


def test_a_follow_up_that_was_placed_and_not_committed_is_committed_by_the_next_run(files):
    edited(files)
    left = files.fix(until(8, "n"))

    after = files.fix(briskly)

    assert left.status == 1, left.screen
    by_hand = left.screen.rpartition("Left to do by hand:")[2]
    assert "git add -- db/migrate/" in by_hand
    assert "mv follow_up.rb" not in by_hand
    assert [it.split(" [")[0] for it in after.questions] == [
        "Is it done?",
        "Run 2 commands?",
    ], after.screen
    assert "catch_up_with_edited" in files.repo.git("show", "--stat", "HEAD"), after.screen


SLOW = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
  $$BEGIN PERFORM pg_sleep(1); RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER slowly AFTER DELETE ON schema_migrations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE PROCEDURE slowly()"""

ASLEEP = """
SELECT EXISTS (SELECT FROM pg_stat_activity
WHERE datname = current_database() AND wait_event = 'PgSleep')"""


def test_killed_while_the_rows_change_it_goes_on_behind_them(rows):
    body = ("create_table :songs", "add_column :songs, :rating, :integer")
    rows.live.file(20250601000000, "create_songs", *body)
    rows.repo.commit("edited")
    rows.live.database.run(SLOW)

    def wait_until(*, sleeping: bool) -> None:
        end = time.monotonic() + 60
        while rows.live.database.run(ASLEEP)[0][0] is not sleeping:
            assert time.monotonic() < end
            time.sleep(0.01)

    def kill(child: int) -> None:
        wait_until(sleeping=True)
        os.kill(child, signal.SIGKILL)

    line = "migdoctor fix"
    killed = at_terminal(rows.repo.path, line, briskly, cut=(0, kill), **rows.variables)
    wait_until(sleeping=False)  # the server goes on to the end by itself
    after = rows.fix(briskly)

    assert (killed.status, after.status) == (-signal.SIGKILL, 0), killed.screen + after.screen
    assert "was cut off" in after.screen
    assert [it for it in after.questions if it.startswith("Change ")] == [], after.screen
    assert rows.live.database.run(RAN) == [("20250601000000",)]
    assert "catch_up_with_edited_migrations" in rows.repo.git("show", "--stat", "HEAD"), (
        after.screen
    )


def test_a_branch_switched_during_the_question_gets_no_commit(files):
    files.repo.git("branch", "other")

    def answer(number: int, question: str) -> str:
        if question.startswith("Run 2 "):
            files.repo.git("symbolic-ref", "HEAD", "refs/heads/other")
        return briskly(number, question)

    seen = files.fix(answer)

    assert seen.status == 1, seen.screen
    assert "HEAD has moved since" in seen.screen
    assert files.repo.git("log", "-1", "--format=%s", "other").strip() == "renamed"


def test_what_was_said_to_be_done_by_hand_and_was_not_is_still_to_be_done(files):
    files.live.database.run("CREATE TABLE tags (id bigserial PRIMARY KEY)")
    files.repo.add("20250603000000_create_tags.rb", "CreateTags", "create_table :tags")
    files.repo.commit("tags")

    seen = files.fix(briskly)

    assert "Is it done? [y/N]" in seen.questions, seen.screen
    assert seen.status == 1, seen.screen
    assert "That step is still to be done" in seen.screen


@pytest.fixture
def shared(files) -> Place:
    """Beside the renamed one, two pending files share a version: that has a step of its own."""
    files.repo.add("20250701000000_create_tags.rb", "CreateTags", "create_table :tags")
    files.repo.commit("tags")
    files.repo.add("20250701000000_create_likes.rb", "CreateLikes", "create_table :likes")
    files.repo.commit("likes")
    return files


def test_what_has_a_later_step_is_no_failure_of_a_repair_and_is_committed_too(shared):
    seen = shared.fix(briskly)

    assert seen.status == 0, seen.screen
    assert "FAILED" not in seen.screen
    assert "NOT YET" in seen.screen
    assert "git mv db/migrate/20250701000000_create_" in seen.screen
    assert not shared.repo.git("status", "--porcelain", "-uno")
    assert shared.is_whole(), seen.screen


def test_whoever_leaves_before_that_step_is_told_of_it(shared):
    seen = shared.fix(until(6, "n"))

    told = " ".join(seen.screen.split())
    assert seen.status == 1
    assert "Stopped here; nothing else was changed." in told
    left = told.partition("Left to do by hand:")[2]
    assert "git mv db/migrate/20250701000000_create_" in left
    assert "Give migrations their own versions" in left
    assert "Do not run db:migrate yet" not in left
