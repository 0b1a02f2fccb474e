"""A change that cures what is wrong on the base passes, and the disease is not offered instead."""

import pytest

from tests.support.commands.gates import SONGS, check, on_main, started
from tests.support.histories.repositories import FOLDER, Repo

CATS = "20240101000000_create_cats.rb"  # the version of SONGS
LATER = "20240301000000_create_songs.rb"
FREE = "20240305000000_create_cats.rb"


@pytest.fixture
def doubled(tmp_path):
    """A base where a second file took the version of the first, some commits later."""
    repo = started(tmp_path / "repo")
    on_main(repo, CATS, "CreateCats", "create_table :cats do |t|", "  t.string :name", "end")
    repo.git("checkout", "--quiet", "-B", "change", "main")
    return repo


def test_the_file_that_came_second_never_ran_and_may_get_a_version_of_its_own(doubled: Repo):
    doubled.move(CATS, FREE)

    outcome = check(doubled)

    assert outcome.status == 0, outcome.out


def test_the_file_that_came_first_may_have_run_and_keeps_its_version(doubled: Repo):
    doubled.move(SONGS, "20240305000000_create_songs.rb")

    outcome = check(doubled)

    assert outcome.status == 1
    assert outcome.found("MD301")["path"] == f"{FOLDER}/20240305000000_create_songs.rb"


def test_of_two_files_that_came_together_none_can_have_run(tmp_path):
    repo = started(tmp_path / "repo")
    repo.add("20240304000000_create_cats.rb", "CreateCats", "create_table :cats")
    repo.add("20240304000000_create_dogs.rb", "CreateDogs", "create_table :dogs")
    repo.commit("two of one version")
    repo.git("branch", "--force", "main")
    repo.move("20240304000000_create_cats.rb", "20240305000000_create_cats.rb")

    assert check(repo).status == 0


def test_in_a_shallow_clone_it_is_not_known_which_came_first(doubled: Repo, tmp_path):
    doubled.move(CATS, FREE)
    doubled.commit("cure")
    doubled.git(
        "clone",
        "--quiet",
        "--depth",
        "2",
        "--no-single-branch",
        f"file://{doubled.path}",
        str(tmp_path / "shallow"),
    )
    shallow = Repo(tmp_path / "shallow")

    outcome = check(shallow, "--base", "origin/main")

    assert "MD301" in outcome.codes


def test_the_new_version_of_a_cure_is_judged_like_that_of_any_new_file(doubled: Repo):
    doubled.move(CATS, "20240201000000_create_cats.rb")

    outcome = check(doubled)

    assert "MD307" in outcome.codes


@pytest.fixture
def renamed(tmp_path):
    """A base where a merged migration was renamed, some commits before."""
    repo = started(tmp_path / "repo")
    repo.git("checkout", "--quiet", "main")
    repo.move(SONGS, LATER)
    repo.commit("tidy up")
    repo.git("checkout", "--quiet", "-B", "change", "main")
    return repo


def test_a_repair_gives_a_merged_migration_its_former_name_back(renamed: Repo):
    renamed.move(LATER, SONGS)

    outcome = check(renamed)

    assert outcome.status == 0, outcome.out
    found = outcome.found("MD301")
    assert found["severity"] == "note"
    assert found["command"] is None
    assert "has the name back that it had until" in found["what"]


def test_what_was_edited_too_gets_its_former_name_back_with_the_text_of_today(renamed: Repo):
    renamed.git("checkout", "--quiet", "main")
    renamed.add(LATER, "CreateSongs", "create_table :songs do |t|", "  t.text :words", "end")
    renamed.commit("an edit, later or in the same commit")
    renamed.git("checkout", "--quiet", "-B", "change", "main")
    renamed.move(LATER, SONGS)

    outcome = check(renamed)

    assert outcome.status == 0, outcome.out
    assert outcome.found("MD301")["severity"] == "note"


@pytest.mark.parametrize("otherwise", ["edited", "another name", "it is to stay", "it ran"])
def test_a_former_name_alone_lets_nothing_else_pass(renamed: Repo, otherwise, tmp_path):
    asked = []
    name = "20240201000000_create_songs.rb" if otherwise == "another name" else SONGS
    if otherwise == "it is to stay":
        renamed.write(
            "renames.toml",
            f'[[rename]]\nold = "{SONGS[:-3]}"\nnew = "{LATER[:-3]}"\nreason = "two of one"\n',
            "db",
        )
        renamed.commit("recorded")
        renamed.git("branch", "--force", "main")
    if otherwise == "it ran":
        rows = tmp_path / "rows.csv"
        rows.write_text(f"version\n{LATER[:14]}\n")
        asked = ["--rows", str(rows)]
    renamed.move(LATER, name)
    if otherwise == "edited":
        renamed.add(name, "CreateSongs", "create_table :songs do |t|", "  t.text :words", "end")

    outcome = check(renamed, *asked)

    assert outcome.status == 1
    assert outcome.found("MD301")["severity"] == "error"


def test_a_name_that_another_migration_had_is_no_former_name(renamed: Repo):
    """One commit takes one migration away, and brings an unrelated one of the same slug."""
    renamed.git("checkout", "--quiet", "main")
    renamed.add("20240401000000_fix.rb", "Fix", "create_table :a do |t|", "  t.text :b", "end")
    renamed.commit("a")
    renamed.remove("20240401000000_fix.rb")
    renamed.add("20240402000000_fix.rb", "Fix", "create_table :hh do |t|", "  t.date :kk", "end")
    renamed.commit("another")
    renamed.git("checkout", "--quiet", "-B", "change", "main")
    renamed.move("20240402000000_fix.rb", "20240401000000_fix.rb")

    outcome = check(renamed)

    assert outcome.found("MD301")["severity"] == "error"


def test_what_a_chain_of_records_renamed_stays(renamed: Repo):
    last = "20240501000000_create_songs.rb"
    renamed.git("checkout", "--quiet", "main")
    renamed.move(LATER, last)
    steps = [(SONGS, LATER), (LATER, last)]
    told = (f'[[rename]]\nold = "{a[:-3]}"\nnew = "{b[:-3]}"\nreason = "x"\n' for a, b in steps)
    renamed.write("renames.toml", "".join(told), "db")
    renamed.commit("recorded")
    renamed.git("checkout", "--quiet", "-B", "change", "main")
    renamed.move(last, SONGS)

    assert check(renamed).found("MD301")["severity"] == "error"
