"""``rename-back --apply``: all files moved or none, and never over somebody's work."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.services.repair.rows.test_rewrite_apply import NEW, OLD, OTHER, place_in
from tests.support.commands.repair_runs import Place

BACK = f"db/migrate/{OLD}_create_songs.rb"
AHEAD_OTHER = "db/migrate/20250202000000_create_artists.rb"
AHEAD = f"db/migrate/{NEW}_create_songs.rb"


@pytest.fixture
def place(tmp_path, database) -> Place:
    return place_in(tmp_path, database)


def names(place: Place) -> list[str]:
    return sorted(place.files())


def test_it_moves_verifies_and_undo_takes_it_back(place):
    before = place.files()

    done = place.run("rename-back", "--apply", "--yes")
    there = names(place)
    undone = place.run("undo", "--yes")

    assert done.status == 0, done.err
    assert done.err.index("Way back: migdoctor undo") < done.err.index("Done: renamed 1 migration")
    assert "2 rows with a file; none is left to run" in done.err
    assert there == [BACK, f"db/migrate/{OTHER}_create_artists.rb"]
    assert (undone.status, place.files()) == (0, before)
    assert place.states() == ["begun", "done", "undoing", "undone"]


@pytest.mark.parametrize("how", [(), ("--git",)], ids=["by mv", "by git mv"])
def test_the_commit_that_is_printed_then_commits_all_of_it(place, how):
    done = place.run("rename-back", "--apply", "--yes", *how)

    lines = re.findall(r"^ +(git (?:add|commit) .*)$", done.err, re.MULTILINE)
    subprocess.run(["sh", "-ec", "; ".join(lines)], cwd=place.repository, check=True)

    left = subprocess.run(
        ["git", "status", "--porcelain"], cwd=place.repository, capture_output=True, check=True
    )
    assert lines
    assert left.stdout == b""


def test_the_way_back_can_be_run_by_hand(place):
    before = place.files()
    place.run("rename-back", "--apply", "--yes")

    os.system(f"sh {place.journal()[0]['way_back']['path']} {place.repository} 2>/dev/null")

    assert place.files() == before


def test_the_way_back_can_be_pasted_whatever_the_folders_are_called(tmp_path, database):
    plain = place_in(tmp_path, database)
    hostile = plain.repository.rename(tmp_path / "it's my app; exit 9")
    place = Place(hostile, database, tmp_path / "state of mine")
    before = place.files()
    done = place.run("rename-back", "--apply", "--yes")
    command = done.err.partition("\n          or ")[2].partition("\n")[0]

    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True, capture_output=True)

    assert place.files() == before


def test_a_dry_run_checks_all_and_moves_nothing(place):
    done = place.run("rename-back", "--dry-run")

    assert done.status == 0, done.err
    assert "Dry run: all of it can be done. Nothing was changed." in done.err
    assert AHEAD in names(place)
    assert not list(place.state.glob("repairs/*"))


@pytest.mark.parametrize(
    "dirt",
    [
        pytest.param(("20250301000000_new.rb", "class New; end"), id="an untracked migration"),
        pytest.param((f"{NEW}_create_songs.rb", "# of no matter\n"), id="an edited one"),
    ],
)
def test_a_dirty_folder_is_refused_unless_allowed(place, dirt):
    name, text = dirt
    with (place.repository / "db/migrate" / name).open("a") as file:
        file.write(text)

    refused = place.run("rename-back", "--apply", "--yes")
    there = names(place)
    allowed = place.run("rename-back", "--apply", "--yes", "--allow-dirty")

    assert refused.status == 2
    assert f"db/migrate is not as committed: db/migrate/{name}" in refused.err
    assert AHEAD in there
    assert allowed.status == 0, allowed.err
    assert BACK in names(place)


def test_a_name_that_is_taken_is_never_overwritten(place):
    (place.repository / BACK).mkdir()

    done = place.run("rename-back", "--apply", "--yes")

    assert done.status == 1
    assert "this name is taken" in done.err or "not a regular file" in done.err
    assert AHEAD in names(place)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--ref", "HEAD", "--yes"], "--ref names a commit", id="another commit"),
        pytest.param(["--undo", "--yes"], "--apply and --undo", id="undo"),
        pytest.param(["--format", "patch", "--yes"], "--format patch", id="a patch"),
        pytest.param([], "no terminal to ask at", id="nobody to ask"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(place, options, said):
    done = place.run("rename-back", "--apply", *options)

    assert done.status == 2
    assert said in done.err
    assert AHEAD in names(place)


def test_while_another_repair_holds_the_folder_it_stops(place):
    handle = os.open(place.repository, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    done = place.run("rename-back", "--apply", "--yes")
    os.close(handle)

    assert done.status == 2
    assert "another repair is running" in done.err
    assert AHEAD in names(place)


def test_a_step_that_fails_puts_back_what_was_moved(tmp_path, database):
    place = place_in(tmp_path, database)
    _rename_the_other_too(place)
    before = place.files()
    broken = _with_mv(tmp_path, f'case "$2$3" in *{OTHER}_*) exit 1;; esac\nexec /bin/mv "$@"')

    done = place.run("rename-back", "--apply", "--yes", PATH=broken)

    assert done.status == 1
    assert "all files are as they were" in done.err
    assert place.files() == before
    assert place.states() == ["begun", "failed"]


def test_killed_in_the_middle_a_second_run_finishes_and_undo_works(tmp_path, database):
    place = place_in(tmp_path, database)
    _rename_the_other_too(place)
    before = place.files()
    _kill_in_the_middle(place, tmp_path)
    between = names(place)

    again = place.run("rename-back", "--apply", "--yes")
    there = names(place)
    undone = place.run("undo", "--yes")

    assert between == [BACK, AHEAD_OTHER]
    assert again.status == 0, again.err
    assert "Its own script runs first" in " ".join(again.err.split())
    assert there == [BACK, f"db/migrate/{OTHER}_create_artists.rb"]
    assert (undone.status, place.files()) == (0, before), undone.err


def test_after_a_kill_whoever_looks_is_told_and_rows_stay_as_they_are(tmp_path, database):
    place = place_in(tmp_path, database)
    _rename_the_other_too(place)
    _kill_in_the_middle(place, tmp_path)
    repair = place.journal()[0]["id"]

    looks = [place.run("diagnose"), place.run("rename-back"), place.run("rewrite")]
    refused = place.run("rewrite", "--apply", "--yes")
    listed = place.run("undo", "--list")
    tried = place.run("rename-back", "--dry-run")

    for look in looks:
        said = " ".join(look.err.split())
        assert f"repair {repair}, which moves files here, was cut off" in said
        assert f"rename-back --apply; to take it back: migdoctor undo {repair}" in said
    assert refused.status == 2
    assert "what the rows should be depends on where the files end" in refused.err
    assert place.rows() == [OLD, OTHER]
    assert "begun (cut off, or still running)" in listed.out
    assert "Dry run: an earlier run was cut off" in tried.err
    assert names(place) == [BACK, AHEAD_OTHER]


def test_an_undo_that_was_killed_is_named_as_such_and_finished(tmp_path, database):
    place = place_in(tmp_path, database)
    _rename_the_other_too(place)
    before = place.files()
    place.run("rename-back", "--apply", "--yes")
    _kill_in_the_middle(place, tmp_path, "undo", there=AHEAD_OTHER, stuck="create_songs")
    repair = place.journal()[0]["id"]

    look = place.run("diagnose")
    undone = place.run("undo", "--yes")

    assert f"the undo of repair {repair}" in " ".join(look.err.split())
    assert f"To finish it: migdoctor undo {repair}" in " ".join(look.err.split())
    assert (undone.status, place.files()) == (0, before), undone.err
    assert f"Undone: the files are as before repair {repair}." in undone.err


@pytest.mark.parametrize(
    ("options", "there"),
    [
        pytest.param([], AHEAD_OTHER, id="given up, as it may not move what was edited"),
        pytest.param(["--allow-dirty"], f"db/migrate/{OTHER}_create_artists.rb", id="allowed"),
    ],
)
def test_what_was_edited_after_a_kill_moves_only_if_that_is_allowed(
    tmp_path, database, options, there
):
    place = place_in(tmp_path, database)
    _rename_the_other_too(place)
    _kill_in_the_middle(place, tmp_path)
    with (place.repository / AHEAD_OTHER).open("a") as file:
        file.write("# edited\n")

    again = place.run("rename-back", "--apply", "--yes", *options)

    assert names(place) == [BACK, there]
    assert (again.status == 0) is bool(options), again.err
    said = " ".join(again.err.split())
    assert ("the files stay as it left them when it was cut off" in said) == (not options)
    assert (f"edited since this was written: {AHEAD_OTHER}" in said) == (not options)


def test_files_edited_since_are_not_taken_back_unless_allowed(place):
    place.run("rename-back", "--apply", "--yes")
    (place.repository / BACK).write_text("class CreateSongs < ActiveRecord::Migration[6.1]; end\n")

    refused = place.run("undo", "--yes")
    allowed = place.run("undo", "--yes", "--allow-dirty")

    assert refused.status == 2
    assert "the files are not as repair" in refused.err
    assert allowed.status == 0, allowed.err
    assert "CreateSongs" in (place.repository / AHEAD).read_text()


def _kill_in_the_middle(
    place: Place, folder: Path, *command: str, there: str = BACK, stuck: str = f"{OTHER}_"
) -> None:
    """Kill a run when the first of two files is ``there`` and the other is ``stuck``."""
    path = _with_mv(folder, f'case "$*" in *{stuck}*) sleep 60;; esac\nexec /bin/mv "$@"')
    running = place.start(*(command or ("rename-back", "--apply")), "--yes", PATH=path)
    while not (place.repository / there).exists():
        assert running.poll() is None, running.communicate()
        time.sleep(0.01)
    script = _child(running.pid)
    for _ in range(3):  # what one of them started meanwhile goes in the next round
        for pid in [running.pid, *_of_session(script)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    running.communicate()


def _rename_the_other_too(place: Place) -> None:
    folder = place.repository / "db/migrate"
    (folder / f"{OTHER}_create_artists.rb").rename(folder / "20250202000000_create_artists.rb")
    for command in ("add -A", "commit -qm more"):
        assert os.system(f"git -C {place.repository} {command}") == 0


def _with_mv(folder: Path, body: str) -> str:
    """A PATH whose mv does something else first."""
    place = folder / "bin"
    place.mkdir()
    (place / "mv").write_text(f"#!/bin/sh\n{body}\n")
    (place / "mv").chmod(0o755)
    assert shutil.which("mv", path=str(place))
    return f"{place}{os.pathsep}{os.environ['PATH']}"


def _child(parent: int) -> int:
    """The script: of the parent's children the one that leads a session of its own."""
    (child,) = (pid for pid, above, session in _processes() if above == parent and session == pid)
    return child


def _of_session(leader: int) -> list[int]:
    return [pid for pid, _, session in _processes() if session == leader]


def _processes() -> list[tuple[int, int, int]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.append((int(folder.name), int(fields[1]), int(fields[3])))
    return found
