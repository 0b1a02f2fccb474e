"""Where files of a version are, in all that git keeps: the same with the cache and without."""

import json

import pytest

from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.sources.git.git import open_repository
from analyzer.sources.git.whereabouts import find_anywhere
from tests.support.histories.repositories import Repo

OLD, NEW, NEVER = 20240101000001, 20240101000002, 20990101000000
BLOG = "engines/blog/db/migrate"


@pytest.fixture
def caches(tmp_path, monkeypatch):
    """Where migdoctor keeps its cache in this test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "migdoctor"


@pytest.fixture
def repo(tmp_path, caches):
    """A repository with one migration on a side branch, once looked through."""
    repo = Repo.make(tmp_path / "repo")
    repo.write("README", "songs", "")
    repo.commit()
    branch(repo, "side", f"{OLD}_create_posts.rb")
    assert found(repo) == {OLD}
    return repo


def branch(repo, name, file):
    repo.git("checkout", "-qb", name)
    repo.add(file, "CreatePosts", folder=BLOG)
    repo.commit(name)
    repo.git("checkout", "-q", "-")


def look(repo, *, cache):
    repository = open_repository(str(repo.path))
    numbers = map(RAILS.numbering.read, map(str, (OLD, NEW, NEVER)))
    return find_anywhere(repository, numbers, RAILS.files, cache=cache)


def found(repo):
    """The versions that are found, once the cache was seen to change nothing."""
    with_cache = look(repo, cache=True)
    assert with_cache == look(repo, cache=False)
    assert look(repo, cache=True) == with_cache
    return set(with_cache)


def expire(repo):
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")


def leave(repo):
    """Remove the side branch; the reflog of HEAD keeps its commit."""
    repo.git("branch", "-qD", "side")


def lose(repo):
    leave(repo)
    expire(repo)


def lose_and_go_on(repo):
    lose(repo)
    branch(repo, "other", f"{NEW}_create_posts.rb")


def unreachable_only(repo):
    leave(repo)
    repo.git("reflog", "expire", "--expire=now", "--all")


def move(repo):
    repo.git("checkout", "-q", "side")
    repo.move(f"{OLD}_create_posts.rb", f"{NEW}_create_posts.rb", BLOG)
    repo.commit("renumber")


def alter_cache(repo):
    folder = repo.path.parent / "caches" / "migdoctor"
    (file,) = folder.glob("*.numbered")
    file.write_bytes(file.read_bytes().replace(b"create_posts", b"create_toads"))


def spoil_cache(repo):
    folder = repo.path.parent / "caches" / "migdoctor"
    (file,) = folder.glob("*.numbered")
    file.write_bytes(b"\x00")


@pytest.mark.parametrize(
    ("change", "versions"),
    [
        pytest.param(lambda repo: branch(repo, "b", f"{NEW}_x.rb"), {OLD, NEW}, id="a new branch"),
        pytest.param(move, {OLD, NEW}, id="renamed"),
        pytest.param(leave, {OLD}, id="only in the reflog"),
        pytest.param(unreachable_only, set(), id="a commit that nothing keeps"),
        pytest.param(lose, set(), id="a commit that is gone"),
        pytest.param(lose_and_go_on, {NEW}, id="gone, and a new branch"),
        pytest.param(alter_cache, {OLD}, id="the cache was altered"),
        pytest.param(spoil_cache, {OLD}, id="the cache is no text"),
    ],
)
def test_what_was_read_before_never_hides_nor_invents_a_file(repo, change, versions):
    change(repo)

    assert found(repo) == versions


def test_a_file_that_was_deleted_is_told_with_a_commit_that_has_it(repo):
    repo.git("checkout", "-q", "side")
    holder = repo.git("rev-parse", "HEAD").strip()
    repo.remove(f"{OLD}_create_posts.rb", BLOG)
    repo.commit("remove")

    assert look(repo, cache=True)[OLD].commit == holder
    assert found(repo) == {OLD}


def test_a_second_look_reads_no_commit(repo, tmp_path, monkeypatch):
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(trace))

    assert set(look(repo, cache=True)) == {OLD}

    events = map(json.loads, trace.read_text().splitlines())
    commands = {event["name"] for event in events if event["event"] == "cmd_name"}
    assert not {"log", "diff-tree"} & commands
