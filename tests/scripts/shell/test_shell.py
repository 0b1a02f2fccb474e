"""The script of moves, run for real by the shells that are here."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis.repair.file_plan import plan_rename_back
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.plans.plan import FilePlan, Provenance, ReplaceLine
from analyzer.records import replace
from analyzer.scripts.shell.move_script import render_moves
from tests.support.commands.plans import PROVENANCE, incident
from tests.support.histories.trees import (
    CONTENT,
    HOSTILE_NAMES,
    SHELLS,
    available,
    file_plan,
    moved,
    names,
    read_tree,
    run_script,
    tree_for,
    write_tree,
)

A, B, C = (f"db/migrate/{name}" for name in ("1_a.rb", "2_b.rb", "3_c.rb"))
ARRANGEMENTS = [
    pytest.param({A: B}, id="one move"),
    pytest.param({A: B, B: C}, id="a chain"),
    pytest.param({A: B, B: C, C: A}, id="a ring"),
]
# the system's own only where it is none of the others
each_shell = pytest.mark.parametrize(
    "shell",
    {
        Path(shutil.which(command[0]) or name).resolve(): name
        for name, command in reversed(SHELLS.items())
    }.values(),
)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def need(shell):
    if not available(shell):
        pytest.skip(f"{shell} is not installed")


def script(plan, *, git=False):
    return render_moves(plan, PROVENANCE, git=git)


def hostile_moves(turn):
    """All hostile names, dealt among moves, chains and rings: in three turns each is in each."""
    moves = {}
    for place, name in enumerate(HOSTILE_NAMES):
        one, two, three = (f"-x {name}/m/{name}{end}.rb" for end in "abc")
        ring = {one: two, two: three, three: one}
        moves.update(list(ring.items())[: 1 + (place + turn) % 3])
    return moves


def interrupted(text, command, after):
    """The script with a command put in after that many of its changes."""
    lines = text.split("\n")
    changes = [
        number
        for number in range(lines.index("# The moves."), len(lines))
        if lines[number].startswith(("mv ", "git mv ", "replace "))
    ]
    lines.insert(changes[after], command)
    return "\n".join(lines)


# What a person reads


def test_the_incident_is_seven_plain_moves():
    world = incident()
    plan = plan_rename_back(world.diagnosis, world.files, {}, RAILS)

    text = script(plan)

    assert [line for line in text.splitlines() if line.startswith("mv ")] == [
        f"mv -- db/migrate/{today}.rb db/migrate/{then}.rb"
        for today, then in (
            (
                "20250823000001_create_sync_status_tracking",
                "20250121000001_create_sync_status_tracking",
            ),
            ("20250823000002_create_system_settings", "20250715180254_create_system_settings"),
            (
                "20250823000003_add_archive_sync_settings",
                "20250719192041_add_archive_sync_settings",
            ),
            ("20250823000004_create_sync_changes", "20250719202752_create_sync_changes"),
            ("20250823000005_create_slave_keys", "20250719202803_create_slave_keys"),
            ("20250823000006_create_jukebox_keys", "20250719202812_create_jukebox_keys"),
            ("20250823000007_create_conflict_logs", "20250719205308_create_conflict_logs"),
        )
    ]


def test_the_head_says_where_it_came_from_and_what_to_know():
    world = incident()
    plan = plan_rename_back(world.diagnosis, world.files, {}, RAILS)

    head = script(plan).partition("set -eu")[0]

    assert head.startswith("#!/bin/sh\n# Renames 7 migration files.\n")
    assert "# Written by migdoctor 0.1.0 at 2025-08-24T09:00:00Z" in head
    assert "# Rows: archive_production public.schema_migrations, environment production" in head
    assert "20250121000001, the next" in head
    assert max(map(len, head.splitlines())) <= 100


def test_comments_cannot_be_left_by_a_line_feed(root):
    evil = "x\ntouch canary\r\ntouch canary\u2028\x1b"
    provenance = Provenance(evil, evil, evil, evil, evil, evil, evil, evil)
    plan = file_plan({A: B})
    noted = replace(plan, notes=(evil,))
    write_tree(root, tree_for([A]))

    done = run_script(render_moves(noted, provenance, git=False), root)

    assert done.returncode == 0, done.stderr
    assert not (root / "canary").exists()


def test_an_empty_plan_says_so_and_does_nothing(root):
    done = run_script(script(FilePlan((), ())), root)

    assert done.returncode == 0
    assert done.stderr == b"There is nothing to rename.\n"


@pytest.mark.parametrize("git", [False, True])
def test_shellcheck_finds_nothing(tmp_path, git):
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    text = script(file_plan(hostile_moves(git), classes=True), git=git)
    (tmp_path / "script.sh").write_text(text, "utf-8")

    done = subprocess.run(
        ["shellcheck", "-s", "sh", tmp_path / "script.sh"], capture_output=True, check=False
    )

    assert "shellcheck disable" not in text
    assert done.stdout.decode() == ""


# What it does


@pytest.mark.parametrize(("turn", "shell"), [(0, "dash"), (1, "bash"), (2, "busybox")])
def test_hostile_names_are_moved_and_never_run(root, shell, turn):
    need(shell)
    moves = hostile_moves(turn)
    tree = tree_for(moves)
    write_tree(root, tree)
    plan = file_plan(moves, tree, classes=True)

    done = run_script(script(plan), root, shell=shell)

    assert done.returncode == 0, done.stderr
    assert read_tree(root) == moved(tree, moves, classes=True)
    undone = run_script(script(plan.inverse()), root, shell=shell)
    assert undone.returncode == 0, undone.stderr
    assert read_tree(root) == tree


@settings(max_examples=15, deadline=None)
@given(st.sets(names, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_any_exchange_of_any_names_is_carried_out_and_taken_back(some, random):
    paths = [f"{name}/{name}.rb" for name in sorted(some) if name not in {".", ".."}]
    shuffled = random.sample(paths, len(paths))
    moves = dict(zip(paths[1:], shuffled, strict=False))
    moves = {one: two for one, two in moves.items() if one != two}
    free = set(paths) - moves.keys()
    tree = tree_for(moves)
    plan = file_plan(moves, tree, classes=True)
    with TemporaryDirectory() as folder:
        root = Path(folder, "root")
        write_tree(root, {**tree, **{path + "x": b"" for path in free}})
        start = read_tree(root)

        done = run_script(script(plan), root)
        there = read_tree(root)
        undone = run_script(script(plan.inverse()), root)

        assert done.returncode == undone.returncode == 0, done.stderr + undone.stderr
        assert there == moved(start, moves, classes=True)
        assert read_tree(root) == start


@each_shell
def test_the_class_line_changes_and_nothing_else(root, shell):
    need(shell)
    write_tree(root, {A: CONTENT}, mode=0o750)

    done = run_script(script(file_plan({A: B}, {A: CONTENT}, classes=True)), root, shell=shell)

    assert done.returncode == 0, done.stderr
    assert read_tree(root) == {B: CONTENT.replace(b"New", b"Old")}
    assert (root / B).stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("class S::S < M", "class S::T < M", id="the name is part of another"),
        pytest.param("class A.*[^$]/&\\ < M", "class B&/\\1 < M", id="more than a word differs"),
        pytest.param("\ufeffclass É < M # $(x)", "\ufeffclass E < M # $(x)", id="not ASCII"),
    ],
)
def test_a_line_is_replaced_as_text_and_not_as_a_pattern(root, before, after):
    write_tree(root, {A: before.encode() + b"\nend\n"})
    plan = FilePlan((ReplaceLine(A, 1, before, after),), ())

    done = run_script(script(plan), root)

    assert done.returncode == 0, done.stderr
    assert read_tree(root) == {A: after.encode() + b"\nend\n"}


@pytest.mark.parametrize("moves", ARRANGEMENTS)
def test_a_second_run_says_that_it_was_done_and_changes_nothing(root, moves):
    write_tree(root, tree_for(moves))
    text = script(file_plan(moves, tree_for(moves), classes=True))
    run_script(text, root)
    there = read_tree(root)

    again = run_script(text, root)

    assert again.returncode == 0
    assert again.stderr == b"This was done already. Nothing was changed.\n"
    assert read_tree(root) == there


def test_git_stages_the_moves(root):
    write_tree(root, tree_for([A]))
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=root, check=True)

    done = run_script(script(file_plan({A: B}), git=True), root)

    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, check=True)
    assert done.returncode == 0, done.stderr
    assert listed.stdout.decode().split() == [B]


def test_git_refuses_what_it_does_not_track(root):
    write_tree(root, tree_for([A]))
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)

    done = run_script(script(file_plan({A: B}), git=True), root)

    assert done.returncode == 1
    assert b"git does not know db/migrate/1_a.rb" in done.stderr
    assert read_tree(root) == tree_for([A])


# What it refuses


def block_with_a_link(root):
    (root / B).symlink_to("nowhere")


def block_with_a_folder(root):
    (root / B).mkdir()


def swap_for_a_link(root):
    (root / A).rename(root / C)
    (root / A).symlink_to("3_c.rb")


def edit_the_class_line(root):
    (root / A).write_bytes(b"# first\nclass Other < M\n")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(lambda root: (root / A).unlink(), "missing: db/migrate/1_a.rb", id="missing"),
        pytest.param(lambda root: (root / B).touch(), "taken: db/migrate/2_b.rb", id="taken"),
        pytest.param(block_with_a_link, "not a regular file: db/migrate/2_b.rb", id="broken link"),
        pytest.param(block_with_a_folder, "not a regular file: db/migrate/2_b.rb", id="folder"),
        pytest.param(
            swap_for_a_link, "not a regular file: db/migrate/1_a.rb", id="source is a link"
        ),
        pytest.param(edit_the_class_line, "line 2 does not read", id="class line edited"),
    ],
)
def test_files_that_are_not_as_analysed_are_left_alone(root, spoil, said):
    write_tree(root, tree_for([A, "db/migrate/9_x.rb"]))
    plan = file_plan({A: B, "db/migrate/9_x.rb": "db/migrate/8_x.rb"}, classes=True)
    spoil(root)
    there = read_tree(root)

    done = run_script(script(plan), root)

    assert done.returncode == 1
    assert said.encode() in done.stderr
    assert b"Nothing was changed." in done.stderr
    assert read_tree(root) == there


@each_shell
@pytest.mark.parametrize("moves", ARRANGEMENTS[:2])
def test_a_file_that_was_edited_since_moves_only_if_that_is_allowed(root, shell, moves):
    need(shell)
    tree = {**tree_for(moves), A: b"edited"}
    write_tree(root, tree)
    text = script(file_plan(moves))

    refused = run_script(text, root, shell=shell)
    there = read_tree(root)
    allowed = run_script(text, root, shell=shell, MIGDOCTOR_ALLOW_EDITED="1")

    assert refused.returncode == 1
    assert refused.stderr.startswith(b"problem: edited since this was written: db/migrate/1_a.rb\n")
    assert b"MIGDOCTOR_ALLOW_EDITED=1" in refused.stderr
    assert there == tree
    assert allowed.returncode == 0, allowed.stderr
    assert read_tree(root) == moved(tree, moves)


def test_line_ends_as_git_checks_them_out_are_no_edit(root):
    tree = tree_for([A])
    write_tree(root, {A: tree[A].replace(b"\r", b"").replace(b"\n", b"\r\n")})
    plan = file_plan({A: B}, {A: tree[A].replace(b"\r", b"")})

    done = run_script(script(plan), root)

    assert done.returncode == 0, done.stderr


def test_what_was_edited_after_the_move_is_no_matter_to_a_second_run(root):
    write_tree(root, tree_for([A]))
    text = script(file_plan({A: B}))
    run_script(text, root)
    (root / B).write_bytes(b"edited")

    again = run_script(text, root)

    assert again.stderr == b"This was done already. Nothing was changed.\n"


def test_without_git_it_stops_before_it_moves(root, tmp_path):
    write_tree(root, tree_for([A]))
    for tool in ("sh", "tr", "mv"):
        (tmp_path / tool).symlink_to(shutil.which(tool))

    done = run_script(script(file_plan({A: B})), root, PATH=os.fspath(tmp_path))

    assert done.returncode == 1
    assert b"This needs git" in done.stderr
    assert read_tree(root) == tree_for([A])


def test_names_to_exchange_are_left_alone_when_a_file_was_edited(root):
    write_tree(root, tree_for([A, B]))
    text = script(file_plan({A: B, B: A}, tree_for([A, B])))
    (root / A).write_bytes(b"edited")

    done = run_script(text, root)

    assert done.returncode == 1
    assert b"were edited since" in done.stderr
    assert read_tree(root)[A] == b"edited"


def test_elsewhere_it_says_what_to_type(root, tmp_path):
    write_tree(root, tree_for([A]))

    done = run_script(script(file_plan({A: B})), root, cwd=tmp_path)

    assert done.returncode == 1
    assert b"sh THIS_SCRIPT /path/to/repository" in done.stderr
    assert read_tree(root) == tree_for([A])


@pytest.mark.parametrize("name", ["root", "-", "-P", "a b"])
def test_it_can_be_told_where_the_root_is(tmp_path, name):
    root = tmp_path / name
    write_tree(root, tree_for([A]))

    done = run_script(script(file_plan({A: B})), root, name, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert list(read_tree(root)) == [B]


# When it is cut off


@each_shell
@pytest.mark.parametrize("moves", ARRANGEMENTS)
def test_a_step_that_fails_puts_everything_back(root, shell, moves):
    need(shell)
    tree = tree_for(moves)
    write_tree(root, tree)
    plan = file_plan(moves, tree, classes=True)
    for after in range(len(plan.steps)):
        done = run_script(interrupted(script(plan), "false", after), root, shell=shell)

        assert done.returncode == 1
        assert b"All files are as they were before." in done.stderr
        assert read_tree(root) == tree


@pytest.mark.parametrize("signal", ["HUP", "INT", "TERM"])
def test_a_signal_puts_everything_back(root, signal):
    write_tree(root, tree_for([A, B]))
    plan = file_plan({A: B, B: C}, tree_for([A, B]))

    done = run_script(interrupted(script(plan), f"kill -{signal} $$", 1), root)

    assert done.returncode == 1
    assert read_tree(root) == tree_for([A, B])


@pytest.mark.parametrize("way", ["again", "undo"])
@pytest.mark.parametrize("moves", ARRANGEMENTS)
def test_after_a_kill_a_second_run_finishes_and_an_undo_restores(root, moves, way):
    tree = tree_for(moves)
    plan = file_plan(moves, tree, classes=True)
    expected = moved(tree, moves, classes=True) if way == "again" else tree
    for after in range(len(plan.steps)):
        shutil.rmtree(root)
        write_tree(root, tree)
        killed = run_script(interrupted(script(plan), "kill -KILL $$", after), root)

        done = run_script(script(plan if way == "again" else plan.inverse()), root)

        assert killed.returncode == -9
        assert done.returncode == 0, done.stderr
        assert read_tree(root) == expected


def test_a_script_that_ends_too_early_puts_everything_back(root):
    moves = {A: B, C: "db/migrate/4_d.rb"}
    write_tree(root, tree_for(moves))
    whole = script(file_plan(moves))
    short = whole[: whole.rindex("mv -- ")]

    done = run_script(short, root)

    assert done.returncode == 1
    assert read_tree(root) == tree_for(moves)


def test_a_move_that_cannot_be_made_puts_the_others_back(root):
    moves = {A: B, C: "other/migrate/4_d.rb"}
    write_tree(root, tree_for(moves))
    (root / "other").mkdir()
    (root / "other/migrate").mkdir()
    text = interrupted(script(file_plan(moves)), "rmdir other/migrate", 1)

    done = run_script(text, root)

    assert done.returncode == 1
    assert read_tree(root) == tree_for(moves)


def test_moves_are_in_the_order_of_the_plan():
    plan = file_plan({A: B, B: C})

    lines = [line for line in script(plan).splitlines() if line.startswith("mv ")]

    assert lines == [f"mv -- {B} {C}", f"mv -- {A} {B}"]
