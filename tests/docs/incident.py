"""The incident that the pages tell: its repository and database, and commands typed there."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import NamedTuple

from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from tests.docs.pages import ROOT
from tests.support.commands import warm
from tests.support.databases.servers import Server, fresh_database

# what differs between computers and runs -> what the pages show instead
SHOWN = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:5432"),
    (re.compile(r"\d{14}(?=_catch_up_)"), "20260101120000"),
    (
        re.compile(r"/\S+/repairs/\d{8}T\d{6}-[0-9a-f]{4}"),
        "/home/dana/.local/state/migdoctor/repairs/20250824T090000-c41a",
    ),
    (re.compile(r"\d{8}T\d{6}-[0-9a-f]{4}"), "20250824T090000-c41a"),
    (re.compile(r"_before_\d{6}\d*[0-9a-f]{6}"), "_before_250824090000c41a"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "2025-08-24T09:00:00Z"),
)
# what is too different to be shown in one way -> what stands for it where outputs are compared
COMPARED = (
    (re.compile(r"\d+ to \d+ MB/s"), "fast"),
    (re.compile(r"[\d,]+ bytes(, [\d.]+ s\b)?"), "small"),
    (
        re.compile(r"[\d.]+ [KMGT]B free on the server, [\d.]+ [KMGT]B here; [\d.]+ [KM]B needed"),
        "room",
    ),
    (re.compile(r"it is \d+ minutes old"), "it is 0 minutes old"),
    (re.compile(r"PostgreSQL \d+\.\d+"), "PostgreSQL 18"),
)


class Incident(NamedTuple):
    """A repository, and the variables that name its database and the server's programs."""

    repository: Path
    variables: dict[str, str]

    def run(self, command: str) -> str:
        """Run a command with this very migdoctor; both outputs as a screen mixes them."""
        words = warm.plain_words(command)
        if words is not None:
            return warm.run_mixed(words, self.repository, self._world())
        ours = f"{shlex.quote(sys.executable)} -m analyzer"
        done = subprocess.run(
            ["sh", "-c", re.sub(r"(?<![\w./-])migdoctor(?= )", ours, command)],
            cwd=self.repository,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env=self._world(),
        )
        return done.stdout

    def run_apart(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Run this very migdoctor; its outputs each by itself."""
        words = shlex.split(Template(command).substitute(self.variables))[1:]
        return warm.run_text(words, self.repository, self._world())

    def _world(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **self.variables}


SCENARIOS = {"django.md": "django-renamed"}  # by page; all others tell one incident


@contextmanager
def incident(folder: Path, server: Server, page: str = "") -> Iterator[Incident]:
    scenario = load_scenario(SCENARIOS.get(page, "archive-incident"))
    repository = build_repository(scenario, folder / "archive")
    with fresh_database(server, name="archive_production") as database:
        build_database(scenario, database.url)
        path = f"{server.bin}{os.pathsep}{os.environ['PATH']}"
        state = str(folder / "state")  # no page knows the repairs of another
        yield Incident(
            repository, {"DATABASE_URL": database.url, "PATH": path, "MIGDOCTOR_STATE_DIR": state}
        )


def as_shown(text: str) -> str:
    """Put what every reader may have in place of this computer's addresses, folders and times."""
    for pattern, instead in SHOWN:
        text = pattern.sub(instead, text)
    return text


def comparable(text: str) -> str:
    """The same, without speeds, sizes and line ends too."""
    text = " ".join(as_shown(text).split())
    for pattern, instead in COMPARED:
        text = pattern.sub(instead, text)
    return text
