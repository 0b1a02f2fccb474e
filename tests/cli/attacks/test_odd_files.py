"""Files that are no files, links on the way, names that read backwards: told, never followed."""

import os
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import FOLDER, Repo

OLD, NEW, OTHER = "20250101000000", "20250201000000", "20250102000000"
BACK = f"{FOLDER}/{OLD}_create_songs.rb"
AHEAD = f"{FOLDER}/{NEW}_create_songs.rb"
SECRET = "class Secret < ActiveRecord::Migration[6.1]\nend\n"
COMMANDS = {
    "diagnose": ["diagnose"],
    "rename-back": ["rename-back"],
    "rename-back --dry-run": ["rename-back", "--dry-run", "--allow-dirty"],
    "rename-back --apply": ["rename-back", "--apply", "--yes", "--allow-dirty"],
    "rename-back --git --apply": ["rename-back", "--git", "--apply", "--yes", "--allow-dirty"],
    "rewrite": ["rewrite"],
    "advise": ["advise"],
    "graph": ["graph"],
    "schema": ["schema"],
    "check": ["check", "--base", "base"],
}
WITHOUT_ROWS = ("graph", "schema", "check")


@pytest.fixture
def app(tmp_path) -> Repo:
    repo = Repo.make(tmp_path / "app")
    repo.add(f"{OLD}_create_songs.rb", "CreateSongs")
    repo.add(f"{OTHER}_create_artists.rb", "CreateArtists")
    repo.write("schema.rb", f"ActiveRecord::Schema.define(version: {OTHER}) do\nend\n", "db")
    repo.write("application.rb", "# none\n", "config")
    repo.commit("first")
    repo.git("branch", "base")
    repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    repo.commit("second")
    (tmp_path / "rows").write_text(f"{OLD}\n{OTHER}\n")
    elsewhere = tmp_path / "elsewhere"
    for name in ("secret.rb", f"migrate/{NEW}_create_songs.rb", "schema.rb", "application.rb"):
        place = elsewhere / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(SECRET)
    return repo


def replace_with_a_pipe(path: str):
    def spoil(repo: Repo) -> None:
        (repo.path / path).unlink(missing_ok=True)
        os.mkfifo(repo.path / path)

    return spoil


def replace_with_a_link(path: str, target: str):
    def spoil(repo: Repo) -> None:
        place = repo.path / path
        if place.exists():
            place.rename(repo.path.parent / f"old-{place.name}")
        place.symlink_to(repo.path.parent / "elsewhere" / target)

    return spoil


def replace_with_a_folder(path: str):
    def spoil(repo: Repo) -> None:
        (repo.path / path).unlink(missing_ok=True)
        (repo.path / path).mkdir()

    return spoil


ODD = {
    "the file is a pipe": replace_with_a_pipe(AHEAD),
    "the old name is a pipe": replace_with_a_pipe(BACK),
    "the schema file is a pipe": replace_with_a_pipe("db/schema.rb"),
    "the record is a pipe": replace_with_a_pipe("db/renames.toml"),
    "the settings are a pipe": replace_with_a_pipe(".migdoctor.toml"),
    "the configuration is a pipe": replace_with_a_pipe("config/application.rb"),
    "the file is a folder": replace_with_a_folder(AHEAD),
    "the old name is a folder": replace_with_a_folder(BACK),
    "the file is a link": replace_with_a_link(AHEAD, "secret.rb"),
    "the old name is a link": replace_with_a_link(BACK, "secret.rb"),
    "the schema file is a link": replace_with_a_link("db/schema.rb", "schema.rb"),
    "the configuration is a link": replace_with_a_link("config", ""),
}


def run(repo: Repo, name: str):
    rows = [] if COMMANDS[name][0] in WITHOUT_ROWS else ["--rows", str(repo.path.parent / "rows")]
    return migdoctor(
        repo.path, *COMMANDS[name], *rows, MIGDOCTOR_STATE_DIR=str(repo.path.parent / "state")
    )


def contents(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("odd", ODD)
def test_no_command_waits_for_a_pipe_follows_a_link_or_breaks(app, odd):
    ODD[odd](app)
    before = contents(app.path.parent / "elsewhere")

    for name in COMMANDS:
        done = run(app, name)

        assert done.status in (0, 1, 2), (name, done.err)
        assert "Secret" not in done.out + done.err
        assert contents(app.path.parent / "elsewhere") == before


@pytest.mark.parametrize("folder", ["db\u202e/migrate", "\u202edb/db/migrate", "a\x9bb/db/migrate"])
def test_a_name_that_reads_backwards_is_shown_escaped_and_moved_rightly(tmp_path, folder):
    repo = Repo.make(tmp_path / "app")
    repo.add(f"{OLD}_create_songs.rb", "CreateSongs", folder=folder)
    repo.commit("first")
    repo.git("branch", "base")
    repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb", folder=folder)
    repo.commit("second")
    (tmp_path / "rows").write_text(f"{OLD}\n")

    for name in (
        "diagnose",
        "rename-back",
        "rewrite",
        "advise",
        "graph",
        "schema",
        "check",
        "rename-back --git --apply",
    ):
        rows = [] if name.split()[0] in WITHOUT_ROWS else ["--rows", str(tmp_path / "rows")]
        done = migdoctor(
            repo.path,
            *COMMANDS[name],
            *rows,
            "--dir",
            folder,
            MIGDOCTOR_STATE_DIR=str(tmp_path / "state"),
        )
        assert done.status in (0, 1), (name, done.err)
        assert not {"\u202e", "\x9b"} & set(done.out + done.err), name

    assert (repo.path / folder / f"{OLD}_create_songs.rb").is_file()
    undone = migdoctor(repo.path, "undo", "--yes", MIGDOCTOR_STATE_DIR=str(tmp_path / "state"))
    assert undone.status == 0, undone.err
    assert not {"\u202e", "\x9b"} & set(undone.out + undone.err)
    assert (repo.path / folder / f"{NEW}_create_songs.rb").is_file()
