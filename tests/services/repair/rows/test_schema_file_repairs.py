"""Both repairs bring the schema file in line: script, patch, SQL file and JSON, on real git."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.commands import warm
from tests.support.databases.schema_files import NEWEST, WHOLE
from tests.support.histories.repositories import Repo

ROOT = Path(__file__).parents[4]
OLD, NEW = "20250201000000", "20250823000004"
ROWS = ["20250101000000", OLD, "20250301000000"]
AFTER = ["20250101000000", NEW, "20250301000000"]


def build(path: Path, files: dict[str, str], folder: str = "db/migrate") -> Repo:
    """Three migrations ran; the second one has another number now; the schema files are given."""
    repo = Repo.make(path / "app")
    for version, name in zip(ROWS, ("Artists", "Songs", "Albums"), strict=True):
        repo.add(f"{version}_create_{name.lower()}.rb", f"Create{name}", folder=folder)
    repo.commit("deployed")
    repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb", folder)
    for name, text in files.items():
        repo.write(name, text, "")
    repo.commit("renamed")
    (path / "rows.txt").write_text("".join(f"{row}\n" for row in ROWS))
    return repo


def migdoctor(repo: Repo, *args: str, rows: str = "../rows.txt") -> subprocess.CompletedProcess:
    words = [args[0], "--rows", rows, *args[1:]]
    return warm.run(words, repo.path, {**os.environ, "PYTHONPATH": str(ROOT)})


def carry_out(repo: Repo, text: bytes, *command: str) -> None:
    (repo.path.parent / "fix").write_bytes(text)
    fix = str(repo.path.parent / "fix")
    subprocess.run([*command, fix], cwd=repo.path, check=True, capture_output=True)


WAYS = {
    "rename-back as a script": (["rename-back"], ["sh"]),
    "rename-back with git mv": (["rename-back", "--git"], ["sh"]),
    "rename-back as a patch": (["rename-back", "--format", "patch"], ["git", "apply"]),
    "rewrite in its SQL file": (["rewrite"], ["git", "apply"]),
    "rewrite as a patch": (["rewrite", "--format", "patch"], ["git", "apply", "--index"]),
}


@pytest.mark.parametrize(
    ("way", "form"),
    [
        ("rename-back as a script", "copy"),
        ("rename-back with git mv", "descending"),
        ("rename-back as a patch", "after __END__"),
        ("rewrite in its SQL file", "descending"),
        ("rewrite as a patch", "all on one line"),
    ],
)
def test_a_list_of_versions_changes_with_the_repair(tmp_path, way, form):
    extension, write = WHOLE[form]
    path = "db/structure.sql" if extension == "sql" else "db/schema.rb"
    back = way.startswith("rename-back")
    before, after = (AFTER, ROWS) if back else (ROWS, AFTER)
    repo = build(tmp_path, {path: write(before)})

    done = migdoctor(repo, *WAYS[way][0])
    carry_out(repo, done.stdout, *WAYS[way][1])

    assert (repo.path / path).read_text() == write(after)
    assert f"change      {path}".encode() in done.stderr


@pytest.mark.parametrize(
    ("way", "form"),
    [("rename-back as a script", "rails 8"), ("rewrite in its SQL file", "rails 3")],
)
def test_the_newest_version_changes_with_the_repair(tmp_path, way, form):
    back = way.startswith("rename-back")
    before, after = (NEW, ROWS[-1]) if back else (ROWS[-1], NEW)
    text = NEWEST[form](before).replace("\n", "\r\n")
    repo = build(tmp_path, {"db/schema.rb": text})

    carry_out(repo, migdoctor(repo, *WAYS[way][0]).stdout, *WAYS[way][1])

    written = (repo.path / "db/schema.rb").read_bytes().decode()
    assert written == NEWEST[form](after).replace("\n", "\r\n")


def test_the_way_back_puts_the_schema_file_back_too(tmp_path):
    before = WHOLE["descending"][1](AFTER)
    repo = build(tmp_path, {"db/structure.sql": before})
    undo = migdoctor(repo, "rename-back", "--undo").stdout
    carry_out(repo, migdoctor(repo, "rename-back").stdout, "sh")
    assert (repo.path / "db/structure.sql").read_text() != before

    carry_out(repo, undo, "sh")

    assert (repo.path / "db/structure.sql").read_text() == before
    assert (repo.path / f"db/migrate/{NEW}_create_songs.rb").exists()


def test_a_schema_file_that_was_edited_since_stops_the_script_before_the_first_move(tmp_path):
    repo = build(tmp_path, {"db/schema.rb": NEWEST["rails 7"](NEW)})
    script = migdoctor(repo, "rename-back").stdout
    repo.write("db/schema.rb", NEWEST["rails 7"]("20251231000000"), "")
    (tmp_path / "fix").write_bytes(script)

    done = subprocess.run(["sh", "../fix"], cwd=repo.path, capture_output=True, check=False)

    assert done.returncode == 1
    assert b"db/schema.rb" in done.stderr
    assert (repo.path / f"db/migrate/{NEW}_create_songs.rb").exists()


def test_a_second_database_has_a_schema_file_of_its_own(tmp_path):
    folder = "db/animals_migrate"
    schema, animals = NEWEST["rails 7"](NEW), NEWEST["rails 8"](NEW)
    repo = build(tmp_path, {"db/schema.rb": schema, "db/animals_schema.rb": animals}, folder)

    carry_out(repo, migdoctor(repo, "rename-back", "--dir", folder).stdout, "sh")

    assert (repo.path / "db/schema.rb").read_text() == schema
    assert (repo.path / "db/animals_schema.rb").read_text() == NEWEST["rails 8"](ROWS[-1])


def test_json_lists_the_lines_of_the_schema_file(tmp_path):
    write = NEWEST["rails 7"]
    repo = build(tmp_path, {"db/schema.rb": write(NEW)})
    line = {"path": "db/schema.rb", "line": 1, "before": write(NEW).splitlines()[0]}

    back = json.loads(migdoctor(repo, "rename-back", "--format", "json").stdout)
    forth = json.loads(migdoctor(repo, "rewrite", "--format", "json").stdout)

    assert back["schema_file"] == [{**line, "after": write(ROWS[-1]).splitlines()[0]}]
    assert {"step": "ReplaceLine", **back["schema_file"][0]} in back["steps"]
    assert forth["schema_file"] == []


def test_a_patch_that_would_end_the_comment_of_sql_is_not_put_into_one(tmp_path):
    text = "# */ DROP TABLE songs; /*\n" + NEWEST["rails 7"](ROWS[-1])
    repo = build(tmp_path, {"db/schema.rb": text})

    done = migdoctor(repo, "rewrite")

    assert b"DROP TABLE" not in done.stdout
    assert b"migdoctor rewrite --format patch | git apply" in done.stdout
    carry_out(repo, migdoctor(repo, "rewrite", "--format", "patch").stdout, "git", "apply")
    assert re.search("version: 2025_08_23_000004", (repo.path / "db/schema.rb").read_text())


def test_after_the_repair_no_finding_speaks_of_the_schema_file(tmp_path):
    repo = build(tmp_path, {"db/structure.sql": WHOLE["ascending"][1](AFTER)})
    before = migdoctor(repo, "diagnose").stdout

    carry_out(repo, migdoctor(repo, "rename-back").stdout, "sh")

    after = migdoctor(repo, "diagnose")
    assert b"MD127" not in before  # the list has today's names
    assert after.returncode == 0, after.stdout
