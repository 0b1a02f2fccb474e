"""The history is true to the repository, however and in how many steps it is read."""

import os
import random
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import RepositoryError
from analyzer.model.core.history import Commit, History
from analyzer.sources.git.git import Repository, open_repository
from analyzer.sources.git.tree import list_commit
from analyzer.sources.history.history import Histories, read_history
from analyzer.sources.history.log import read_blocks
from tests.support.histories.commit_graphs import Node, build
from tests.support.histories.repositories import FOLDER, Repo

FOLDERS = (FOLDER,)
A, B, C = (f"{FOLDER}/2024010100000{number}_{name}.rb" for number, name in enumerate("abc", 1))
OTHER = "app/models/song.rb"
LONG = "".join(f"line {number}\n" for number in range(30))

GRAPHS = {
    "one line": [
        Node((), {OTHER: "1"}),
        Node((0,), {A: LONG}),
        Node((1,), {OTHER: "2"}),
        Node((2,), {A: None, B: LONG}),
        Node((3,), {B: f"{LONG}more\n"}),
        Node((4,), {OTHER: "3"}),
    ],
    "a branch merged while main stood still": [
        Node((), {A: "a"}),
        Node((0,), {B: "b"}),
        Node((1,), {OTHER: "1"}),
        Node((0, 2), {B: "b"}),
        Node((3,), {OTHER: "2"}),
    ],
    "a branch that touches no migration": [
        Node((), {A: "a"}),
        Node((0,), {OTHER: "1"}),
        Node((0,), {B: "b"}),
        Node((2, 1), {OTHER: "1"}),
        Node((3,), {C: "c"}),
        Node((1, 4), like=4),
    ],
    "two branches, each with a migration": [
        Node((), {OTHER: "1"}),
        Node((0,), {A: "a"}),
        Node((0,), {B: "b"}),
        Node((1, 2), {B: "b"}),
        Node((3,), {OTHER: "2"}),
    ],
    "a merge that renames by itself": [
        Node((), {A: LONG}),
        Node((0,), {OTHER: "1"}),
        Node((0,), {OTHER: "2"}),
        Node((1, 2), {A: None, B: LONG}),
        Node((3,), {OTHER: "3"}),
    ],
    "a merge that drops what its branch did": [
        Node((), {A: "a"}),
        Node((0,), {B: "b"}),
        Node((0,), {OTHER: "1"}),
        Node((2, 1), {}),
        Node((3,), {OTHER: "2"}),
        Node((4,), {C: "c"}),
    ],
    "a merge that takes the other side whole": [
        Node((), {A: "a"}),
        Node((0,), {B: "b"}),
        Node((0,), {C: "c"}),
        Node((2, 1), like=1),
        Node((3,), {OTHER: "2"}),
    ],
    "done and undone on a branch": [
        Node((), {A: "a"}),
        Node((0,), {B: "b"}),
        Node((1,), {B: None}),
        Node((0,), {OTHER: "1"}),
        Node((3, 2), {}),
        Node((4,), {OTHER: "2"}),
    ],
    "the folder comes late": [
        Node((), {OTHER: "1"}),
        Node((0,), {OTHER: "2"}),
        Node((0,), {OTHER: "3"}),
        Node((1, 2), {OTHER: "4"}),
        Node((3,), {A: "a"}),
        Node((4,), {OTHER: "5"}),
    ],
    "the folder comes with a branch": [
        Node((), {OTHER: "1"}),
        Node((0,), {A: "a"}),
        Node((0,), {OTHER: "2"}),
        Node((2, 1), {A: "a"}),
        Node((3,), {OTHER: "3"}),
        Node((2, 4), like=4),
        Node((5,), {B: "b"}),
    ],
    "two histories without a common beginning": [
        Node((), {OTHER: "1"}),
        Node((), {A: "a"}),
        Node((0, 1), {A: "a"}),
        Node((2,), {B: "b"}),
        Node((1, 3), like=3),
        Node((4,), {OTHER: "2"}),
    ],
    "the folder goes": [
        Node((), {A: "a", OTHER: "1"}),
        Node((0,), {A: None}),
        Node((1,), {OTHER: "2"}),
        Node((0,), {B: "b"}),
        Node((2, 3), {}),
        Node((4,), {C: "c"}),
    ],
    "an octopus": [
        Node((), {A: "a"}),
        Node((0,), {B: "b"}),
        Node((0,), {C: "c"}),
        Node((0,), {OTHER: "1"}),
        Node((0, 1, 2, 3), {B: "b", C: "c", OTHER: "1"}),
        Node((4, 0, 1), {}),
        Node((5,), {OTHER: "2"}),
    ],
    "clocks that go backward": [
        Node((), {A: "a"}),
        Node((0,), {B: "b"}, date=-9000),
        Node((0,), {OTHER: "1"}, date=-9000),
        Node((1, 2), {OTHER: "1"}, date=-9000),
        Node((0, 3), like=3, date=-9000),
        Node((4,), {C: "c"}, date=-9000),
        Node((2,), {OTHER: "9"}, date=90000),
        Node((5, 6), like=5, date=-99999),
    ],
}


