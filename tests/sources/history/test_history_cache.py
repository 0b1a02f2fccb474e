"""The cache of histories: never wrong, never in the way, never where it should not be."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest

from analyzer.cli.main import run
from analyzer.model.core.history import History
from analyzer.sources.git.git import open_repository
from analyzer.sources.history.cache_folder import CacheFolder, find_cache_folder
from analyzer.sources.history.cache_format import decode_ancestry, encode_ancestry
from analyzer.sources.history.history import Histories, read_history
from tests.support.histories.repositories import FOLDER, Repo

FOLDERS = (FOLDER,)


@pytest.fixture
def caches(tmp_path, monkeypatch) -> Path:
    """Where migdoctor keeps its cache in this test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "migdoctor"


@pytest.fixture
def repo(tmp_path) -> Repo:
    """A repository with three commits."""
    repo = Repo.make(tmp_path / "repo")
    for number in (1, 2, 3):
        repo.add(f"2024010100000{number}_create_things{number}.rb", f"CreateThings{number}")
        repo.commit(f"add {number}")
    return repo


def tip_of(repo: Repo) -> str:
    return repo.git("rev-parse", "HEAD").strip()


def read(repo: Repo, *, cache: bool = True) -> History:
    return read_history(open_repository(str(repo.path)), [tip_of(repo)], FOLDERS, cache=cache)


def only_file(caches: Path) -> Path:
    (file,) = caches.iterdir()
    return file


