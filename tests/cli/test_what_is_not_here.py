"""What a clone or a checkout does not hold is named, with the command that brings it.

Each command either ends as it does in a whole clone, or says what is missing and how to get it;
once that was typed, it ends as in a whole clone.
"""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.histories.repositories import FOLDER, Repo

A, B, C = "20250101000000", "20250102000000", "20250103000000"
A_NOW = "20250201000000"
SCHEMA = f"ActiveRecord::Schema[7.0].define(version: {A_NOW}) do\nend\n"

COMMANDS = {
    "diagnose": ["diagnose", "--format", "json"],
    "diagnose --ref": ["diagnose", "--ref", "HEAD", "--format", "json"],
    "rename-back": ["rename-back", "--format", "json"],
    "rename-back --format sh": ["rename-back"],
    "rename-back --dry-run": ["rename-back", "--dry-run"],
    "rename-back --follow-up": ["rename-back", "--format", "json", "--follow-up", "../draft.rb"],
    "rewrite": ["rewrite", "--format", "json"],
    "rewrite --combined": ["rewrite", "--combined", "--format", "json"],
    "rewrite --recorded": ["rewrite", "--recorded"],
    "advise": ["advise", "--format", "json"],
    "graph": ["graph", "--format", "json"],
    "schema": ["schema", "--format", "json"],
    "schema --diff": ["schema", "--format", "json", "--diff", "schema-file"],
    "check": ["check", "--base", "origin/base", "--format", "json"],
    "check --ref": ["check", "--base", "origin/base", "--ref", "HEAD", "--format", "json"],
    "check --staged": ["check", "--base", "origin/base", "--staged", "--format", "json"],
}
WITHOUT_ROWS = ("graph", "schema", "check")


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Repo:
    """Three migrations, of which one was renamed and one edited since they ran."""
    repo = Repo.make(tmp_path_factory.mktemp("source") / "app")
    for name in ("allowFilter", "allowAnySHA1InWant"):
        repo.git("config", f"uploadpack.{name}", "true")
    repo.add(f"{A}_create_songs.rb", "CreateSongs", "create_table :songs", "# about music")
    repo.add(f"{B}_create_artists.rb", "CreateArtists")
    repo.write("schema.rb", SCHEMA.replace(A_NOW, B), folder="db")
    repo.write("readme", "music\n", folder="app")
    repo.commit("first")
    repo.git("branch", "base")
    repo.remove(f"{A}_create_songs.rb")
    repo.add(f"{A_NOW}_create_tunes.rb", "CreateTunes", "create_table :songs", "# about tunes")
    repo.commit("renamed")
    repo.write("schema.rb", SCHEMA, folder="db")
    repo.write(
        "renames.toml",
        f'[[rename]]\nold = "{A}_create_songs"\nnew = "{A_NOW}_create_tunes"\nreason = "x"\n',
        "db",
    )
    repo.commit("schema")
    return repo


def clone(source: Repo, place: Path, *options: str) -> Repo:
    url = f"file://{source.path}"
    subprocess.run(
        ["git", "clone", "-q", "--no-single-branch", *options, url, str(place)],
        check=True,
        capture_output=True,
    )
    return Repo(place)


def sparse(*options: str) -> Callable[[Repo, Path], Repo]:
    def make(source: Repo, place: Path) -> Repo:
        repo = clone(source, place)
        repo.git("sparse-checkout", "set", *options)
        return repo

    return make


def by_hand(source: Repo, place: Path) -> Repo:
    repo = clone(source, place)
    for path in repo.git("ls-files", FOLDER).split():
        repo.git("update-index", "--skip-worktree", path)
        (repo.path / path).unlink()
    return repo


def replaced(source: Repo, place: Path) -> Repo:
    repo = clone(source, place)
    repo.git("replace", "--graft", "HEAD")
    return repo


def grafted(source: Repo, place: Path) -> Repo:
    repo = clone(source, place)
    head = repo.git("rev-parse", "HEAD")
    (repo.path / ".git/info/grafts").write_text(head)
    return repo


