"""No command of the gate throws away a text that stands nowhere else."""

import subprocess
from collections.abc import Callable

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, check, mend, run, started
from tests.support.histories.repositories import FOLDER, Repo, migration

LATER = "20240301000000_create_songs.rb"


def text_of(class_name: str, *body: str) -> bytes:
    return migration(class_name, *body).encode()


WORK = text_of("CreateSongs", "create_table :songs do |t|", "  t.string :title, null: false", "end")
CATS = text_of("CreateCats", "create_table :cats do |t|", "  t.string :unique_to_cats", "end")


def renamed_and_edited(repo: Repo) -> bytes:
    repo.remove(SONGS)
    repo.write(LATER, WORK)
    return WORK


def edited(repo: Repo) -> bytes:
    repo.write(SONGS, WORK)
    return WORK


def slug_and_text_changed(repo: Repo) -> bytes:
    text = text_of("MakeSongs", "create_table :songs do |t|", "  t.text :title", "end")
    repo.remove(SONGS)
    repo.write("20240101000000_make_songs.rb", text)
    return text


def illegal_beside_a_legal_one(repo: Repo) -> bytes:
    repo.add("20240301000000_create_cats.rb", "CreateCats", "create_table :cats")
    repo.write("20240301000000_Create-Cats.rb", CATS)
    return CATS


def without_a_class(repo: Repo) -> bytes:
    text = b"# a plan for cats, not yet written\n"
    repo.write("20240301000000_create_cats.rb", text)
    return text


def record_with_a_flaw(repo: Repo) -> bytes:
    text = b'# thoughts that stand nowhere else\n[[rename]]\nold = "1"\nnew = "2"\n'
    repo.write("renames.toml", text, folder="db")
    return text


SITUATIONS = [
    renamed_and_edited,
    edited,
    slug_and_text_changed,
    illegal_beside_a_legal_one,
    without_a_class,
    record_with_a_flaw,
]


def texts(repo: Repo) -> set[bytes]:
    return {path.read_bytes() for path in (repo.path / "db").rglob("*") if path.is_file()}


@pytest.mark.parametrize("how", ["untracked", "staged", "staged, then lost from the folder"])
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda it: it.__name__)
def test_what_stands_nowhere_else_is_still_there_after_the_commands(
    tmp_path, situation: Callable[[Repo], bytes], how
):
    repo = started(tmp_path / "repo")
    text = situation(repo)
    staged = ("--staged",) if "lost" in how else ()
    if how != "untracked":
        repo.git("add", "-A")
    if "lost" in how:
        for path in (repo.path / "db").rglob("*"):
            if path.is_file() and path.read_bytes() == text:
                path.write_bytes(b"# overwritten on disk since\n")

    outcome = check(repo, *staged)
    for _ in range(2):  # a command that is typed twice does no more harm
        for command in outcome.commands:
            subprocess.run(["sh", "-ec", command], cwd=repo.path, check=False, capture_output=True)

    assert outcome.status == 1
    assert text in texts(repo)
    if "lost" in how:
        assert b"# overwritten on disk since\n" in texts(repo)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda it: it.__name__)
def test_with_the_text_kept_the_gate_opens_again(tmp_path, situation):
    repo = started(tmp_path / "repo")
    situation(repo)

    mend(repo, check(repo))

    assert check(repo).status == 0


def test_what_a_commit_holds_needs_no_copy(tmp_path):
    repo = started(tmp_path / "repo")
    renamed_and_edited(repo)
    repo.commit("renamed")

    command = check(repo).found("MD301")["command"]

    assert "cp " not in command


def test_the_named_commit_is_not_the_folder_that_the_commands_run_in(tmp_path):
    """--ref judges a commit; its commands are typed in a folder that may hold other work."""
    repo = started(tmp_path / "repo")
    repo.remove(SONGS)
    repo.commit("deleted")
    repo.write(SONGS, WORK)

    outcome = check(repo, "--ref", "HEAD")
    mend(repo, outcome)

    assert WORK in texts(repo)


def test_a_copy_lies_where_rails_does_not_look(tmp_path):
    repo = started(tmp_path / "repo")
    edited(repo)

    said = run(repo, "check", "--base", "main").out

    assert f"cp -P -- {FOLDER}/{SONGS} {FOLDER}/{SONGS}.kept" in said
    assert ALBUMS not in said
