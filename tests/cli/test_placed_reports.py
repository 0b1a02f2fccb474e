"""Every command in the body of a report names the place that was typed, in every format."""

import html
import os
import re
from pathlib import Path

import pytest

from analyzer.operations.demo.scenario import build_repository, load_scenario
from analyzer.report.placed_commands import placed
from tests.support.commands import warm

NAMES = ("archive-incident", "reused-version")
FORMATS = ("text", "json", "markdown", "html", "github", "gitlab", "junit")
_COMMAND = re.compile(
    r"\bmigdoctor (diagnose|fix|rename-back|rewrite|advise|record|rehearse|undo|graph)\b"
    r"(?! \w+s\b| and migdoctor| report,)"
    r"(?P<rest>[^;)`<\n]*)"
)


@pytest.fixture(scope="module", params=NAMES)
def application(request, tmp_path_factory) -> Path:
    """A scenario's repository, with two environments of the same rows."""
    scenario = load_scenario(request.param)
    folder = tmp_path_factory.mktemp("placed")
    repository = folder / "app"
    build_repository(scenario, repository)
    (folder / "rows.txt").write_text("".join(f"{row}\n" for row in scenario.rows))
    named = (f'[environments.{it}]\nrows = "{folder}/rows.txt"\n' for it in ("live", "staging"))
    (repository / ".migdoctor.toml").write_text("".join(named))
    return repository


def commands(application: Path, *words: str) -> list[str]:
    """All that is printed as a command, with its options."""
    done = warm.run_text([*words], application, {**os.environ, "COLUMNS": "80"})
    assert done.returncode in (0, 1), done.stderr
    text = html.unescape(re.sub(r"<(script|style).*?</\1>", "", done.stdout, flags=re.DOTALL))
    text = re.sub(r"<[^>]*>|\\(?=[-*_#|<>`&$~\[\]])|\s*\n +", " ", text)
    return [re.sub(r" +", " ", found[0]) for found in _COMMAND.finditer(text.replace("&#45;", "-"))]


@pytest.mark.parametrize("format_", FORMATS)
def test_the_environment_that_was_typed(application, format_):
    found = commands(application, "diagnose", "--environment", "live", "--format", format_)

    assert found
    assert not [it for it in found if "--environment live" not in it]


def test_a_file_of_rows_that_was_typed(application):
    found = commands(application, "diagnose", "--rows", "../rows.txt")

    assert found
    assert not [it for it in found if "--rows ../rows.txt" not in it]


@pytest.mark.parametrize("format_", ["text", "json", "html"])
def test_of_several_environments_each_finding_means_its_own(application, format_):
    found = commands(application, "diagnose", "--all-environments", "--format", format_)

    assert not [it for it in found if "environment" not in it]
    rewrites = [it for it in found if " rewrite" in it and not re.search(r"--apply| -o ", it)]
    assert all("--all-environments" not in it for it in rewrites)


@pytest.mark.parametrize("format_", ["text", "html"])
def test_advice_does_too(application, format_):
    found = commands(application, "advise", "--environment", "live", "--format", format_)

    assert found
    assert not [it for it in found if "--environment live" not in it]


def test_what_records_renames_depends_on_no_database():
    named = [("--environment", "--environment live"), ("--repo", "--repo app")]

    def taken(command: str, own: str | None) -> frozenset[str]:
        return frozenset({"--environment", "--repo"})

    plain, recording = "migdoctor check --base HEAD", "migdoctor check --write-renames"
    recorded = "migdoctor rewrite --recorded -o recorded.sql"

    assert placed(plain, named, taken).endswith("--environment live --repo app --base HEAD")
    assert placed(recording, named, taken) == "migdoctor check --repo app --write-renames"
    assert "--environment" not in placed(recorded, named, taken)
