"""``check --write-renames``: certain renames are appended to db/renames.toml, and nothing else."""

import tomllib

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo, migration

SONGS, SONGS_NOW = "20250101000000_create_songs", "20250201000000_create_songs"
USERS, USERS_NOW = "20250102000000_create_users", "20250202000000_create_users"
BY_HAND = '# ours\n[[rename]]\nold = "1_a"\nnew = "2_a"\nreason = "as \\"agreed\\""\n'


@pytest.fixture
def repo(tmp_path) -> Repo:
    """Two merged migrations, both renumbered since; the second does something else now."""
    repo = Repo.make(tmp_path / "app")
    repo.add(f"{SONGS}.rb", "CreateSongs", "create_table :songs do |t|", "  t.string :a", "end")
    body = ("create_table :users do |t|", *(f"  t.string :c{n}" for n in range(9)), "end")
    repo.add(f"{USERS}.rb", "CreateUsers", *body)
    repo.commit()
    repo.move(f"{SONGS}.rb", f"{SONGS_NOW}.rb")
    repo.move(f"{USERS}.rb", f"{USERS_NOW}.rb")
    repo.add(f"{USERS_NOW}.rb", "CreateUsers", *body[:-1], "  t.integer :age", "end")
    return repo


def check(repo, *words):
    return migdoctor(repo.path, "check", "--base", "HEAD", *words)


def record(repo):
    return repo.path / "db/renames.toml"


def test_what_is_certain_is_recorded_and_the_rest_is_named(repo):
    done = check(repo, "--write-renames", "--reason", 'two "branches"\n')

    (entry,) = tomllib.loads(record(repo).read_text())["rename"]
    assert entry == {"old": SONGS, "new": SONGS_NOW, "reason": 'two "branches"\n'}
    assert f"{USERS}.rb -> {USERS_NOW}.rb: it does something else now" in done.err
    assert "migdoctor rewrite --recorded" in done.err
    assert done.status == 1  # the edited one still shuts the gate
    assert "1 error:" in done.out
    assert f"error MD301  db/migrate/{USERS_NOW}.rb" in done.out


def test_a_second_run_changes_nothing(repo):
    check(repo, "--write-renames")
    first = record(repo).read_bytes()

    done = check(repo, "--write-renames")

    assert record(repo).read_bytes() == first
    assert "There is no rename to record" in done.err


@pytest.mark.parametrize("ending", ["", "\n", "\n\n# the end"], ids=repr)
def test_what_was_written_by_hand_stays_byte_for_byte(repo, ending):
    text = BY_HAND.rstrip() + ending
    record(repo).write_text(text)

    check(repo, "--write-renames")

    assert record(repo).read_text().startswith(text)
    assert [it["old"] for it in tomllib.loads(record(repo).read_text())["rename"]] == ["1_a", SONGS]


@pytest.mark.parametrize(
    ("old", "new"), [(SONGS, "3_other"), (SONGS[:14], "3"), (SONGS_NOW, SONGS)]
)
def test_an_entry_by_hand_that_says_otherwise_wins(repo, old, new):
    text = f'[[rename]]\nold = "{old}"\nnew = "{new}"\nreason = "by hand"\n'
    record(repo).write_text(text)

    done = check(repo, "--write-renames")

    assert record(repo).read_text() == text
    assert f"line 1 of db/renames.toml says {old} -> {new}" in done.err


def test_a_dry_run_shows_it_and_writes_nothing(repo):
    done = check(repo, "--write-renames", "--dry-run")

    assert f'+old = "{SONGS}"' in done.err
    assert not record(repo).exists()


def test_texts_that_two_migrations_share_are_not_certain(tmp_path):
    repo = Repo.make(tmp_path / "app")
    text = migration("Again", "execute 'SELECT 1'")
    for number in (1, 2):
        repo.write(f"{number}_again_{number}.rb", text)
    repo.commit()
    repo.move("1_again_1.rb", "31_again_9.rb")
    repo.move("2_again_2.rb", "32_again_8.rb")

    done = check(repo, "--write-renames")

    assert not record(repo).exists()
    assert "There is no rename to record" in done.err


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.symlink_to("/etc/hosts"), "is a link or no file"),
        (lambda path: path.write_text("<<<<<<< HEAD\n"), "cannot be read"),
        (lambda path: path.write_text('rename = [{old="1", new="2"}]\n'), "cannot take an entry"),
    ],
    ids=["a link", "a conflict", "another form"],
)
def test_what_cannot_take_an_entry_is_refused_and_left_alone(repo, make, said):
    make(record(repo))
    before = record(repo).readlink() if record(repo).is_symlink() else None

    done = check(repo, "--write-renames")

    assert (done.status, said in done.err) == (2, True), done
    assert before is None or record(repo).readlink() == before
    assert not record(repo).is_file() or "[[rename]]" not in record(repo).read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--write-renames", "--fix", "--yes"], "--fix and --write-renames"),
        (["--write-renames", "--ref", "HEAD"], "--write-renames and --ref"),
        (["--write-renames", "--staged"], "--write-renames and --staged"),
        (["--reason", "x"], "--reason was given without --write-renames"),
        (["--dry-run"], "--dry-run was given without --write-renames"),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, list) else "",
)
def test_what_does_not_go_together_is_refused(repo, words, said):
    done = check(repo, *words)

    assert (done.status, said in done.err) == (2, True), done
    assert not record(repo).exists()
