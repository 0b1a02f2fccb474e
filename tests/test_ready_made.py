"""What others take as it is: the hook for pre-commit, the action, the workflow, the snippets."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, everywhere
from tests.support.commands.gates import SONGS, environment, started

VENDORED = {
    "github": "vendor.github-workflows",
    "gitlab": "vendor.gitlab-ci",
}


def valid(schema: str, *paths: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_is_valid():
    valid("vendor.github-actions", ROOT / "action.yml")


def test_the_workflows_are_valid():
    valid("vendor.github-workflows", *(ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("kind", VENDORED)
def test_the_snippets_that_are_shown_are_valid(tmp_path, kind):
    texts = [it.text for it in everywhere("snippet") if it.name == kind]

    assert texts
    for number, text in enumerate(texts):
        place = tmp_path / f"{number}.yml"
        place.write_text(text)
        valid(VENDORED[kind], place)


def test_the_configuration_for_pre_commit_is_valid(tmp_path):
    (text,) = [it.text for it in everywhere("snippet") if it.name == "pre-commit"]
    (tmp_path / "config.yaml").write_text(text)

    command = ["pre_commit", "validate-config", str(tmp_path / "config.yaml")]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, check=False)

    assert done.returncode == 0, done.stdout


def test_no_input_of_the_action_becomes_a_part_of_a_script():
    text = (ROOT / "action.yml").read_text()

    for script in re.findall(r"run: \|\n((?: {8}.*\n)+)", text):
        assert "${{" not in script


@pytest.fixture
def hooked(tmp_path):
    """A repository whose pre-commit runs our hook, out of a repository with our definition."""
    from tests.support.histories.repositories import Repo

    ours = Repo.make(tmp_path / "migdoctor")
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", ours.path)
    revision = ours.commit("the hook")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "migdoctor").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m analyzer "$@"\n')
    (programs / "migdoctor").chmod(0o755)
    repo = started(tmp_path / "repo")
    # language: system, as the test must not fetch what the hook's own environment would hold
    repo.write(
        ".pre-commit-config.yaml",
        f"""\
repos:
  - repo: file://{ours.path}
    rev: {revision}
    hooks:
      - id: migdoctor
        language: system
        args: [--base, main]
""",
        folder=".",
    )
    repo.commit("hooked")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return repo, environment(PATH=path, PRE_COMMIT_HOME=str(tmp_path / "home"))


def test_pre_commit_runs_the_hook_and_stops_a_rename(hooked):
    repo, variables = hooked
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"],
        cwd=repo.path,
        env=variables,
        check=True,
        capture_output=True,
    )
    repo.add("20240301000000_create_cats.rb", "CreateCats")
    repo.git("add", "-A")
    fine = subprocess.run(
        ["git", "commit", "-m", "fine"],
        cwd=repo.path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    repo.move(SONGS, "20240301000001_create_songs.rb")
    repo.git("add", "-A")

    stopped = subprocess.run(
        ["git", "commit", "-m", "renamed"],
        cwd=repo.path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert fine.returncode == 0, fine.stdout + fine.stderr
    assert "migdoctor check" in fine.stdout + fine.stderr
    assert stopped.returncode == 1
    assert "MD301" in stopped.stdout + stopped.stderr
