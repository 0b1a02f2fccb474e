"""The script of moves against somebody who changes the files while it runs."""

import os
from pathlib import Path

import pytest

from analyzer.scripts.shell.move_script import render_moves
from tests.support.commands.plans import PROVENANCE
from tests.support.histories.trees import (
    SHELLS,
    available,
    file_plan,
    read_tree,
    run_script,
    tree_for,
    write_tree,
)

A, B = "db/migrate/1_a.rb", "db/migrate/2_b.rb"
ACROSS = "db/post_migrate/2_b.rb"
SECRET = b"secret\n"

# What happens between the last look and the first move -> in sh, ELSEWHERE being outside
ATTACKS = {
    "the folder becomes a link": "command mv db/migrate gone; ln -s ELSEWHERE/migrate db/migrate",
    "a folder above becomes a link": "command mv db gone; ln -s ELSEWHERE db",
    "the folder becomes a link within": "command mv db/migrate db/gone; ln -s gone db/migrate",
    "the file becomes a link": f"rm {A}; ln -s ELSEWHERE/secret {A}",
    "the file becomes a pipe": f"rm {A}; mkfifo {A}",
    "the file becomes a folder": f"rm {A}; mkdir {A}",
    "the file gets another content": f"echo evil > {A}",
    "the name is taken by a file": f"echo mine > {B}",
    "the name is taken by a folder": f"mkdir {B}",
    "the name is taken by a link": f"ln -s ELSEWHERE/secret {B}",
    "the name is taken by a link to nothing": f"ln -s nowhere {B}",
    "the name is taken by a pipe": f"mkfifo {B}",
}


@pytest.fixture
def root(tmp_path) -> Path:
    place = tmp_path / "root"
    write_tree(place, tree_for([A]))
    (place / "db/post_migrate").mkdir()
    return place


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    """A folder that is none of ours, with files of the same names."""
    place = tmp_path / "elsewhere"
    write_tree(place, {"secret": SECRET, "migrate/1_a.rb": SECRET, "post_migrate/x": SECRET})
    return place


def attacked(root: Path, elsewhere: Path, attack: str, target: str = B) -> str:
    text = render_moves(file_plan({A: target}), PROVENANCE, git=False)
    lines = text.split("\n")
    place = next(n for n, line in enumerate(lines) if line.startswith("mv -- "))
    lines.insert(place, attack.replace("ELSEWHERE", str(elsewhere)))
    return "\n".join(lines)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_leaves_the_folder_and_nothing_is_overwritten(root, elsewhere, name, shell):
    if not available(shell):
        pytest.skip(f"{shell} is not installed")
    outside = read_tree(elsewhere)
    text = attacked(root, elsewhere, ATTACKS[name])

    done = run_script(text, root, shell=shell)

    assert done.returncode == 1, done.stderr
    assert read_tree(elsewhere) == outside
    assert b"mine\n" not in read_tree(root).values() or read_tree(root)[B] == b"mine\n"


@pytest.mark.parametrize("folder", ["db/migrate", "db/post_migrate", "db"])
def test_a_move_between_folders_leaves_neither(root, elsewhere, folder):
    outside = read_tree(elsewhere)
    swap = f"command mv {folder} gone; ln -s ELSEWHERE{folder.removeprefix('db')} {folder}"

    done = run_script(attacked(root, elsewhere, swap, ACROSS), root)

    assert done.returncode == 1
    assert read_tree(elsewhere) == outside


@pytest.mark.parametrize("name", ["the folder becomes a link", "a folder above becomes a link"])
def test_a_swap_in_the_very_moment_of_the_move_leads_nowhere(root, elsewhere, tmp_path, name):
    """The program mv itself does it, after all that a shell could have looked at."""
    outside = read_tree(elsewhere)
    swap = ATTACKS[name].replace("command mv", "/bin/mv").replace("ELSEWHERE", str(elsewhere))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/mv").write_text(f'#!/bin/sh\n(cd {root}; {swap})\nexec /bin/mv "$@"\n')
    (tmp_path / "bin/mv").chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"

    done = run_script(render_moves(file_plan({A: B}), PROVENANCE, git=False), root, PATH=path)

    assert done.returncode == 1
    assert read_tree(elsewhere) == outside


def test_a_folder_that_is_a_link_is_refused_before_anything_moves(root, elsewhere):
    (root / "db/migrate").rename(root / "gone")
    (root / "db/migrate").symlink_to("../gone", target_is_directory=True)
    before = read_tree(root)

    done = run_script(render_moves(file_plan({A: B}), PROVENANCE, git=False), root)

    assert done.returncode == 1
    assert b"A part of the path db/migrate is a link" in done.stderr
    assert read_tree(root) == before


@pytest.mark.parametrize("shell", SHELLS)
def test_a_changed_line_is_written_into_the_folder_that_was_looked_at(root, elsewhere, shell):
    if not available(shell):
        pytest.skip(f"{shell} is not installed")
    plan = file_plan({A: B}, tree_for([A]), classes=True)
    write_tree(elsewhere, {"migrate/2_b.rb": tree_for([A])[A]})
    outside = read_tree(elsewhere)
    lines = render_moves(plan, PROVENANCE, git=False).split("\n")
    place = next(n for n, line in enumerate(lines) if line.startswith("replace "))
    lines.insert(place, ATTACKS["the folder becomes a link"].replace("ELSEWHERE", str(elsewhere)))

    done = run_script("\n".join(lines), root, shell=shell)

    assert done.returncode == 1
    assert read_tree(elsewhere) == outside
