"""At a terminal the repairs show a preview and the next step; their script goes elsewhere."""

import shlex

import pytest

from tests.support.commands.migdoctor import command, migdoctor
from tests.support.commands.pty import on_a_terminal
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000_create_songs.rb", "20250201000000_create_songs.rb"
COMMANDS = ("git ", "migdoctor ")  # what is typed is never broken in two
SCRIPTS = {"rename-back": ("#!", "fix.sh"), "rewrite": ("BEGIN", "fix.sql")}
BACK = "20250201000000 -> 20250101000000  create_songs.rb"
ROWS = "20250101000000 -> 20250201000000  20250201000000_create_songs.rb"
CARRIED_OUT = {"rename-back": "--apply --git --rows", "rewrite": "-o fix.sql --rows"}
SHOWN = {"rename-back": BACK, "rewrite": ROWS}


@pytest.fixture(scope="module")
def renamed(tmp_path_factory):
    place = tmp_path_factory.mktemp("previews")
    repo = Repo.make(place / "app")
    repo.add(OLD, "CreateSongs", "create_table :songs")
    repo.commit()
    repo.move(OLD, NEW)
    repo.commit()
    (place / "rows.txt").write_text("20250101000000\n")
    return repo


def typed(*words):
    return [*words, "--rows", "../rows.txt"]


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_terminal_shows_the_preview_and_the_next_step_only(renamed, name, columns):
    shown = on_a_terminal(renamed.path, shlex.join(command(*typed(name))), columns)

    mark, file = SCRIPTS[name]
    assert SHOWN[name] in shown
    assert mark not in shown
    assert shown.count("What to do next") == 1
    assert f"migdoctor {name} {CARRIED_OUT[name]} ../rows.txt" in shown
    assert f"add -o {file}" in shown
    told = [line for line in shown.splitlines() if not line.lstrip().startswith(COMMANDS)]
    assert max(map(len, told)) <= columns


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("how", ["a pipe", "a form", "a file"])
def test_the_script_goes_where_it_was_asked_for(renamed, name, how, tmp_path):
    mark, _ = SCRIPTS[name]
    if how == "a pipe":
        shown = migdoctor(renamed.path, *typed(name)).out
    elif how == "a form":
        form = "sh" if name == "rename-back" else "sql"
        line = shlex.join(command(*typed(name, "--format", form)))
        shown = on_a_terminal(renamed.path, line, 80)
    else:
        words = typed(name, "-o", str(tmp_path / "fix"))
        on_a_terminal(renamed.path, shlex.join(command(*words)), 80)
        shown = (tmp_path / "fix").read_text()

    assert mark in shown
