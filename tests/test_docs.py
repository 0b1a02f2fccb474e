"""What the README shows is what happens: its commands are run, its outputs compared."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from analyzer.analysis.gate.all_rules import RULES
from analyzer.cli.group import COMMANDS, group
from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from analyzer.report.diagnosis.findings_table import render

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SHOWN = re.compile(
    r"<!-- run: (?P<command>.+) -->\n```console\n\$ (?P<typed>.+)\n(?P<out>(?s:.*?))```"
)
PLACE = re.compile(r"at \S+:\d+\b")
SPEED = re.compile(r"\d+ to \d+ MB/s")
DRAFT = re.compile(r"\d{14}(?=_catch_up_)")
SIZE = re.compile(r"[\d,]+ bytes, [\d.]+ s\b")
REPAIR = re.compile(r"(?:/\S+/(?=repairs/))?(repairs/)?\d{8}T\d{6}-[0-9a-f]{4}")
SERVER = re.compile(r"PostgreSQL \d+\.\d+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def shown() -> list[tuple[str, str, str]]:
    return [(found["command"], found["typed"], found["out"]) for found in SHOWN.finditer(README)]


@pytest.fixture
def incident(tmp_path, postgres18) -> Iterator[tuple[Path, dict[str, str]]]:
    """The incident's repository, and an environment that names its database."""
    from tests.support.databases.servers import fresh_database

    scenario = load_scenario("archive-incident")
    repository = build_repository(scenario, tmp_path / "archive")
    with fresh_database(postgres18, name="archive_production") as database:
        build_database(scenario, database.url)
        path = f"{postgres18.bin}{os.pathsep}{os.environ['PATH']}"
        yield repository, {"DATABASE_URL": database.url, "PATH": path}


def run(command: str, repository: Path, environment: dict[str, str]) -> str:
    """Run a command of the README with this very migdoctor; both outputs as a screen mixes them."""
    ours = f"{shlex.quote(sys.executable)} -m analyzer"
    done = subprocess.run(
        ["sh", "-c", command.replace("migdoctor", ours, 1)],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **environment},
    )
    return done.stdout


def comparable(text: str) -> str:
    """Without what differs between machines and runs: address, speed, repair, time, line ends."""
    text = SPEED.sub("fast", PLACE.sub("at 127.0.0.1:5432", " ".join(text.split())))
    text = DRAFT.sub("20260101120000", SERVER.sub("PostgreSQL 18", text))
    return MOMENT.sub("TIME", SIZE.sub("small", REPAIR.sub(r"\1REPAIR", text)))


def test_the_worked_example_prints_what_the_readme_shows(incident):
    repository, environment = incident
    for command, typed, expected in shown():
        if command.startswith("migdoctor rewrite"):  # the other way: take the first one back
            subprocess.run(["git", "-C", repository, "checkout", "-q", "."], check=True)
            subprocess.run(["git", "-C", repository, "clean", "-qf", "archive"], check=True)

        actual = run(command, repository, environment)

        assert typed == command
        assert comparable(actual) == comparable(expected), command


def test_the_services_are_used_as_a_library_as_the_readme_shows(incident):
    """Diagnosed, planned and applied without the command line, and nothing is printed."""
    repository, environment = incident
    ((code),) = re.findall(r"<!-- library -->\n```python\n(.*?)```", README, re.DOTALL)
    silent = "import sys; assert not {'click', 'rich', 'analyzer.cli'} & set(sys.modules)"
    ours = {**os.environ, "PYTHONPATH": str(ROOT), **environment}

    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nassert not ended.status\n{silent}"],
        cwd=repository.parent, capture_output=True, text=True, check=False, env=ours,
    )  # fmt: skip

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    assert "MD101" not in run("migdoctor diagnose", repository, environment)


def test_every_command_is_in_the_table():
    for command in COMMANDS:
        assert f"| `migdoctor {command}` |" in README


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_in_the_readme(name):
    command = group().get_command(click.Context(group()), name)
    inner = list(command.commands.values()) if isinstance(command, click.Group) else []

    for one in [command, *inner]:
        for option in one.params:
            if isinstance(option, click.Option):
                assert any(f"`{spelt}" in README for spelt in option.opts), option.opts


def test_every_recovery_command_is_in_the_readme():
    recover = group().get_command(click.Context(group()), "recover")

    for name in recover.commands:
        assert f"`migdoctor recover {name}" in README


def test_the_table_of_findings_is_the_one_in_the_code():
    table = render(RULES.values())

    assert table in README, f"the README must hold this table:\n{table}"


def test_the_two_commands_are_one_line_each():
    for name in ("demo", "test"):
        (block,) = re.findall(rf"<!-- command: {name} -->\n```sh\n(.*?)```", README, re.DOTALL)
        assert len(block.strip().splitlines()) == 1


def test_no_link_in_the_readme_is_dead():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
