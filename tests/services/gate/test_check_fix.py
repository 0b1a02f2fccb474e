"""``check --fix``: the gate's own commands carried out, with every edit kept as a new migration."""

import io
import os
from contextlib import redirect_stderr, redirect_stdout

import pytest

from analyzer.cli import main
from tests.support.commands.gates import SONGS, check, environment, mend, run, started
from tests.support.histories.repositories import FOLDER, Repo, migration
from tests.workflow.gate.test_check_findings import SITUATIONS, renamed_and_edited

MOVING = {
    "renamed",
    "renamed_and_edited",
    "versions_swapped",
    "slug_changed",
    "moved_elsewhere",
    "deleted",
    "edited",
}
BEYOND = {"linked"}  # what a link leads to must be looked at by a person


def texts(repo: Repo) -> dict[str, bytes]:
    found = (path for path in (repo.path / "db").rglob("*") if path.is_file())
    return {str(path.relative_to(repo.path)): path.read_bytes() for path in found}


@pytest.mark.parametrize(
    ("code", "situation"),
    [
        pytest.param(code, it, id=f"{code} {it.__name__}")
        for code, it in SITUATIONS
        if it.__name__ not in BEYOND
    ],
)
def test_after_the_fix_the_gate_is_open(tmp_path, code, situation):
    repo = started(tmp_path / "repo")
    situation(repo)

    outcome = run(repo, "check", "--base", "main", "--fix", "--yes")

    assert outcome.status == 0, outcome.out + outcome.err
    assert check(repo).status == 0


def who_may_run(repo: Repo) -> list[tuple[str, int]]:
    """Of each file but the draft, who may execute it; without its number, which is a time."""
    found = (path for path in (repo.path / "db").rglob("*.rb") if "catch_up" not in path.name)
    return sorted((path.name.lstrip("0123456789"), path.stat().st_mode & 0o111) for path in found)


@pytest.mark.parametrize(
    "situation",
    [pytest.param(it, id=it.__name__) for _, it in SITUATIONS if it.__name__ in MOVING],
)
def test_files_keep_the_permissions_that_the_printed_commands_leave_them(tmp_path, situation):
    by_hand, by_fix = (started(tmp_path / name) for name in ("by_hand", "by_fix"))
    for repo in (by_hand, by_fix):
        (repo.path / FOLDER / SONGS).chmod(0o755)
        repo.commit("a script")
        repo.git("branch", "--force", "main")
        situation(repo)

    mend(by_hand, check(by_hand))
    run(by_fix, "check", "--base", "main", "--fix", "--yes")

    assert who_may_run(by_fix) == who_may_run(by_hand)
    assert ("_create_songs.rb", 0o111) in who_may_run(by_fix)


def test_an_edit_that_goes_back_is_kept_as_a_new_migration(tmp_path):
    repo = started(tmp_path / "repo")
    repo.write(
        SONGS,
        migration(
            "CreateSongs",
            "create_table :songs do |t|",
            "  t.string :title",
            "  t.integer :length",
            "end",
        ),
    )

    run(repo, "check", "--base", "main", "--fix", "--yes")

    (draft,) = (repo.path / FOLDER).glob("*_catch_up_with_edited_migrations.rb")
    assert 'add_column "songs", "length", :integer' in draft.read_text()
    assert "length" not in (repo.path / FOLDER / SONGS).read_text()


def test_without_a_yes_nothing_is_written(tmp_path):
    repo = started(tmp_path / "repo")
    renamed_and_edited(repo)
    before = texts(repo)

    outcome = run(repo, "check", "--base", "main", "--fix")

    assert outcome.status == 2
    assert "--yes" in outcome.err
    assert texts(repo) == before


@pytest.mark.parametrize("also", [["--staged"], ["--ref", "HEAD"]])
def test_it_writes_nowhere_but_into_what_was_checked(tmp_path, also):
    repo = started(tmp_path / "repo")
    renamed_and_edited(repo)
    before = texts(repo)

    outcome = run(repo, "check", "--base", "main", "--fix", "--yes", *also)

    assert outcome.status == 2
    assert "--fix" in outcome.err
    assert texts(repo) == before


def test_where_there_is_nothing_to_fix_it_says_so(tmp_path):
    repo = started(tmp_path / "repo")

    outcome = run(repo, "check", "--base", "main", "--fix", "--yes")

    assert outcome.status == 0
    assert "nothing to fix" in outcome.err


def test_a_file_that_changes_under_it_stops_it_whole(tmp_path, monkeypatch):
    repo = started(tmp_path / "repo")
    renamed_and_edited(repo)
    before = texts(repo)

    from analyzer.operations.repair import text_changes

    def meanwhile(root, expected, *after):
        (repo.path / FOLDER / "20240301000000_create_songs.rb").write_text("# an editor was here\n")
        return kept(root, expected, *after)

    kept = text_changes.write_texts
    monkeypatch.setattr(text_changes, "write_texts", meanwhile)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        status = main.run(["check", "--repo", str(repo.path), "--base", "main", "--fix", "--yes"])

    assert status == 1
    assert "changed while it was looked at" in said.getvalue()
    assert set(texts(repo)) == set(before)


def test_a_folder_that_is_a_link_by_now_is_not_followed(tmp_path):
    from analyzer.errors import RepositoryError
    from analyzer.operations.repair.text_changes import write_texts

    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (root / "db").symlink_to(outside)

    with pytest.raises(RepositoryError):
        write_texts(root, {"db/a.rb": None}, {"db/a.rb": b"x"})

    assert os.listdir(outside) == []  # noqa: PTH208  names are all there is


def test_what_cannot_be_written_whole_is_put_back(tmp_path):
    from analyzer.errors import RepositoryError
    from analyzer.operations.repair.text_changes import write_texts

    (tmp_path / "a.rb").write_bytes(b"old")
    (tmp_path / "z").write_bytes(b"in the way of a folder")

    with pytest.raises(RepositoryError):
        write_texts(tmp_path, {"a.rb": b"old"}, {"a.rb": b"new", "z/b.rb": b"new"})

    assert (tmp_path / "a.rb").read_bytes() == b"old"


def test_what_is_put_back_has_the_permissions_that_it_had(tmp_path):
    from analyzer.errors import RepositoryError
    from analyzer.operations.repair.text_changes import write_texts

    (tmp_path / "a.rb").write_bytes(b"old")
    (tmp_path / "a.rb").chmod(0o770)
    (tmp_path / "z").mkdir(mode=0o500)
    (tmp_path / "z" / "b.rb").mkdir()  # is in the way

    with pytest.raises(RepositoryError):
        write_texts(tmp_path, {"a.rb": b"old"}, {"a.rb": b"new", "z/b.rb": b"new"})

    assert (tmp_path / "a.rb").stat().st_mode & 0o777 == 0o770


def test_what_a_sparse_checkout_leaves_out_is_named_with_what_brings_it(tmp_path):
    repo = started(tmp_path / "repo")
    repo.write("a.txt", "", folder="docs")
    renamed_and_edited(repo)
    repo.commit("renamed")
    repo.git("sparse-checkout", "set", "docs")

    outcome = run(repo, "check", "--base", "main", "--fix", "--yes")

    assert outcome.status == 2
    assert "git sparse-checkout add db/migrate" in outcome.err
    assert not texts(repo)
    repo.git("sparse-checkout", "add", "db/migrate")
    assert run(repo, "check", "--base", "main", "--fix", "--yes").status == 0
