"""Scenarios for tests: their names, their repositories, and the truths kept beside them."""

import json
import subprocess
from pathlib import Path

import pytest

from analyzer.operations.demo.scenario import Scenario, scenarios

NAMES = tuple(scenario.name for scenario in scenarios())
every_scenario = pytest.mark.parametrize("name", NAMES)


def commit_id(scenario: Scenario, repository: Path, commit: str) -> str:
    """The id that one of the scenario's commits has in a repository built from it."""
    position = [each.id for each in scenario.commits].index(commit)
    return git(repository, "rev-list", "--reverse", "main").split()[position]


def git(repository: Path, *args: str) -> str:
    """Run git and return what it prints."""
    command = ["git", "-C", str(repository), *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def expected_renames(scenario: Scenario) -> list[tuple[str, str, str]]:
    """Old file name, new file name, and applied, not-applied or both."""
    text = (scenario.folder / "expected" / "renames.json").read_text("utf-8")
    return [(old, new, standing) for old, new, standing in json.loads(text)]


def expected_moves(scenario: Scenario) -> list[tuple[str, str]]:
    """What rename-back moves: source and target, from the repository's root, by source."""
    return _pairs(scenario, "rename_back.txt")


def expected_row_changes(scenario: Scenario) -> list[tuple[str, str]]:
    """What rewrite changes: the stored text before and after."""
    return _pairs(scenario, "rewrite.txt")


def has_expected(scenario: Scenario, file: str) -> bool:
    """Whether the scenario says what should come out."""
    return (scenario.folder / "expected" / file).exists()


def _pairs(scenario: Scenario, file: str) -> list[tuple[str, str]]:
    text = (scenario.folder / "expected" / file).read_text("utf-8")
    return [(old, new) for old, new in (line.split() for line in text.splitlines())]