def lost(source: Repo, place: Path) -> Repo:
    """A clone without the content that ran."""
    repo = clone(source, place)
    blob = repo.git("rev-parse", f"origin/base:{FOLDER}/{A}_create_songs.rb").strip()
    packs = list((repo.path / ".git/objects/pack").iterdir())
    moved = [pack.rename(place.parent / pack.name) for pack in packs]
    for pack in moved:
        if pack.suffix == ".pack":
            with pack.open("rb") as file:
                subprocess.run(
                    ["git", "-C", str(place), "unpack-objects", "-q"], stdin=file, check=True
                )
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    return repo


class Kind(Struct, frozen=True, dict=True):
    """A way not to be whole: how it is made, how it is called, and what brings the rest."""

    make: Callable[[Repo, Path], Repo]
    name: str
    command: str


def cloned(*options: str) -> Callable[[Repo, Path], Repo]:
    return lambda source, place: clone(source, place, *options)


KINDS = {
    "shallow": Kind(cloned("--depth=1"), "shallow", "git fetch --unshallow"),
    "without trees": Kind(cloned("--filter=tree:0"), "partial", "git fetch --refetch --no-filter"),
    "without contents": Kind(
        cloned("--filter=blob:none"), "partial", "git fetch --refetch --no-filter"
    ),
    "replaced": Kind(replaced, "grafted", "git replace -d"),
    "grafts": Kind(grafted, "grafted", "mv "),
    "lost object": Kind(lost, "lost", "git fetch --refetch --no-filter"),
    "sparse": Kind(sparse("app"), "sparse", "git sparse-checkout add db"),
    "sparse index": Kind(sparse("--sparse-index", "app"), "sparse", "git sparse-checkout add db"),
    "sparse by patterns": Kind(
        sparse("--no-cone", "/app/"), "sparse", "git sparse-checkout add db"
    ),
    "left out by hand": Kind(by_hand, "sparse", "git sparse-checkout disable"),
}
SPARSE = [name for name, kind in KINDS.items() if kind.name == "sparse"]


def run(repo: Repo, name: str) -> Done:
    arguments = COMMANDS[name]
    rows = repo.path.parent / "rows"
    rows.write_text(f"{A}\n{B}\n")
    (rows.parent / "draft.rb").unlink(missing_ok=True)
    none = arguments[0] in WITHOUT_ROWS or "--recorded" in arguments
    more = [] if none else ["--rows", str(rows)]
    return migdoctor(
        repo.path,
        *arguments,
        *more,
        MIGDOCTOR_STATE_DIR=str(rows.parent / "state"),
        XDG_CACHE_HOME=str(rows.parent / "cache"),
    )


def told(repo: Repo, done: Done) -> tuple[int, str]:
    """What was delivered, whichever clone it is of and whenever it was."""
    text = re.sub(r"\n#\s+", " ", done.out)  # a long path breaks a comment elsewhere
    text = text.replace(str(repo.path.parent), "PLACE")
    return done.status, re.sub(r"20\d\d-\d\d-\d\d[T ][0-9:]+Z?|\+\d\d:\d\d", "TIME", text)


@pytest.fixture(scope="module")
def whole(source, tmp_path_factory) -> dict[str, tuple[int, str]]:
    """What each command says in a whole clone."""
    repo = clone(source, tmp_path_factory.mktemp("whole") / "app")
    return {name: told(repo, run(repo, name)) for name in COMMANDS}


def test_a_whole_clone_is_answered(whole):
    assert {status for status, _ in whole.values()} == {0, 1}
    assert A_NOW in whole["rename-back"][1]


def without_note(said: tuple[int, str]) -> tuple[int, str]:
    """Without the finding that says that the checkout is sparse."""
    return said[0], re.sub(r',?\s*\{[^{}]*"MD204"[^{}]*\}', "", said[1])