@contextlib.contextmanager
def commands_traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The git commands that are run inside the block."""
    trace, commands = tmp_path / "trace", list[str]()
    with monkeypatch.context() as patch:
        patch.setenv("GIT_TRACE2_EVENT", str(trace))
        yield commands
    for line in trace.read_text().splitlines() if trace.exists() else ():
        event = json.loads(line)
        if event["event"] == "cmd_name":
            commands.append(event["name"])


def test_a_second_run_reads_no_commit_again(repo, caches, tmp_path, monkeypatch):
    first = read(repo)

    with commands_traced(tmp_path, monkeypatch) as commands:
        second = read(repo)

    assert second == first == read(repo, cache=False)
    assert "for-each-ref" in commands
    assert not {"log", "diff-tree"} & set(commands)


def test_a_later_run_asks_for_the_new_commits_only(repo, caches, tmp_path, monkeypatch):
    read(repo)
    old = tip_of(repo)
    repo.add("20240101000004_create_songs.rb", "CreateSongs")
    repo.commit()
    whole = read(repo, cache=False)
    tree = repo.git("rev-parse", f"{old}~2^{{tree}}").strip()
    (repo.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()  # reading it would fail

    assert read(repo) == whole


def test_an_older_commit_is_answered_from_what_a_newer_one_taught(repo, caches):
    read(repo)
    repo.git("checkout", "--quiet", "HEAD~1")

    assert read(repo) == read(repo, cache=False)


def test_commits_that_were_pushed_over_are_not_seen(repo, caches):
    read(repo)
    repo.git("reset", "--quiet", "--hard", "HEAD~2")
    repo.add("20240101000009_create_users.rb", "CreateUsers")
    repo.commit("instead")

    history = read(repo)

    assert [commit.subject for commit in history.commits] == ["add 1", "instead"]
    assert history == read(repo, cache=False)


def test_commits_that_git_has_thrown_away_do_no_harm(repo, caches):
    read(repo)
    repo.git("reset", "--quiet", "--hard", "HEAD~2")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")
    repo.add("20240101000009_create_users.rb", "CreateUsers")
    repo.commit("instead")

    assert read(repo) == read(repo, cache=False)


def test_another_repository_in_the_same_place_is_read_for_itself(repo, caches):
    read(repo)
    shutil.rmtree(repo.path)
    new = Repo.make(repo.path)
    new.add("20250101000001_create_new.rb", "CreateNew")
    new.commit("new")

    assert [commit.subject for commit in read(new).commits] == ["new"]


def test_a_shallow_clone_that_is_deepened_is_read_again(repo, caches, tmp_path):
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "clone")],
        check=True,
    )
    clone = Repo(tmp_path / "clone")
    assert len(read(clone).commits) == 1

    clone.git("fetch", "-q", "--unshallow")

    assert read(clone) == read(clone, cache=False)
    assert len(read(clone).commits) == 3


def test_replaced_commits_are_neither_cached_nor_answered_from_the_cache(repo, caches):
    read(repo)
    before = only_file(caches).read_bytes()
    repo.git("replace", "--graft", "HEAD")

    history = read(repo)

    assert len(history.commits) == 1
    assert only_file(caches).read_bytes() == before


def test_grafts_turn_the_cache_off(repo, caches):
    read(repo)
    grafts = repo.path / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{tip_of(repo)}\n")

    assert len(read(repo).commits) == 1


def test_worktrees_share_what_is_known(repo, caches, tmp_path):
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    read(repo)

    read(Repo(tmp_path / "tree"))

    assert only_file(caches)


def test_other_folders_are_another_history(repo, caches):
    repo.add("20240101000001_create_posts.rb", "CreatePosts", folder="blog/db/migrate")
    repo.commit("blog")
    read(repo)
    repository = open_repository(str(repo.path))

    blog = read_history(repository, [tip_of(repo)], ["blog/db/migrate"], cache=True)

    assert [commit.subject for commit in blog.commits] == ["blog"]


# What may be found in the cache folder


def damaged(content: bytes, how: str) -> bytes:
    head, *blocks = content.splitlines(keepends=True)
    return {
        "empty": b"",
        "cut in a line": content[: len(content) // 2],
        "cut after a line": head,
        "one letter changed": content.replace(b"add 2", b"add X"),
        "a line twice": head + blocks[0] * 2,
        "not text": os.urandom(2000),
        "deeply nested": b"[" * 100_000,
        "an endless number": b"0" * 8 + b" " + b"9" * 100_000 + b"\n",
        "a pickle": b"cos\nsystem\n(S'false'\ntR.",
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "empty",
        "cut in a line",
        "cut after a line",
        "one letter changed",
        "a line twice",
        "not text",
        "deeply nested",
        "an endless number",
        "a pickle",
    ],
)
def test_a_damaged_file_is_ignored_and_written_anew(how, repo, caches):
    whole = read(repo)
    good = only_file(caches).read_bytes()
    only_file(caches).write_bytes(damaged(good, how))

    assert read(repo) == whole
    assert only_file(caches).read_bytes() == good


def rewritten(lines: list[bytes], change) -> list[bytes]:
    """The lines with other values in them, and with the checksums that belong to those."""
    values = [json.loads(line[9:]) for line in lines]
    change(values)
    texts = [json.dumps(value, separators=(",", ":")).encode() for value in values]
    return [b"%08x %s\n" % (crc32(text), text) for text in texts]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda v: v[1][0].__setitem__(0, "--upload-pack=x"), id="an option for an id"),
        pytest.param(lambda v: v[1][0].__setitem__(0, 5), id="a number for an id"),
        pytest.param(lambda v: v[1][1].__setitem__(1, [7]), id="a parent that comes later"),
        pytest.param(lambda v: v[1][1].__setitem__(1, "x"), id="a text for the parents"),
        pytest.param(lambda v: v[1][0].__setitem__(2, "soon"), id="a text for the time"),
        pytest.param(lambda v: v[1][0].__setitem__(3, None), id="nothing for the author"),
        pytest.param(lambda v: v[1][0].pop(), id="no events"),
        pytest.param(lambda v: v[1][0][6][0].__setitem__(2, "HEAD"), id="a name for a content"),
        pytest.param(lambda v: v[1][0][6][0].append(1), id="too much in an event"),
        pytest.param(lambda v: v[1].pop(), id="a commit too few"),
        pytest.param(lambda v: v.__setitem__(1, {"a": 1}), id="another shape"),
        pytest.param(lambda v: v.__setitem__(0, []), id="no head"),
        pytest.param(lambda v: v[0][0].__setitem__("key", "x"), id="another key"),
        pytest.param(lambda v: v[0][0].__setitem__("format", 99), id="another format"),
        pytest.param(lambda v: v[0][1].append("a" * 40), id="a tip that is not there"),
        pytest.param(lambda v: v[0][2].append(["a" * 40, "b" * 40]), id="a home that is not there"),
    ],
)
def test_a_file_that_somebody_made_up_is_no_ancestry(change, repo, caches):
    reader = Histories(open_repository(str(repo.path)), FOLDERS)
    reader.read([tip_of(repo)])
    lines = list(encode_ancestry(reader._known, "key"))
    assert decode_ancestry(lines, "key") == reader._known

    assert decode_ancestry(rewritten(lines, change), "key") is None


def test_a_file_that_others_may_write_is_not_believed(repo, caches):
    read(repo)
    only_file(caches).chmod(0o666)

    with CacheFolder(caches).open(only_file(caches).name) as file:
        assert file is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_neither_read_nor_written(repo, caches):
    read(repo)
    os.chown(only_file(caches), 12345, 12345)
    with CacheFolder(caches).open(only_file(caches).name) as file:
        assert file is None

    os.chown(caches, 12345, 12345)

    assert find_cache_folder(outside=[]) is None
    assert read(repo) == read(repo, cache=False)


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_file_is_not_read(kind, repo, caches, tmp_path):
    whole = read(repo)
    file = only_file(caches)
    content = file.read_bytes()
    file.unlink()
    if kind == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        file.symlink_to(tmp_path / "elsewhere")
    elif kind == "folder":
        file.mkdir()
    else:
        os.mkfifo(file)

    assert read(repo) == whole


def test_without_a_place_for_the_cache_all_is_read(repo, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    assert read(repo) == read(repo, cache=False)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_cache_folder_is_read_but_not_written(repo, caches):
    read(repo)
    caches.chmod(0o500)
    repo.add("20240101000004_create_songs.rb", "CreateSongs")
    repo.commit()

    assert read(repo) == read(repo, cache=False)
    caches.chmod(0o700)


@pytest.mark.parametrize("inside", ["work tree", "git folder"])
def test_nothing_is_ever_written_into_the_repository(inside, repo, monkeypatch):
    place = repo.path if inside == "work tree" else repo.path / ".git"
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))

    read(repo)

    assert not (place / "cache").exists()


def test_the_cache_is_for_its_owner_alone(repo, caches):
    old = os.umask(0)
    try:
        read(repo)
    finally:
        os.umask(old)

    assert caches.stat().st_mode & 0o777 == 0o700
    assert only_file(caches).stat().st_mode & 0o777 == 0o600


# Bounds


def test_what_was_not_used_for_long_and_what_a_killed_run_left_is_removed(repo, caches):
    read(repo)
    for name, days in (("a.history", 91), ("b.history", 80), ("c.part", 2), ("d.part", 0)):
        (caches / name).write_text("x")
        then = time.time() - days * 86400
        os.utime(caches / name, (then, then))

    CacheFolder(caches).trim()

    left = {path.name for path in caches.iterdir() if path.stat().st_size == 1}
    assert left == {"b.history", "d.part"}
    assert read(repo) == read(repo, cache=False)


def test_the_oldest_are_removed_when_all_are_too_much(caches, monkeypatch):
    for age, name in enumerate(["new", "middle", "old"]):
        CacheFolder(caches).write(name, [b"x" * 100])
        then = time.time() - 100 * age
        os.utime(caches / name, (then, then))
    monkeypatch.setattr("analyzer.sources.history.cache_folder.MOST_BYTES", 250)

    CacheFolder(caches).trim()

    assert {path.name for path in caches.iterdir()} == {"new", "middle"}


# Several runs


def command(repo: Repo, rows: Path, *more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "analyzer",
        "diagnose",
        "--repo",
        str(repo.path),
        "--rows",
        str(rows),
        "--format",
        "json",
        *more,
    ]


@pytest.fixture
def rows(tmp_path) -> Path:
    (tmp_path / "rows").write_text("20240101000001\n20240101000002\n")
    return tmp_path / "rows"


def test_runs_at_the_same_time_all_come_to_the_same_end(repo, rows, caches):
    runs = [
        subprocess.Popen(command(repo, rows), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    said = {run.communicate() for run in runs}

    assert len(said) == 1
    assert {run.returncode for run in runs} <= {0, 1}
    assert read(repo) == read(repo, cache=False)
    assert {path.suffix for path in caches.iterdir()} == {".history"}


@pytest.mark.parametrize("after", [0.1, 0.2, 0.3, 0.4])
def test_a_run_that_is_killed_leaves_nothing_that_misleads(after, repo, rows, caches):
    process = subprocess.Popen(
        command(repo, rows), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert read(repo) == read(repo, cache=False)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(caches):
    folder = CacheFolder(caches)
    folder.write("name", [b"old"])

    def parts() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    folder.write("name", parts())

    assert {path.name: path.read_bytes() for path in caches.iterdir()} == {"name": b"old"}


def test_no_cache_neither_reads_nor_writes(repo, rows, caches, tmp_path, monkeypatch):
    monkeypatch.chdir(repo.path)
    arguments = ["diagnose", "--rows", str(rows), "--format", "json", "-o", str(tmp_path / "out")]

    run([*arguments, "--no-cache"])
    assert not caches.exists()

    run(arguments)
    before = only_file(caches).stat()
    with commands_traced(tmp_path, monkeypatch) as commands:
        run([*arguments, "--no-cache"])

    assert "log" in commands
    assert only_file(caches).stat() == before


def test_the_report_is_the_same_cold_warm_and_without(repo, rows, caches):
    told = [
        subprocess.run(command(repo, rows, *more), capture_output=True, check=False).stdout
        for more in ([], [], ["--no-cache"])
    ]
    said = [re.sub(rb'"read_at": "[^"]*"', b"", it) for it in told]  # it is the time of each run

    assert said[0] == said[1] == said[2] != b""