def files_at(repository: Repository, commit: str) -> dict[str, str]:
    return {entry.path: entry.blob for entry in list_commit(repository, commit, FOLDERS)}


def replay(history: History) -> dict[str, dict[str, str]]:
    """The folder at each kept commit, from the first parent's and the commit's own events."""
    states: dict[str, dict[str, str]] = {}
    for commit in history.commits:
        assert all(parent in states for parent in commit.parents), "parents come first"
        state = dict(states[commit.parents[0]]) if commit.parents else {}
        for event in commit.events:
            gone = {"D": event.path, "R": event.old_path}.get(event.kind)
            if gone is not None:
                del state[gone]
            if event.kind != "D":
                state[event.path] = event.blob
        states[commit.sha] = state
    return states


def past(commits: dict[str, tuple[str, ...]], sha: str) -> set[str]:
    """A commit and all that it holds."""
    found, todo = set(), [sha]
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            todo.extend(commits[at])
    return found


def assert_true_to(repository: Repository, tip: str) -> None:
    """Each commit has, in the history, its own folder and its own past."""
    reader = Histories(repository, FOLDERS)
    history = reader.read([tip])
    states = replay(history)
    lines = repository.run("rev-list", "--parents", tip).decode().splitlines()
    real = {sha: tuple(parents) for sha, *parents in (line.split() for line in lines)}
    kept = {commit.sha: commit.parents for commit in history.commits}
    for sha in real:
        home = reader.home(sha)
        assert (states[home] if home else {}) == files_at(repository, sha)
        assert (past(kept, home) if home else set()) == past(real, sha) & kept.keys()


@pytest.mark.parametrize("nodes", GRAPHS.values(), ids=GRAPHS)
def test_a_history_holds_every_commits_folder_and_past(nodes, tmp_path):
    repo, ids = build(tmp_path, nodes)

    for tip in ids:
        assert_true_to(open_repository(str(repo.path)), tip)


@pytest.mark.parametrize("nodes", GRAPHS.values(), ids=GRAPHS)
def test_reading_on_from_any_commit_gives_what_reading_at_once_gives(nodes, tmp_path):
    repo, ids = build(tmp_path, nodes)
    repository = open_repository(str(repo.path))

    for tip in ids:
        at_once = read_history(repository, [tip], FOLDERS)
        for earlier in ids:
            reader = Histories(repository, FOLDERS)
            reader.read([earlier])
            assert reader.read([tip]) == at_once


def test_everything_that_refs_and_the_reflog_hold_is_read_in_the_same_order_either_way(tmp_path):
    repo, ids = build(tmp_path, GRAPHS["clocks that go backward"])
    repository = open_repository(str(repo.path))
    reader = Histories(repository, FOLDERS)
    for tip in ids:
        reader.read([tip])

    read_on = reader.read(repository.tips)

    assert read_on == Histories(repository, FOLDERS).read(repository.tips)
    assert len(read_on.commits) >= 4


