"""What every command answers about a scenario of `renamed_scenarios`: from a list, and live.

The suite asks about all frameworks from a list, and live about one of each kind; the proof
``tests/proofs/renamed_live.py`` asks about all of them live.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

from analyzer.frameworks.registry import framework
from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.frameworks.renamed_scenarios import ROOT, Told


class App(Struct, frozen=True):
    """A scenario's repository, its list of rows, and the command line there."""

    told: Told
    repo: Path
    place: Path

    @classmethod
    def build(cls, told: Told, place: Path) -> "App":
        """Build the repository, with the rows beside it."""
        scenario = load_scenario(f"{told.name}-renamed")
        repo, rows = build_repository(scenario, place / "app"), place / "rows.csv"
        shutil.copy(scenario.folder / "rows.csv", rows)
        return cls(told, repo, place)

    def run(self, *words: str) -> Done:
        return migdoctor(self.repo, *words, XDG_STATE_HOME=str(self.place / "state"))

    def diagnosed(self, *place: str) -> dict:
        done = self.run("diagnose", "--format", "json", *place)
        assert done.status in (0, 1), done.err
        return {**json.loads(done.out), "status": done.status}

    @property
    def listed(self) -> tuple[str, str]:
        """The option that names the list of rows."""
        return "--rows", "../rows.csv"

    def git(self, *words: str) -> str:
        command = ["git", "-C", str(self.repo), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check_foretold(app: App, *place: str) -> None:
    """The pair is found, and the next run is what the tool's was."""
    told, report = app.told, app.diagnosed(*place)
    assert report["repository"]["framework"] == told.name
    pairs = [(it["old"]["version"], it["new"]["version"]) for it in report["renames"]]
    assert pairs == [(told.key(told.old), told.key(told.new))]
    assert (report["status"], report["orphans"], report["pending"]) == (1, [], [])
    next_run = report["environments"][0]["prediction"]
    refuses = next_run["refuses"]
    assert (refuses and refuses["reason"]) == (told.says or None)
    assert next_run["runs_again"] == ([] if told.says else [told.key(told.new)])


SHOWN = {  # what is kept of it in ``expected``, and shown on the framework's page
    "diagnose.txt": ("diagnose",),
    "rewrite.patch": ("rewrite", "--format", "patch"),
    "rename_back.patch": ("rename-back", "--format", "patch"),
}


_NOT_SHOWN = re.compile(r"^(?:# .*\n|(?:Code:|What to do next)(?s:.*))", re.MULTILINE)


def outputs(app: App) -> dict[str, str]:
    """What the commands of the page print, but for comments and what to do next."""
    done = {name: app.run(*words, *app.listed) for name, words in SHOWN.items()}
    return {name: _NOT_SHOWN.sub("", it.out or it.err) for name, it in done.items()}


def check_shown(app: App) -> None:
    """The framework's page shows what the commands print."""
    expected = ROOT / "fixtures" / f"{app.told.name}-renamed" / "expected"
    for name, printed in outputs(app).items():
        hint = "python -m tests.docs.refresh writes anew what changed on purpose"
        assert (expected / name).read_text("utf-8") == printed, hint


def check_gate(app: App) -> None:
    """The change that renames it is stopped before it is merged."""
    done = app.run("check", "--base", "HEAD~1", "--format", "json")
    assert done.status == 1
    assert "MD301" in {it["code"] for it in json.loads(done.out)["findings"]}


def check_follow_up(app: App) -> None:
    """What there is not is refused by the framework's name."""
    done = app.run("rewrite", "--follow-up", str(app.place / "more"), *app.listed)
    assert done.status == 2
    assert framework(app.told.name).commands.title in done.err


def check_files_go_back(app: App) -> None:
    """The script gives the folder back byte for byte; then nothing is diverged."""
    script = app.place / "fix.sh"
    done = app.run("rename-back", *app.listed, "-o", str(script))
    assert done.status == 0, done.err
    subprocess.run(["sh", str(script)], cwd=app.repo, check=True, capture_output=True)
    app.git("add", "-A")
    assert app.git("diff", "--cached", "--stat", "HEAD~1") == ""
    after = app.diagnosed(*app.listed)
    assert (after["status"], after["renames"]) == (0, [])
    app.git("reset", "-q", "--hard")


def check_live(app: App, database: Database) -> None:
    """From the database and its dump as from the list; the row follows, and comes back whole."""
    build_database(load_scenario(f"{app.told.name}-renamed"), database.url)
    dump = app.place / "dump.sql"
    subprocess.run([database.server.bin / "pg_dump", "-f", dump, database.url], check=True)
    check_foretold(app, "--rows", str(dump))
    at = ("--database-url", database.url)
    check_foretold(app, *at)
    name = app.told.table.rpartition("CREATE TABLE ")[2].partition(" (")[0]
    stored = f"SELECT it::text FROM {name} it ORDER BY 1"
    before = database.run(stored)

    done = app.run("rewrite", "--apply", "--yes", *at)

    assert done.status == 0, done.err
    assert database.run(stored) != before
    after = app.diagnosed(*at)
    assert (after["status"], after["renames"]) == (0, [])
    back = app.run("undo", "--yes", *at)
    assert back.status == 0, back.err
    assert database.run(stored) == before


def check_rehearsed(app: App, database: Database) -> None:
    """Both repairs can be tried on a copy; the real database stays as it is."""
    for repair in ("rewrite", "rename-back"):
        done = app.run("rehearse", "--repair", repair, "--database-url", database.url)
        assert done.status == 0, done.out + done.err
    check_foretold(app, "--database-url", database.url)
