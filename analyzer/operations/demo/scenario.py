"""Scenarios: incidents kept as folders, from which a real repository and database are built.

fixtures/<scenario>/
├── scenario.toml      title, story, directories, deployed, target, the commits in order
├── commits/<files>/   what a commit adds or edits, laid out as in the repository
├── rows.txt           what production's version table holds, one stored text a line
├── production.sql     production's tables, just as the migrations make them
├── data.sql           rows in those tables, where the story needs some
└── expected/          literal truths for the tests
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from analyzer.engines.registry import open_gateway
from analyzer.errors import DatabaseError, EnvironmentToolError, RepositoryError, UsageError
from analyzer.records import Struct
from analyzer.sources.git.git_command import run_git_apart

_PACKAGE = Path(__file__).resolve().parents[2]
_PLACES = (_PACKAGE / "_fixtures", _PACKAGE.parent / "fixtures")  # installed; in a checkout
_VERSION = re.compile(r"([0-9]+)_[^/]*\.rb", re.ASCII)

Tree = dict[str, bytes]  # path from the repository's root -> content


class ScenarioCommit(Struct, frozen=True):
    """One commit, told by what it changes: first renames and deletions, then files.

    ``files`` is the folder of added and edited files; ``restore`` names for a path the earlier
    commit whose content it gets back.
    """

    id: str  # the scenario's own short name for it
    date: datetime
    author: str  # Name <address>
    message: str
    files: Path | None
    delete: tuple[str, ...]
    rename: tuple[tuple[str, str], ...]
    restore: Mapping[str, str]


class Scenario(Struct, frozen=True):
    """One incident. ``commits`` are oldest first and may go on after the ``target``.

    ``deployed`` is the commit whose migrations production ran; ``extra`` are rows that it has no
    file for, ``missing`` its versions that have no row; ``rows`` is the outcome, in stored texts.
    ``rows_in_data``: ``data.sql`` writes them, as the version table is not the one that usual.
    """

    name: str
    folder: Path
    title: str
    story: str
    directories: tuple[str, ...]
    commits: tuple[ScenarioCommit, ...]
    deployed: str
    target: str
    rows: tuple[str, ...]
    extra: tuple[str, ...]
    missing: tuple[str, ...]
    rows_in_data: bool = False


def scenarios() -> tuple[Scenario, ...]:
    """Read all scenarios whose version table is the usual one, in the order of their names."""
    every = (load_scenario(name) for name in _names())
    return tuple(it for it in every if not it.rows_in_data)


def load_scenario(name: str) -> Scenario:
    """Read one scenario.

    Raises:
        UsageError: there is none of that name.

    """
    if name not in _names():
        raise UsageError(
            f"there is no scenario named {name!r}",
            why="scenarios are the folders that come with migdoctor",
            fix=f"use one of: {', '.join(_names())}",
        )
    folder = _root() / name
    told = tomllib.loads((folder / "scenario.toml").read_text("utf-8"))
    return Scenario(
        name=name,
        folder=folder,
        title=told["title"],
        story=told["story"].strip(),
        directories=tuple(told["directories"]),
        commits=tuple(_commit(folder, entry) for entry in told["commits"]),
        deployed=told["deployed"],
        target=told["target"],
        rows=tuple((folder / "rows.txt").read_text("utf-8").split()),
        extra=tuple(told.get("extra", ())),
        missing=tuple(told.get("missing", ())),
        rows_in_data=told.get("rows_in_data", False),
    )


def tree_at(scenario: Scenario, commit: str) -> Tree:
    """Tell all files of the repository at one of the scenario's commits."""
    return _trees(scenario)[commit]


def versions_at(scenario: Scenario, commit: str) -> tuple[str, ...]:
    """List the versions of a commit's migration files as Rails stores them, in order, each once."""
    folders = tuple(f"{directory}/" for directory in scenario.directories)
    paths = (path for path in tree_at(scenario, commit) if path.startswith(folders))
    names = (path.rpartition("/")[2] for path in paths)
    numbers = {int(legal[1]) for name in names if (legal := _VERSION.fullmatch(name))}
    return tuple(str(number) for number in sorted(numbers))


def versions_at_deployed(scenario: Scenario) -> tuple[str, ...]:
    """List the versions that production ran, as Rails stores them, in order."""
    return versions_at(scenario, scenario.deployed)


def build_repository(scenario: Scenario, into: Path, *, until: str | None = None) -> Path:
    """Build the scenario's git repository, with its work tree at the last commit, and return it.

    Its commit ids are the same everywhere; the user's git configuration has no part in it.

    Args:
        scenario: what to build.
        into: a folder that is empty or not there yet.
        until: the last commit to build; the target unless given.

    Raises:
        UsageError: the folder is not empty.
        EnvironmentToolError: git is missing, or failed.

    """
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise UsageError(
            f"{into} is not empty",
            why="a scenario's repository is only built where nothing can be overwritten",
            fix="name a new folder",
        )
    _git(into, "init", "--quiet", "--template=", "--object-format=sha1", "--initial-branch=main")
    stream = b"".join(_fast_import(scenario, until or scenario.target))
    _git(into, "fast-import", "--quiet", "--done", stdin=stream)
    _git(into, "reset", "--quiet", "--hard")
    return into