@st.composite
def graphs(draw) -> list[Node]:
    """Graphs with branches, merges of all kinds, new beginnings and crooked clocks."""
    nodes: list[Node] = []
    for place in range(draw(st.integers(2, 14))):
        earlier = st.integers(0, max(place - 1, 0))
        few = st.lists(earlier, min_size=1, max_size=3, unique=True)
        parents = tuple(draw(few)) if place and draw(st.integers(0, 9)) else ()
        paths = st.sampled_from([A, B, C, OTHER, OTHER])
        contents = st.sampled_from(["x", LONG, f"{LONG}y\n", None])
        changes = draw(st.dictionaries(paths, contents, max_size=2))
        like = draw(st.sampled_from(parents)) if parents and draw(st.booleans()) else None
        date = draw(st.sampled_from([0, 0, 0, -100_000, 100_000]))
        nodes.append(Node(parents, changes, like, date))
    return nodes


@settings(max_examples=40, deadline=None)
@given(nodes=graphs(), seed=st.integers(0, 1000))
def test_any_graph_is_read_truly_and_equally_in_any_steps(nodes, seed):
    with TemporaryDirectory() as folder:
        repo, ids = build(Path(folder) / "repo", nodes)
        repository = open_repository(str(repo.path))
        chance = random.Random(seed)
        reader = Histories(repository, FOLDERS)

        for tip in chance.sample(ids, min(4, len(ids))):
            assert reader.read([tip]) == read_history(repository, [tip], FOLDERS)
        assert_true_to(repository, ids[-1])


def test_a_merge_that_only_repeats_what_was_there_is_not_kept(tmp_path):
    repo, ids = build(tmp_path, GRAPHS["a branch that touches no migration"])

    history = read_history(open_repository(str(repo.path)), [ids[5]], FOLDERS)

    assert [commit.sha for commit in history.commits] == [ids[0], ids[2], ids[4], ids[5]]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("diff.renames", "false"),
        ("diff.renameLimit", "1"),
        ("log.showRoot", "false"),
        ("log.follow", "true"),
        ("i18n.logOutputEncoding", "ISO-8859-1"),
        ("log.date", "relative"),
        ("diff.orderFile", "/nowhere"),
        ("core.quotePath", "true"),
        ("log.diffMerges", "combined"),
    ],
)
def test_a_users_configuration_changes_nothing(name, value, tmp_path):
    changes = {f"{FOLDER}/1_{n}.rb": None for n in range(4)}
    moved = {f"{FOLDER}/2_{n}.rb": f"{LONG}{n}\nedited\n" for n in range(4)}
    repo, ids = build(
        tmp_path,
        [Node((), {path: f"{LONG}{path[-4]}\n" for path in changes}), Node((0,), changes | moved)],
    )
    plain = read_history(open_repository(str(repo.path)), [ids[1]], FOLDERS)

    repo.git("config", name, value)

    assert read_history(open_repository(str(repo.path)), [ids[1]], FOLDERS) == plain
    assert [event.kind for event in plain.commits[1].events] == ["R"] * 4


@pytest.mark.parametrize(
    "name",
    [
        "with\nnewline.rb",
        ":100644 000000 x y D",
        "\x01.rb",
        "\udcff.rb",
        "é.rb",
        " a\t.rb",
        '"q".rb',
    ],
)
def test_any_file_name_survives(name, tmp_path):
    repo = Repo.make(tmp_path / "repo")
    place = (tmp_path / "repo" / FOLDER).joinpath(name)
    place.parent.mkdir(parents=True)
    place.write_text("x")
    tip = repo.commit()

    (commit,) = read_history(open_repository(str(repo.path)), [tip], FOLDERS).commits

    assert [event.path for event in commit.events] == [f"{FOLDER}/{name}"]


