"""A repository with a base, an origin and a change, and the gate run on it."""

import io
import json
import os
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from analyzer.cli import main
from analyzer.records import Struct
from tests.support.commands import warm
from tests.support.commands.json_schemas import demand_promised
from tests.support.histories.repositories import Repo, migration

ROOT = Path(__file__).resolve().parents[3]
SONGS = "20240101000000_create_songs.rb"
ALBUMS = "20240201000000_create_albums.rb"
CI_VARIABLES = (
    "GITHUB_",
    "CI",
    "BITBUCKET_",
    "SYSTEM_",
    "CIRCLE",
    "CHANGE_",
    "BUILDKITE",
    "TF_",
    "ghprb",
)


class Outcome(Struct, frozen=True, dict=True):
    """What a run of the gate came to."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def findings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.document["findings"]
        return found

    @property
    def codes(self) -> list[str]:
        return [each["code"] for each in self.findings]

    def found(self, code: str) -> dict[str, Any]:
        return next(each for each in self.findings if each["code"] == code)

    @property
    def commands(self) -> list[str]:
        blocking = [each for each in self.findings if each["severity"] != "note"]
        told = [each["command"] for each in blocking]
        assert all(told), f"a finding names no command: {blocking}"
        return list(dict.fromkeys(told))


def environment(**more: str) -> dict[str, str]:
    """Ours without what a CI system says of the run that we are in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(CI_VARIABLES)}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **more}


def run(repo: Repo, *args: str, **more: str) -> Outcome:
    """Run ``migdoctor`` in the repository."""
    done = warm.run([*args], repo.path, environment(**more))
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def check(repo: Repo, *args: str, **more: str) -> Outcome:
    """Run the gate against main, as JSON, in this process: a start of Python takes longer."""
    given = () if {"--base", "--since"} & {*args} else ("--base", "main")
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment(**more))
    try:
        with redirect_stdout(out), redirect_stderr(err):
            asked = ["check", "--repo", str(repo.path), *given, "--format", "json", *args]
            status = main.run(asked)
    finally:
        os.environ.clear()
        os.environ.update(kept)
    said = [stream.buffer.getvalue().decode() for stream in (out, err)]
    demand_promised(asked, said[0])
    return Outcome(status, *said)


def mend(repo: Repo, outcome: Outcome) -> None:
    """Run the commands that the gate printed, just as they are, those of Rails apart."""
    for command in outcome.commands:
        if command.startswith("bin/rails "):
            continue  # the schema file is in line again when the migrations are
        subprocess.run(["sh", "-ec", command], cwd=repo.path, check=True, capture_output=True)


def started(path: Path) -> Repo:
    """A repository whose main has two migrations, on a branch ``change``."""
    repo = Repo.make(path)
    repo.write(
        SONGS, migration("CreateSongs", "create_table :songs do |t|", "  t.string :title", "end")
    )
    repo.write(
        ALBUMS, migration("CreateAlbums", "create_table :albums do |t|", "  t.string :name", "end")
    )
    repo.commit("begin")
    repo.git("checkout", "--quiet", "-b", "change")
    return repo


def on_main(repo: Repo, name: str, class_name: str, *body: str) -> None:
    """Add a migration to main while the change is open."""
    repo.git("checkout", "--quiet", "main")
    repo.add(name, class_name, *body)
    repo.commit(f"main: {name}")
    repo.git("checkout", "--quiet", "change")
