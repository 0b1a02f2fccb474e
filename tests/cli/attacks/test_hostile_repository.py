"""Reading runs nothing: whatever a repository names as a program, no command lets it run."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import FOLDER, Repo

OLD, NEW, OTHER = "20250101000000", "20250201000000", "20250102000000"
# Keys of git's configuration whose value is a program, or a place that a program is fetched from
PROGRAMS = (
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "core.gitProxy",
    "core.askPass",
    "core.editor",
    "core.alternateRefsCommand",
    "sequence.editor",
    "gpg.program",
    "gpg.ssh.program",
    "gpg.x509.program",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "merge.evil.driver",
    "credential.helper",
    "remote.origin.uploadpack",
    "remote.origin.receivepack",
    "pager.status",
    "pager.log",
    "interactive.diffFilter",
    "uploadpack.packObjectsHook",
    "help.browser",
    "web.browser",
    "sendemail.smtpServer",
    "difftool.evil.cmd",
    "mergetool.evil.cmd",
    "trailer.evil.command",
    "gc.recentObjectsHook",
)
ALIASES = ("status", "ls-files", "log", "mv", "update-index", "cat-file", "diff-tree")
HOOKS = (
    "post-index-change",
    "reference-transaction",
    "fsmonitor-watchman",
    "pre-auto-gc",
    "post-checkout",
    "pre-commit",
    "post-merge",
    "pre-push",
    "post-rewrite",
)

COMMANDS = {
    "diagnose": ["diagnose"],
    "diagnose --ref": ["diagnose", "--ref", "HEAD"],
    "rename-back": ["rename-back"],
    "rename-back --git": ["rename-back", "--git"],
    "rename-back --format patch": ["rename-back", "--format", "patch"],
    "rename-back --follow-up": ["rename-back", "--follow-up", "follow_up.rb"],
    "rename-back --dry-run": ["rename-back", "--dry-run"],
    "rename-back --git --dry-run": ["rename-back", "--git", "--dry-run"],
    "rename-back --apply": ["rename-back", "--apply", "--yes"],
    "rename-back --git --apply": ["rename-back", "--git", "--apply", "--yes"],
    "rewrite": ["rewrite"],
    "rewrite --combined": ["rewrite", "--combined"],
    "rewrite --recorded": ["rewrite", "--recorded"],
    "advise": ["advise"],
    "record": ["record", "--to", "notes.jsonl"],
    "graph": ["graph"],
    "schema": ["schema"],
    "schema --diff": ["schema", "--diff", "schema-file"],
    "check": ["check", "--base", "base"],
    "check --ref": ["check", "--base", "base", "--ref", "HEAD"],
    "check --staged": ["check", "--base", "base", "--staged"],
}
WITHOUT_ROWS = ("graph", "schema", "check")


class Trap:
    """A repository in which every program that git could be told of leaves a mark."""

    def __init__(self, place: Path) -> None:
        self.place, self.marks = place, place / "marks"
        self.marks.mkdir()
        self.repo = Repo.make(place / "app")
        self._grow()
        self._arm()

    def _grow(self) -> None:
        repo = self.repo
        repo.write(".gitattributes", "*.rb filter=evil diff=evil merge=evil\n", folder=".")
        repo.add(f"{OLD}_create_songs.rb", "CreateSongs")
        repo.add(f"{OTHER}_create_artists.rb", "CreateArtists")
        repo.write("schema.rb", f"ActiveRecord::Schema.define(version: {OTHER}) do\nend\n", "db")
        repo.commit("first")
        repo.git("branch", "base")
        repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
        repo.write(
            "renames.toml",
            f'[[rename]]\nold = "{OLD}_create_songs"\nnew = "{NEW}_create_songs"\nreason = "x"\n',
            "db",
        )
        repo.commit("second")
        (self.place / "rows").write_text(f"{OLD}\n{OTHER}\n")

    def _arm(self) -> None:
        for name in PROGRAMS:
            self.repo.git("config", name, str(self._program(f"config-{name}")))
        for name in ALIASES:
            self.repo.git("config", f"alias.{name}", f"!{self._program(f'alias-{name}')}")
        hooks = self.place / "hooks"
        hooks.mkdir()
        for name in HOOKS:
            (hooks / name).symlink_to(self._program(f"hook-{name}"))
        for folder in (hooks, self.repo.path / ".git/hooks"):
            for name in HOOKS:
                if not (folder / name).is_symlink():
                    (folder / name).unlink(missing_ok=True)
                    (folder / name).symlink_to(self._program(f"hook-{name}"))
        self.repo.git("config", "core.hooksPath", str(hooks))
        self.repo.git("config", "log.showSignature", "true")
        for path in (self.repo.path / FOLDER).iterdir():
            os.utime(path)  # git cannot tell by the clock alone whether it changed
        for mark in self.marks.iterdir():
            mark.unlink()

    def _program(self, name: str) -> Path:
        path = self.place / "programs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch '{self.marks / name}'\n[ -t 0 ] || cat\n")
        path.chmod(0o755)
        return path

    def run(self, *arguments: str):
        """Run a command, with rows where it takes any."""
        none = arguments[0] in WITHOUT_ROWS or "--recorded" in arguments
        rows = [] if none else ["--rows", str(self.place / "rows")]
        state = str(self.place / "state")
        return migdoctor(self.repo.path, *arguments, *rows, MIGDOCTOR_STATE_DIR=state)

    def ran(self) -> list[str]:
        """The programs that left a mark."""
        return sorted(path.name for path in self.marks.iterdir())


@pytest.fixture
def trap(tmp_path) -> Trap:
    return Trap(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_runs_what_a_repository_names(trap, name):
    done = trap.run(*COMMANDS[name])

    assert done.status in (0, 1), done.err
    assert trap.ran() == []


def test_the_way_back_runs_nothing_either(trap):
    trap.run("rename-back", "--git", "--apply", "--yes")
    state = str(trap.place / "state")

    done = migdoctor(trap.repo.path, "undo", "--yes", MIGDOCTOR_STATE_DIR=state)

    assert done.status == 0, done.err
    assert (trap.repo.path / FOLDER / f"{NEW}_create_songs.rb").exists()
    assert trap.ran() == []


def test_the_printed_script_runs_nothing_and_stages_what_was_staged(trap):
    script = trap.run("rename-back", "--git")
    place = trap.place / "fix.sh"
    place.write_text(script.out)

    status = os.system(f"cd {trap.repo.path} && sh {place} 2> /dev/null")

    assert status == 0
    assert trap.ran() == []
    trap.repo.git("config", "--unset-all", "core.fsmonitor")
    assert f"{FOLDER}/{OLD}_create_songs.rb" in trap.repo.git("ls-files").split()


@pytest.mark.parametrize("name", ["diagnose", "rename-back", "advise", "check", "schema"])
def test_a_partial_clone_fetches_nothing_whatever_its_remote_is(tmp_path, name):
    trap = Trap(tmp_path)
    trap.repo.git("config", "uploadpack.allowFilter", "true")
    clone = Repo(tmp_path / "clone")
    subprocess.run(
        [
            "git",
            "clone",
            "-q",
            "--no-checkout",
            "--filter=tree:0",
            "--upload-pack",
            "git-upload-pack",
            f"file://{trap.repo.path}",
            str(clone.path),
        ],
        check=True,
        capture_output=True,
    )
    clone.git("branch", "base", "origin/base")
    program = str(trap._program("fetched"))
    for key in ("remote.origin.uploadpack", "core.sshCommand", "remote.origin.vcs"):
        clone.git("config", key, program)
    for mark in trap.marks.iterdir():
        mark.unlink()
    for url, more in (
        (f"file://{trap.repo.path}", ""),
        ("ssh://host/x", "ssh"),
        (f"ext::{program}", "ext"),
    ):
        clone.git("config", "remote.origin.url", url)
        clone.git("config", "protocol.allow", "always")
        clone.git("config", f"protocol.{more or 'file'}.allow", "always")
        rows = [] if name in WITHOUT_ROWS else ["--rows", str(tmp_path / "rows")]
        done = migdoctor(clone.path, *COMMANDS[name], *rows, "--ref", "HEAD")

        assert done.status == 2
        assert "partial" in done.err
    assert trap.ran() == []


def test_a_commit_graph_that_lies_hides_nothing(tmp_path):
    trap = Trap(tmp_path)
    (trap.repo.path / ".git/hooks/reference-transaction").unlink()
    trap.repo.git("-c", "core.fsmonitor=", "commit-graph", "write", "--reachable")
    _forget_parents(trap.repo.path / ".git/objects/info/commit-graph")
    listed = trap.repo.git("-c", "log.showSignature=false", "rev-list", "HEAD").split()

    done = trap.run("rename-back")

    assert len(listed) == 1  # git itself believes it
    assert f"{OLD}_create_songs.rb" in done.out


def _forget_parents(graph: Path) -> None:
    """Say in a commit graph that no commit has a parent (gitformat-commit-graph(5))."""
    text = bytearray(graph.read_bytes())
    chunks = [text[8 + 12 * n : 20 + 12 * n] for n in range(text[6] + 1)]
    places = {bytes(chunk[:4]): int.from_bytes(chunk[4:], "big") for chunk in chunks}
    start = places[b"CDAT"]
    end = min(place for place in places.values() if place > start)
    for entry in range(start, end, 36):
        text[entry + 20 : entry + 24] = b"\x70\0\0\0"
    graph.chmod(0o644)
    graph.write_bytes(text)


def test_the_traps_are_live(trap):
    trap.repo.git("status")

    assert "config-core.fsmonitor" in trap.ran()
    assert any(name.startswith("config-filter.evil") for name in trap.ran())