def commands_in(text: str) -> list[str]:
    """The git commands that a message names, as a reader would copy them."""
    flat = re.sub(r"\s*\n\s*", " ", text)
    found = r"(git fetch --[\w-]+(?: --[\w-]+)*|git replace -d [0-9a-f ]+|"
    found += r"mv \S+?grafts \S+?grafts\.old|"
    return re.findall(found + r"git sparse-checkout (?:add [\w/ ]*?(?= \(or)|disable))", flat)


EVERYWHERE = ("shallow", "without contents", "grafts", "sparse")  # every command is tried
ELSEWHERE = ("diagnose", "rename-back", "advise", "check")  # and these of the other kinds


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        (kind, command)
        for kind in KINDS
        for command in COMMANDS
        if kind in EVERYWHERE or command in ELSEWHERE
    ],
)
def test_it_is_answered_as_in_a_whole_clone_or_named_with_its_cure(
    kind, command, source, whole, tmp_path
):
    repo = KINDS[kind].make(source, tmp_path / "app")

    done = run(repo, command)

    if without_note(told(repo, done)) == without_note(whole[command]):
        return
    said = done.err + done.out
    assert done.status in (1, 2), said
    assert KINDS[kind].name in said
    cures = commands_in(said)
    assert any(cure.startswith(KINDS[kind].command) for cure in cures), said
    environment = {**os.environ, "GIT_ALLOW_PROTOCOL": "file"}
    subprocess.run(
        ["sh", "-c", cures[0]], cwd=repo.path, check=True, capture_output=True, env=environment
    )
    assert told(repo, run(repo, command)) == whole[command]


@pytest.mark.parametrize("command", ["diagnose", "check"])
@pytest.mark.parametrize("kind", SPARSE)
def test_what_a_sparse_checkout_leaves_out_is_read_all_the_same(
    kind, command, source, whole, tmp_path
):
    repo = KINDS[kind].make(source, tmp_path / "app")

    assert without_note(told(repo, run(repo, command))) == without_note(whole[command])


@pytest.mark.parametrize("command", ["rename-back", "rewrite --combined", "advise"])
@pytest.mark.parametrize("kind", ["shallow", "without contents", "grafts"])
def test_no_success_hangs_on_what_is_missing(kind, command, source, tmp_path):
    repo = KINDS[kind].make(source, tmp_path / "app")

    done = run(repo, command)

    assert done.status in (1, 2)
    assert "Nothing" not in done.err + done.out


def test_a_shallow_clone_without_contents_needs_two_commands_and_is_told_both(source, tmp_path):
    repo = clone(source, tmp_path / "app", "--depth=1", "--filter=tree:0", "--no-checkout")

    done = run(repo, "diagnose --ref")

    assert done.status == 2
    cure = "git fetch --unshallow && git fetch --refetch --no-filter"
    assert cure in re.sub(r"\s+", " ", done.err)
    subprocess.run(["sh", "-c", cure], cwd=repo.path, check=True, capture_output=True)
    assert A_NOW in run(repo, "rename-back").out + run(repo, "diagnose --ref").out


def test_a_graft_that_joins_an_older_history_hides_nothing(source, tmp_path):
    repo = clone(source, tmp_path / "app")
    root = repo.git("rev-list", "--max-parents=0", "HEAD").strip()
    older = repo.git("commit-tree", "-m", "older", f"{root}^{{tree}}").strip()
    repo.git("replace", "--graft", root, older)

    assert "grafted" not in run(repo, "diagnose").out


def test_what_production_runs_settles_a_shallow_clone(source, tmp_path):
    repo = clone(source, tmp_path / "app", "--depth=3")
    repo.git("fetch", "-q", "--depth=3", "origin", "base")
    (tmp_path / "rows").write_text(f"{A}\n{B}\n")

    done = migdoctor(
        repo.path,
        "rename-back",
        "--rows",
        str(tmp_path / "rows"),
        "--deployed",
        "origin/base",
        "--format",
        "json",
    )

    assert done.status == 0, done.err
    assert A in done.out