def build_database(scenario: Scenario, url: str) -> None:
    """Bring an empty database into production's state: tables, data, applied versions. No Ruby.

    Raises:
        DatabaseError: the database cannot be reached, or is not empty.

    """
    scripts = [scenario.folder / "production.sql", scenario.folder / "data.sql"]
    try:
        gateway = open_gateway(url)
        with gateway.session() as session, session.transaction(), session.user_path():
            for script in (path for path in scripts if path.exists()):
                session.run(script.read_text("utf-8"))
            rows = () if scenario.rows_in_data else scenario.rows
            for row in map(session.engine.scripts.literal, rows):
                session.run(f"INSERT INTO schema_migrations (version) VALUES ({row})")  # noqa: S608  quoted
    except DatabaseError as error:
        raise DatabaseError(
            f"the tables of scenario {scenario.name} could not be made",
            why=error.what,
            fix="give an empty database whose owner you are",
        ) from error


def _root() -> Path:
    """Find the scenarios: inside an installed package, beside it in a checkout."""
    return next((place for place in _PLACES if place.is_dir()), _PLACES[0])


def _names() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in _root().glob("*/scenario.toml")))


def _commit(folder: Path, entry: dict[str, Any]) -> ScenarioCommit:
    """Read one commit of a scenario.toml."""
    files = folder / "commits" / entry["files"] if "files" in entry else None
    return ScenarioCommit(
        id=entry["id"],
        date=entry["date"],
        author=entry["author"],
        message=entry["message"],
        files=files,
        delete=tuple(entry.get("delete", ())),
        rename=tuple((old, new) for old, new in entry.get("rename", ())),
        restore=entry.get("restore", {}),
    )


def _trees(scenario: Scenario) -> dict[str, Tree]:
    """Tell all files at every commit, by the commit's name in the scenario."""
    trees: dict[str, Tree] = {}
    tree: Tree = {}
    for commit in scenario.commits:
        tree = _next_tree(tree, commit, trees)
        trees[commit.id] = tree
    return trees


def _next_tree(tree: Tree, commit: ScenarioCommit, earlier: Mapping[str, Tree]) -> Tree:
    """Apply a commit. Swaps are possible: all old names go before the new ones come."""
    moved = {new: tree[old] for old, new in commit.rename}
    gone = {*commit.delete, *(old for old, _ in commit.rename)}
    if unknown := gone - tree.keys():
        message = f"commit {commit.id} removes what is not there: {sorted(unknown)}"
        raise KeyError(message)
    kept = {path: content for path, content in tree.items() if path not in gone}
    restored = {path: earlier[source][path] for path, source in commit.restore.items()}
    return kept | moved | restored | _files(commit)


def _files(commit: ScenarioCommit) -> Tree:
    """Read what the commit's own folder holds."""
    if commit.files is None:
        return {}
    found = (path for path in sorted(commit.files.rglob("*")) if path.is_file())
    return {path.relative_to(commit.files).as_posix(): path.read_bytes() for path in found}


def _fast_import(scenario: Scenario, until: str) -> Iterator[bytes]:
    """Tell the history in git-fast-import's own words."""
    trees = _trees(scenario)
    for commit in scenario.commits:
        date = f"{int(commit.date.timestamp())} {commit.date:%z}"
        yield b"commit refs/heads/main\n"
        yield f"author {commit.author} {date}\ncommitter {commit.author} {date}\n".encode()
        yield _data(f"{commit.message}\n".encode())
        yield b"deleteall\n"
        for path, content in sorted(trees[commit.id].items()):
            yield f"M 100644 inline {_quoted(path)}\n".encode() + _data(content)
        if commit.id == until:
            break
    yield b"done\n"


def _data(content: bytes) -> bytes:
    """Frame bytes for git-fast-import."""
    return b"data %d\n%s\n" % (len(content), content)


def _quoted(path: str) -> str:
    """Quote a path for git-fast-import, as C does."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _git(folder: Path, *args: str, stdin: bytes = b"") -> None:
    """Run git in a folder that is ours, out of reach of the user's configuration and hooks."""
    try:
        done = run_git_apart(folder, *args, say=stdin)
    except RepositoryError as error:
        raise EnvironmentToolError(
            "git was not found",
            why="the scenario's repository is a real one, made by git itself",
            fix="install git 2.31 or newer",
        ) from error
    if done.returncode:
        raise EnvironmentToolError(
            f"git {args[0]} failed in {folder}",
            why=done.stderr.decode("utf-8", "replace").strip() or f"status {done.returncode}",
            fix="check that git is 2.31 or newer, and that the disk is not full",
        )
