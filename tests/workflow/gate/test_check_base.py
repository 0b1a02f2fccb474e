"""What a change is compared with, and what git may not do meanwhile."""

import json
import os
import stat
import subprocess

import pytest

from tests.support.commands.gates import SONGS, check, environment, run, started
from tests.support.histories.repositories import FOLDER, Repo

NEW = "20240301000000_create_songs.rb"


@pytest.fixture
def clone(tmp_path):
    """A clone whose branch renames a merged migration; the base is not called main here."""
    origin = started(tmp_path / "origin")
    origin.git("branch", "release", "main")
    subprocess.run(
        ["git", "clone", "--quiet", f"file://{origin.path}", str(tmp_path / "clone")], check=True
    )
    repo = Repo(tmp_path / "clone")
    repo.git("remote", "set-head", "origin", "main")
    repo.git("checkout", "--quiet", "-b", "work")
    repo.move(SONGS, NEW)
    repo.commit("renamed")
    return repo


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"GITHUB_BASE_REF": "release"}, id="GitHub"),
        pytest.param({"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release"}, id="GitLab"),
        pytest.param({"BITBUCKET_PR_DESTINATION_BRANCH": "release"}, id="Bitbucket"),
        pytest.param({"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/release"}, id="Azure"),
        pytest.param({"CIRCLE_TARGET_BRANCH": "release"}, id="CircleCI"),
        pytest.param({"CHANGE_TARGET": "release"}, id="Jenkins"),
        pytest.param({"BUILDKITE_PULL_REQUEST_BASE_BRANCH": "release"}, id="Buildkite"),
    ],
)
def test_the_base_comes_from_the_ci_system(clone, variables):
    done = run(clone, "check", "--format", "json", **variables)

    assert done.status == 1
    assert done.codes == ["MD301"]
    assert done.document["base"]["name"].startswith("origin/release (")


def test_without_a_ci_system_the_base_is_the_clones_main_branch(clone):
    done = run(clone, "check", "--format", "json")

    assert done.codes == ["MD301"]
    assert done.document["base"]["name"] == "origin/HEAD"


@pytest.mark.parametrize(
    ("ref", "base"), [("refs/heads/main", "before"), ("refs/heads/work", "origin/main")]
)
def test_githubs_push_is_compared_with_what_was_there_or_with_the_main_branch(
    clone, tmp_path, ref, base
):
    before = clone.git("rev-parse", "HEAD~1").strip()
    event = {"ref": ref, "before": before, "repository": {"default_branch": "main"}}
    place = tmp_path / "event.json"
    place.write_text(json.dumps(event))

    done = run(clone, "check", "--format", "json", GITHUB_EVENT_PATH=str(place))

    assert done.codes == ["MD301"]
    assert done.document["base"]["commit"] == before
    assert base in done.document["base"]["name"] or base == "before"


def test_gitlab_needs_no_branch_where_it_tells_the_commit(clone):
    commit = clone.git("rev-parse", "origin/main").strip()

    done = run(
        clone,
        "check",
        "--format",
        "json",
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME="gone",
        CI_MERGE_REQUEST_DIFF_BASE_SHA=commit,
    )

    assert done.document["base"]["commit"] == commit


def test_a_base_that_was_not_fetched_is_told_how_to_be(clone):
    done = run(clone, "check", GITHUB_BASE_REF="gone")

    assert done.status == 2
    assert "gone, which GITHUB_BASE_REF=gone names, is not in this clone" in done.err
    assert "fetch-depth: 0" in done.err


@pytest.mark.parametrize("depth", [["--depth=1"], ["--single-branch"]])
@pytest.mark.parametrize("named", ["origin/main", "main", None])
def test_the_command_that_is_told_brings_the_base_into_a_clone_of_one_branch(
    clone, tmp_path, depth, named
):
    clone.git("push", "--quiet", "origin", "work")
    source = clone.git("remote", "get-url", "origin").strip()
    alone = Repo(tmp_path / "alone")
    words = ["git", "clone", "--quiet", *depth, "--branch=work", source, str(alone.path)]
    subprocess.run(words, check=True)
    base = [] if named is None else ["--base", named]
    ours = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"} if named is None else {}
    refused = run(alone, "check", *base, **ours)
    assert refused.status == 2

    said = " ".join(refused.err.split()).rpartition("otherwise ")[2]
    command, _, then = said.partition(" (its name is ")
    subprocess.run(["sh", "-ec", command], cwd=alone.path, check=True, capture_output=True)

    again = ["--base", then.partition(" ")[0]] if then and named else base
    assert "MD301" in run(alone, "check", *again, **ours).out


