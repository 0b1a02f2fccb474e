"""A repository is found wherever git finds it, and nothing around it leads astray."""

import subprocess

import pytest

from analyzer.errors import RepositoryError
from analyzer.sources.git.git import open_repository


def _git(*args):
    subprocess.run(["git", *map(str, args)], check=True, capture_output=True)


def _commit(folder):
    (folder / "a.rb").write_text("a\n")
    _git("-C", folder, "add", "a.rb")
    author = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    _git("-C", folder, *author, "commit", "-qm", "first")


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "app"
    _git("init", "-q", folder)
    _commit(folder)
    return folder


@pytest.mark.parametrize("inside", ["", "db/migrate", ".git", ".git/refs"])
def test_a_repository_is_found_from_any_folder_in_it(inside, app):
    (app / "db" / "migrate").mkdir(parents=True)

    repository = open_repository(str(app / inside))

    assert (repository.work_tree, repository.common_dir) == (app, app / ".git")


def test_paths_count_from_the_root_wherever_the_command_is_run(app, monkeypatch):
    (app / "db").mkdir()
    monkeypatch.chdir(app / "db")

    assert open_repository(None).lines("ls-tree", "--name-only", "-z", "HEAD") == ["a.rb"]


def test_a_bare_repository_has_no_work_tree(app, tmp_path):
    bare = tmp_path / "bare.git"
    _git("clone", "-q", "--bare", app, bare)

    repository = open_repository(str(bare))

    assert (repository.work_tree, repository.git_dir, repository.path) == (None, bare, bare)


@pytest.mark.parametrize("named", ["linked", "app/.git/worktrees/linked"])
def test_a_linked_work_tree_shares_what_the_first_one_has(named, app, tmp_path):
    linked = tmp_path / "linked"
    _git("-C", app, "worktree", "add", "-q", linked)

    repository = open_repository(str(tmp_path / named))

    assert repository.work_tree == linked
    assert repository.git_dir == app / ".git" / "worktrees" / "linked"
    assert repository.common_dir.resolve() == app / ".git"


@pytest.mark.parametrize("asked", [".", ".git"])
def test_a_work_tree_may_lie_elsewhere(asked, app, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    _git("-C", app, "config", "core.worktree", "../../elsewhere")

    assert open_repository(str(app / asked)).work_tree == tmp_path / "elsewhere"


@pytest.mark.parametrize("name", ["two\nlines", "ends\n", "-dash", "~", "ümläut", "a b'\"$x"])
def test_a_folder_may_have_any_name(name, app, tmp_path, monkeypatch):
    strange = tmp_path / name
    app.rename(strange)
    monkeypatch.chdir(tmp_path)

    repository = open_repository(name)

    assert repository.work_tree == strange
    assert repository.read_blob(_blob(strange)) == b"a\n"


def _blob(folder):
    told = subprocess.run(
        ["git", "rev-parse", "HEAD:a.rb"], cwd=folder, check=True, capture_output=True, text=True
    )
    return told.stdout.strip()


def test_a_tilde_that_the_shell_left_alone_is_the_users_home(app, monkeypatch):
    monkeypatch.setenv("HOME", str(app.parent))

    assert open_repository("~/app").work_tree == app


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "/nowhere"),
        ("GIT_WORK_TREE", "/nowhere"),
        ("GIT_INDEX_FILE", "/nowhere/index"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_CEILING_DIRECTORIES", "/"),
        ("GIT_NAMESPACE", "other"),
    ],
)
def test_what_a_hook_has_set_leads_nowhere(name, value, app, monkeypatch):
    monkeypatch.setenv(name, value)

    repository = open_repository(str(app))

    assert repository.work_tree == app
    assert repository.read_blob(repository.run("rev-parse", "HEAD:a.rb").decode().strip()) == b"a\n"
    assert list(repository.stream("ls-files", "-z")) == [b"a.rb"]


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("missing", "there is no such folder"),
        ("plain", "there is no .git folder there or above it"),
        ("plain/file", "there is no .git folder there or above it"),
    ],
)
def test_what_is_no_repository_is_said_so(named, why, tmp_path):
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "file").touch()

    with pytest.raises(RepositoryError, match="is not in a git repository") as caught:
        open_repository(str(tmp_path / named))

    assert caught.value.why == why


def test_without_git_the_error_says_what_to_install(app, monkeypatch):
    monkeypatch.setenv("PATH", str(app))

    with pytest.raises(RepositoryError, match="git cannot be run") as caught:
        open_repository(str(app))

    assert "install git" in caught.value.fix


def test_contents_are_read_in_order_and_a_lost_one_is_named(app):
    repository = open_repository(str(app))
    blob = _blob(app)

    assert list(repository.read_blobs([blob] * 1200)) == [b"a\n"] * 1200
    assert repository.read_beginning(blob, 1) == b"a"
    with pytest.raises(RepositoryError, match="content 1111"):
        repository.read_blob("1" * 40)
    assert repository.read_blob(blob) == b"a\n"  # it goes on
    repository.close()
    assert repository.read_blob(blob) == b"a\n"


def test_a_reader_that_was_killed_is_an_error_that_can_be_shown(app):
    repository = open_repository(str(app))
    repository.read_blob(_blob(app))
    repository._contents._process.kill()
    repository._contents._process.wait()

    with pytest.raises(RepositoryError, match="is not in"):
        repository.read_blob(_blob(app))
