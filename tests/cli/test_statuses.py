"""Exit statuses, the split of the two outputs, and errors: the contract with scripts."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.records import Struct
from tests.support.histories.repositories import Repo

CODE = 2


class Done(Struct, frozen=True, dict=True):
    status: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path):
    """Run the real command in a folder of its own."""

    def call(*args: str, cwd: Path = tmp_path, stdin: str = "", **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "analyzer", *args],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def renamed(tmp_path):
    """A repository whose one migration was renamed after it ran."""
    repo = Repo.make(tmp_path / "app")
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.move("20250101000000_create_songs.rb", "20250201000000_create_songs.rb")
    repo.commit()
    return repo


def test_a_clean_diagnosis_exits_with_0(run, renamed):
    done = run("diagnose", "--rows", "-", cwd=renamed.path, stdin="20250201000000\n")

    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Nothing diverged: 1 applied version")


def test_findings_exit_with_1_and_lead_with_the_verdict(run, renamed):
    done = run("diagnose", "--rows", "-", cwd=renamed.path, stdin="20250101000000\n")

    assert done.status == 1
    assert done.out.splitlines()[0] == (
        "1 migration was renamed after it ran; `db:migrate` would run it again."
    )


def test_a_pending_migration_is_no_alarm(run, renamed):
    renamed.add("20250301000000_create_artists.rb", "CreateArtists")

    done = run("diagnose", "--rows", "-", cwd=renamed.path, stdin="20250201000000\n")

    assert done.status == 0
    assert "20250301000000  create_artists" in done.out


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["diagnose", "--rows", "missing.txt"], id="a file that is not there"),
        pytest.param(["diagnose", "--colour"], id="an option that does not exist"),
        pytest.param(["diagnos"], id="a command that does not exist"),
        pytest.param(["diagnose", "--accept", "1"], id="a decision without its other half"),
        pytest.param(["diagnose", "--exec", "'x"], id="a prefix with an open quote"),
        pytest.param(["diagnose", "--table", "public."], id="a table without a name"),
        pytest.param(["diagnose", "--rows", "-", "--database-url", "x"], id="two places of rows"),
        pytest.param(["diagnose", "--rows", "-", "--ref", "v9"], id="an unknown revision"),
        pytest.param(["rename-back", "--rows", "-", "-o", "no/such/folder/x"], id="no such folder"),
    ],
)
def test_what_the_user_can_fix_exits_with_2_and_says_how(run, renamed, args):
    done = run(*args, cwd=renamed.path, stdin="20250101000000\n")

    assert (done.status, done.out) == (CODE, "")
    assert done.err
    assert "Traceback" not in done.err


def test_outside_a_repository_the_error_says_what_why_and_how_to_fix_it(run):
    done = run("diagnose", "--rows", "-", stdin="1\n")

    assert done.status == CODE
    assert "is not in a git repository" in done.err
    assert "why: " in done.err
    assert "fix: pass the repository's folder: --repo PATH" in done.err


def test_the_artefact_goes_to_standard_output_and_the_preview_to_standard_error(run, renamed):
    done = run("rename-back", "--rows", "-", cwd=renamed.path, stdin="20250101000000\n")

    assert done.status == 0
    assert done.out.startswith("#!/bin/sh\n")
    assert "rename to   db/migrate/20250101000000_create_songs.rb" in done.err


def test_an_output_file_gets_the_artefact_instead(run, renamed):
    done = run(
        "rewrite", "--rows", "-", "-o", "fix.sql", cwd=renamed.path, stdin="20250101000000\n"
    )

    assert (done.status, done.out) == (0, "")
    assert "COMMIT;" in (renamed.path / "fix.sql").read_text()


def test_an_ambiguous_pair_is_refused_with_status_1_and_the_option_that_settles_it(run, tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add("20250101000000_change_it.rb", "ChangeIt", "add_column :songs, :rating, :integer")
    repo.commit()
    repo.remove("20250101000000_change_it.rb")
    repo.commit()
    repo.add("20250201000000_change_it.rb", "ChangeIt", "drop_table :artists")
    repo.commit()
    rows = "20250101000000\n"

    for command in ("rename-back", "rewrite"):
        refused = run(command, "--rows", "-", cwd=repo.path, stdin=rows)
        settled = run(
            command,
            "--rows",
            "-",
            "--accept",
            "20250101000000=20250201000000",
            cwd=repo.path,
            stdin=rows,
        )

        assert (refused.status, refused.out) == (1, "")
        assert "--accept 20250101000000=20250201000000" in refused.err
        assert settled.status == 0


def test_json_says_what_the_contract_says(run, renamed):
    done = run(
        "diagnose", "--rows", "-", "--format", "json", cwd=renamed.path, stdin="20250101000000\n"
    )

    document = json.loads(done.out)
    (rename,) = document["renames"]
    (environment,) = document["environments"]
    assert document["format"] == 1
    assert document["tool"]["name"] == "migdoctor"
    assert document["repository"]["directories"] == ["db/migrate"]
    assert environment["applied"] == 1
    assert environment["deployed"]["how"] == "inferred"
    assert environment["deployed"]["exact"] is True
    assert environment["prediction"]["would_run"] == []
    assert environment["prediction"]["fails_at"]["version"] == "20250201000000"
    assert "PG::DuplicateTable" in environment["prediction"]["fails_at"]["reason"]
    assert rename["old"] == {
        "version": "20250101000000",
        "name": "create_songs",
        "path": "db/migrate/20250101000000_create_songs.rb",
    }
    assert rename["new"]["version"] == "20250201000000"
    assert rename["environments"] == {"default": "applied"}
    assert {evidence["kind"] for evidence in rename["evidence"]} >= {"git-rename", "same-name"}


def test_help_and_version_exit_with_0(run):
    assert run("--version").out == "migdoctor 0.1.0\n"
    assert run("--help").status == 0
    for command in ("diagnose", "rename-back", "rewrite", "demo"):
        helped = run(command, "--help")
        assert helped.status == 0, command
        assert "Usage: migdoctor" in helped.out


def test_colour_comes_only_on_a_terminal_and_never_with_no_color(renamed, tmp_path):
    rows = tmp_path / "rows.txt"
    rows.write_text("20250101000000\n")
    command = f"{sys.executable} -m analyzer diagnose --rows {rows}"

    def on_a_terminal(**environment: str) -> str:
        return subprocess.run(
            ["script", "-qec", command, "/dev/null"],
            cwd=renamed.path,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "TERM": "xterm",
                **environment,
            },
        ).stdout

    assert "\x1b[31;1m" in on_a_terminal()
    assert "\x1b" not in on_a_terminal(NO_COLOR="1")


def test_a_reader_that_goes_away_is_no_error(renamed, tmp_path):
    rows = tmp_path / "rows.txt"
    rows.write_text("20250101000000\n")
    command = f"{sys.executable} -m analyzer diagnose --rows {rows} | true"

    done = subprocess.run(
        ["sh", "-c", command],
        cwd=renamed.path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )

    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_bug_of_ours_ends_in_a_report_to_paste_with_status_3(monkeypatch, capsys):
    from analyzer.cli import dispatch, main

    def broken(_: list[str]) -> int:
        raise RuntimeError("postgresql://app:s3cret@db/x")

    monkeypatch.setattr(dispatch, "dispatch", broken)

    status = main.run(["diagnose"])

    said = capsys.readouterr().err
    assert status == 3
    assert re.search(r"### migdoctor 0\.1\.0, Python 3\.", said)
    assert "s3cret" not in said