def test_a_shallow_clone_without_the_common_commit_does_not_pass(clone, tmp_path):
    clone.git("checkout", "--quiet", "-b", "later", "origin/main")
    clone.commit("main goes on")
    clone.git("push", "--quiet", "origin", "later:main", "work")
    source = clone.git("remote", "get-url", "origin").strip()
    shallow = Repo(tmp_path / "shallow")
    subprocess.run(
        [
            "git",
            "clone",
            "--quiet",
            "--depth=1",
            "--no-single-branch",
            "--branch=work",
            source,
            str(shallow.path),
        ],
        check=True,
    )

    done = run(shallow, "check", "--base", "origin/main")

    assert done.status == 2
    assert "the clone is shallow" in done.err
    assert "fetch-depth: 0" in done.err


def test_without_anything_to_compare_with_it_does_not_pass(tmp_path):
    repo = started(tmp_path / "repo")

    done = run(repo, "check")

    assert done.status == 2
    assert "--base origin/main" in done.err


def test_a_commit_hook_without_any_remote_compares_with_the_last_commit(tmp_path):
    repo = started(tmp_path / "repo")
    repo.move(SONGS, NEW)
    repo.git("add", "-A")

    done = run(repo, "check", "--staged")

    assert done.status == 1
    assert "MD301" in done.out


def test_a_commit_hook_sees_the_index_that_git_is_about_to_commit(tmp_path):
    repo = started(tmp_path / "repo")
    hook = repo.path / ".git" / "hooks" / "pre-commit"
    ours = environment()
    hook.write_text(
        "#!/bin/sh\nexec python -m analyzer check --staged --base main\n".replace(
            "python", os.fspath(__import__("sys").executable)
        )
    )
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    text = (repo.path / FOLDER / SONGS).read_text().replace("title", "name")
    (repo.path / FOLDER / SONGS).write_text(text)

    done = subprocess.run(
        ["git", "commit", "-qam", "edited"],
        cwd=repo.path,
        env=ours,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "MD305" in done.stdout + done.stderr


def test_a_bare_repository_a_worktree_and_a_sub_folder_will_do(clone, tmp_path):
    bare = Repo(tmp_path / "bare.git")
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", str(clone.path), str(bare.path)], check=True
    )
    clone.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"), "work")

    assert run(bare, "check", "--ref", "work", "--base", "work~1").status == 1
    assert run(Repo(tmp_path / "tree"), "check", "--base", "origin/main").status == 1
    assert run(Repo(clone.path / FOLDER), "check", "--base", "origin/main").status == 1


def test_git_runs_no_program_that_a_configuration_names(clone, tmp_path):
    canary = tmp_path / "canary"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    program.chmod(0o755)
    clone.write(".gitattributes", "*.rb diff=evil filter=evil\n", folder=".")
    for name in (
        "diff.evil.textconv",
        "diff.external",
        "diff.evil.command",
        "core.fsmonitor",
        "core.pager",
        "filter.evil.clean",
        "filter.evil.smudge",
    ):
        clone.git("config", name, str(program))
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_text(program.read_text())
        (hooks / name).chmod(0o755)
    clone.git("config", "core.hooksPath", str(hooks))
    (clone.path / FOLDER / NEW).touch()

    for more in ([], ["--ref", "HEAD"], ["--staged"]):
        assert check(clone, "--base", "origin/main", *more).codes[0] == "MD301"

    assert not canary.exists()


def test_a_folder_that_nobody_has_is_refused(clone):
    done = run(clone, "check", "--base", "origin/main", "--dir", "db/migrat")

    assert done.status == 2
    assert "no folder 'db/migrat'" in done.err


def test_a_change_that_touches_no_migration_is_told_so(clone):
    clone.git("checkout", "--quiet", "-B", "work", "origin/main")
    clone.write("app.rb", "1\n", folder=".")
    clone.commit("elsewhere")

    done = run(clone, "check", "--ref", "HEAD")

    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("No migration is touched by this change.")


def test_a_word_without_an_option_is_refused(clone):
    done = run(clone, "check", "origin/main")

    assert done.status == 2
    assert "--base" in done.err
