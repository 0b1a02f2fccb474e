"""A row has no file only after every folder, branch, tag and stash was looked at."""

import json

import pytest

from analyzer.report.diagnosis import terminal
from analyzer.report.diagnosis.json_document import render
from analyzer.report.diagnosis.terminal_layout import Style

BLOG, SHOP = "engines/blog/db/migrate", "vendor/shop/db/migrate"


@pytest.fixture
def app(repo):
    repo.add("001_create_songs.rb", "CreateSongs")
    repo.commit()
    return repo


def orphan(done):
    """What is said of row 20250101000000, and whether it is said to be without any file."""
    (finding,) = [it for it in done.report.findings if it.code == "MD107"]
    return finding, json.loads(render(done.report))["orphans"]


def add_post(repo):
    repo.add("20250101000000_create_posts.rb", "CreatePosts", folder=BLOG)


def test_the_folders_that_explain_the_rows_are_proposed_together(app, diagnosed):
    add_post(app)
    app.add("20250202000000_create_carts.rb", "CreateCarts", folder=SHOP)
    app.commit()

    done = diagnosed(app, ["1", "20250101000000", "20250202000000"], directories=("db/migrate",))

    finding, orphans = orphan(done)
    assert orphans == []
    assert "2 rows" in finding.what
    first, _, _ = terminal.render(done.report, Style(200), "db:migrate").partition("\n")
    assert first.endswith("2 of them with a file in a folder that was not looked at.")
    assert finding.fix.endswith(f"migdoctor diagnose --dir db/migrate --dir {BLOG} --dir {SHOP}")
    together = diagnosed(
        app, ["1", "20250101000000", "20250202000000"], directories=("db/migrate", BLOG, SHOP)
    )
    assert not [it for it in together.report.findings if it.severity.value != "note"]


def branch(repo):
    repo.git("checkout", "-qb", "feature")
    add_post(repo)
    repo.commit()
    repo.git("checkout", "-q", "-")


def tag(repo):
    branch(repo)
    repo.git("tag", "v1", "feature")
    repo.git("branch", "-qD", "feature")


def remote(repo):
    branch(repo)
    repo.git("update-ref", "refs/remotes/origin/feature", "feature")
    repo.git("branch", "-qD", "feature")


def reflog(repo):
    branch(repo)
    repo.git("branch", "-qD", "feature")


def stash(repo):
    add_post(repo)
    repo.git("stash", "push", "-qu")


def deleted(repo):
    add_post(repo)
    repo.commit()
    repo.remove("20250101000000_create_posts.rb", folder=BLOG)
    repo.commit()


@pytest.mark.parametrize(
    ("hide", "ref"),
    [
        pytest.param(branch, "feature", id="on a branch"),
        pytest.param(tag, "v1", id="under a tag"),
        pytest.param(remote, "origin/feature", id="on a remote branch"),
        pytest.param(reflog, "no branch now", id="in the reflog"),
        pytest.param(stash, "stash", id="in a stash, untracked"),
        pytest.param(deleted, "", id="deleted"),
    ],
)
def test_another_folder_is_found_wherever_git_keeps_it(app, diagnosed, hide, ref):
    hide(app)

    finding, orphans = orphan(diagnosed(app, ["1", "20250101000000"]))

    assert orphans == []
    assert f"on {ref}" in finding.what
    assert f"{BLOG}/20250101000000_create_posts.rb" in finding.what
    assert "git checkout" in finding.fix


def test_a_row_that_nothing_has_is_said_to_have_no_file_anywhere(app, diagnosed):
    app.write("20250101000000_notes.txt", "no migration", "docs")
    app.commit()

    finding, orphans = orphan(diagnosed(app, ["1", "20250101000000"]))

    assert orphans == ["20250101000000"]
    assert "no file in any folder, branch or history" in finding.what
