"""Write what the commands print today into README and pages: ``python -m tests.docs.refresh``.

Only outputs that differ in more than addresses, times and line ends are written anew.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from analyzer.cli.help.man_page import man_page
from tests.conftest import _world
from tests.docs import picture
from tests.docs.incident import as_shown, comparable, incident
from tests.docs.pages import blocks, read, stories
from tests.support.commands.migdoctor import ROOT
from tests.support.databases.servers import Server, embedded_programs, running
from tests.support.frameworks.renamed_checks import App, outputs
from tests.support.frameworks.renamed_scenarios import TOLD


def refresh(place: Path, server: Server) -> int:
    """Run one page's commands, in order; the number of outputs that were written anew."""
    text, changed = read(place), 0
    with (
        tempfile.TemporaryDirectory() as folder,
        incident(Path(folder), server, place.name) as world,
    ):
        for block in blocks(place, "run", "prepare"):
            actual = world.run(block.name)
            if block.kind == "run" and comparable(f"$ {block.name}\n{actual}") != comparable(
                block.text
            ):
                changed += 1
                old = f"<!-- run: {block.name} -->\n```console\n{block.text}```"
                new = (
                    f"<!-- run: {block.name} -->\n```console\n$ {block.name}\n{as_shown(actual)}```"
                )
                text = text.replace(old, new)
    place.write_text(text, "utf-8")
    return changed


def refresh_scenarios() -> None:
    """Write what the commands print of each framework's scenario, which its page shows."""
    for told in TOLD:
        with tempfile.TemporaryDirectory() as folder:
            for name, printed in outputs(App.build(told, Path(folder))).items():
                place = ROOT / "fixtures" / f"{told.name}-renamed" / "expected" / name
                place.write_text(printed, "utf-8")


def main() -> None:
    (ROOT / "docs/migdoctor.1").write_text(man_page(), "utf-8")
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        for name in [it for it in os.environ if it.startswith(("GIT_", "PG", "XDG_"))]:
            patch.delenv(name)
        (Path(home) / ".gitconfig").write_text("[init]\n\tdefaultBranch = main\n")
        for name, value in _world(Path(home)).items():
            patch.setenv(name, value)
        refresh_scenarios()
        with running(embedded_programs()) as server:
            for place in stories():
                sys.stdout.write(f"{place.name}: {refresh(place, server)} outputs written anew\n")
            picture.write(server)


if __name__ == "__main__":
    main()
