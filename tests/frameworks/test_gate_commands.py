"""What the gate prints about names is carried out as it stands, under each framework."""

import json
import subprocess
from pathlib import Path

import pytest

from analyzer.frameworks.registry import framework
from tests.support.commands.migdoctor import migdoctor
from tests.support.frameworks.renamed_scenarios import TOLD, Told
from tests.support.histories.repositories import Repo

_BY_HAND = {"typeorm", "liquibase", "alembic"}  # another text tells the version
_TOLD_BY_JOURNAL = {"drizzle"}


def _write(repo: Repo, told: Told, at: int, table: str) -> str:
    name = told.file(at, table)
    repo.write(name, told.told(at, table), told.folder)
    return f"{told.folder}/{name}"


def _started(told: Told, place: Path) -> Repo:
    repo = Repo.make(place)
    for name, text in told.files.items():
        repo.write(name, text, "")
    _write(repo, told, 0, "songs")
    _write(repo, told, 2, "artists")
    repo.commit("base")
    repo.git("branch", "main-then")
    return repo


def _findings(repo: Repo, told: Told) -> list[dict]:
    done = migdoctor(
        repo.path,
        *("check", "--base", "main-then", "--framework", told.name, "--format", "json"),
    )
    assert done.out, done.err
    found: list[dict] = json.loads(done.out)["findings"]
    return found


def _obey(repo: Repo, findings: list[dict]) -> list[str]:
    commands = list(dict.fromkeys(it["command"] for it in findings if it["command"]))
    for command in commands:
        subprocess.run(["sh", "-ec", command], cwd=repo.path, check=True, capture_output=True)
    return commands


@pytest.mark.parametrize(
    "told", [it for it in TOLD if it.name not in _TOLD_BY_JOURNAL], ids=lambda it: it.name
)
def test_a_late_file_keeps_its_name_and_ending(told: Told, tmp_path):
    repo = _started(told, tmp_path / "repo")
    late = _write(repo, told, 1, "albums")
    repo.commit("late")

    commands = _obey(repo, _findings(repo, told))

    if told.name in _BY_HAND:
        assert commands == []
        return
    port, here = framework(told.name).files, tmp_path / "repo" / told.folder
    now = [it.relative_to(here).as_posix() for it in here.rglob("*") if it.is_file()]
    names = [port.parse_name(it, told.folder) for it in now]
    before = port.parse_name(late.removeprefix(f"{told.folder}/"), told.folder)
    assert before.slug in {getattr(it, "slug", None) for it in names}, now
    assert not (repo.path / late).exists()
    assert _findings(repo, told) == []


@pytest.mark.parametrize("told", TOLD, ids=lambda it: it.name)
def test_a_renamed_file_gets_its_name_back(told: Told, tmp_path):
    repo = _started(told, tmp_path / "repo")
    old, new = told.file(2, "artists"), told.file(3, "artists")
    if old == new:
        pytest.skip("its name tells no version")
    source, target = repo.path / told.folder / old, repo.path / told.folder / new
    target.parent.mkdir(exist_ok=True)
    repo.git("mv", str(source), str(target))
    if source.parent != target.parent and source.parent.exists():
        source.parent.rmdir()
    repo.commit("renamed")

    _obey(repo, _findings(repo, told))

    assert repo.git("status", "--short", "--", told.folder) or _findings(repo, told) == []
    assert [it for it in _findings(repo, told) if it["severity"] == "error"] == []
