"""The README's two commands, typed by somebody whose HOME is empty, with what pip installed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.incident import incident
from tests.docs.pages import ROOT, read

INSTALLED = shutil.which("migdoctor", path=str(Path(sys.executable).parent))
TWO = re.findall(r"^\$ (migdoctor \w+) \|", read(ROOT / "README.md"), re.MULTILINE)


@pytest.mark.skipif(INSTALLED is None, reason="this environment has no script of ours")
def test_the_two_commands_need_nothing_in_home_and_leave_only_a_cache(tmp_path, postgres18):
    home = tmp_path / "home"
    home.mkdir()
    with incident(tmp_path, postgres18) as world:
        path = f"{Path(str(INSTALLED)).parent}:{world.variables['PATH']}"
        bare = {"HOME": str(home), "PATH": path, "DATABASE_URL": world.variables["DATABASE_URL"]}
        done = [
            subprocess.run(
                typed.split(),
                cwd=world.repository,
                env=bare,
                capture_output=True,
                text=True,
                check=False,
            )
            for typed in TWO
        ]
        told = subprocess.run(
            ["git", "status", "--porcelain", "--ignored"],
            cwd=world.repository,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert TWO == ["migdoctor diagnose", "migdoctor advise"]
    assert [(it.returncode, it.stderr) for it in done] == [(1, ""), (1, "")]
    assert done[0].stdout.startswith("6 migrations were renamed after they ran;")
    assert "migdoctor rename-back" in done[1].stdout
    assert {it.name for it in home.iterdir()} <= {".cache"}
    assert told == ""