def forged(repo: Repo, author: str, subject: str = "subject") -> str:
    """A commit with a header as no honest git writes it."""
    tree = repo.git("write-tree").strip()
    text = f"tree {tree}\nauthor {author}\ncommitter C <c@example.org> 5 +0000\n\n{subject}\n"
    done = subprocess.run(
        [
            "git",
            "-C",
            str(repo.path),
            "hash-object",
            "-t",
            "commit",
            "-w",
            "--literally",
            "--stdin",
        ],
        input=text.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


@pytest.mark.parametrize(
    ("author", "subject"),
    [
        pytest.param("A <a> 99999999999999 +0000", "s", id="a date beyond all calendars"),
        pytest.param("A <a> never +0000", "s", id="no date"),
        pytest.param("A\x02B\x01 <a> 5 +0000", "s\x02t\x01u", id="control characters"),
        pytest.param("\udcff\udcfe <a> 5 +0000", "\udcff", id="not UTF-8"),
        pytest.param(" <> 5 +0000", "", id="nobody, and nothing said"),
    ],
)
def test_a_forged_commit_does_not_stop_the_reading(author, subject, tmp_path):
    repo = Repo.make(tmp_path)
    repo.add("20240101000001_create_songs.rb", "CreateSongs")
    repo.git("add", "-A")
    tip = forged(repo, author, subject)

    (commit,) = read_history(open_repository(str(repo.path)), [tip], FOLDERS).commits

    assert isinstance(commit, Commit)
    assert len(commit.events) == 1


def test_more_commits_than_one_block_are_put_back_in_order(tmp_path):
    nodes = [Node((place - 1,) if place else (), {A: f"{place}"}) for place in range(2300)]
    repo, ids = build(tmp_path, nodes)

    history = read_history(open_repository(str(repo.path)), [ids[-1]], FOLDERS)

    assert [commit.sha for commit in history.commits] == ids


@pytest.mark.parametrize("most", [1, 2, 5])
def test_a_parent_from_long_ago_is_compared_with_all_the_same(most, tmp_path, monkeypatch):
    repo, ids = build(tmp_path, GRAPHS["clocks that go backward"])
    repository = open_repository(str(repo.path))
    plain = read_history(repository, [ids[-1]], FOLDERS)

    monkeypatch.setattr("analyzer.sources.history.log._MOST_TREES", most)

    assert read_history(repository, [ids[-1]], FOLDERS) == plain


def test_who_stops_reading_ends_git_too(tmp_path):
    nodes = [Node((place - 1,) if place else (), {A: f"{place}"}) for place in range(3500)]
    repo, ids = build(tmp_path, nodes)
    before = len(active_children())  # what other tests' repositories still have open
    blocks = read_blocks(open_repository(str(repo.path)), [ids[-1]], [], FOLDERS)

    assert next(blocks)[0].sha == ids[0]
    assert len(active_children()) > before
    blocks.close()

    wait_until(lambda: len(active_children()) <= before)


def wait_until(holds) -> None:
    """Wait for something that comes about soon; fail where it does not."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def active_children() -> list[str]:
    """The names of the processes that this one has started and that still run."""
    done = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "stat=,comm="],
        capture_output=True,
        text=True,
        check=False,
    )
    running = [line.split() for line in done.stdout.splitlines()]
    return [name for state, name in running if name == "git" and not state.startswith("Z")]


def test_a_lost_object_is_an_error_that_can_be_shown(tmp_path):
    repo = Repo.make(tmp_path)
    repo.add("20240101000001_create_songs.rb", "CreateSongs")
    first = repo.commit()
    repo.add("20240101000002_create_users.rb", "CreateUsers")
    tip = repo.commit()
    (tmp_path / ".git" / "objects" / first[:2] / first[2:]).unlink()

    with pytest.raises(RepositoryError):
        read_history(open_repository(str(repo.path)), [tip], FOLDERS)


def test_a_lost_tree_is_an_error_that_can_be_shown(tmp_path):
    repo = Repo.make(tmp_path)
    repo.add("20240101000001_create_songs.rb", "CreateSongs")
    tip = repo.commit()
    tree = repo.git("rev-parse", f"{tip}^{{tree}}").strip()
    (tmp_path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()

    with pytest.raises(RepositoryError):
        read_history(open_repository(str(repo.path)), [tip], FOLDERS)
