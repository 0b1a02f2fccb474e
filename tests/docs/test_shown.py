"""What README and pages show is what happens: commands are run, outputs and pictures compared."""

import html
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from tests.docs import picture
from tests.docs.incident import comparable, incident
from tests.docs.pages import ROOT, blocks, everywhere, stories


@pytest.fixture
def world(tmp_path, postgres18):
    with incident(tmp_path, postgres18) as world:
        yield world


@pytest.mark.parametrize("place", stories(), ids=lambda it: it.name)
def test_what_a_page_runs_prints_what_it_shows(place, tmp_path, postgres18):
    with incident(tmp_path, postgres18, place.name) as world:
        for block in blocks(place, "run", "prepare"):
            actual = world.run(block.name)

            if block.kind == "run":
                shown = comparable(block.text)
                assert comparable(f"$ {block.name}\n{actual}") == shown, _HINT


_HINT = "python -m tests.docs.refresh writes anew what changed on purpose"


def test_the_picture_shows_what_is_printed(world):
    drawn = _words(picture.PICTURE.read_text("utf-8"))

    assert drawn == _words(picture.photograph(world)), _HINT


def _words(svg: str) -> str:
    """What a drawing says, and in which colours, wherever it stands."""
    texts = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    said = [f"{it.get('class')} {html.unescape(it.text or '')}" for it in texts]
    return comparable(" ".join(said).replace("\xa0", " "))


def test_the_picture_asks_nobody_for_anything():
    assert not re.search(r"url\((?!#)|href=", picture.PICTURE.read_text("utf-8"))


def test_the_services_are_used_as_a_library_as_the_page_shows(world):
    """Diagnosed, planned and applied without the command line, and nothing is printed."""
    (code,) = everywhere("library")
    silent = "import sys; assert not {'click', 'rich', 'analyzer.cli'} & set(sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", f"{code.text}\nassert not ended.status\n{silent}"],
        cwd=world.repository.parent,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **world.variables},
    )

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    assert "MD101" not in world.run("migdoctor diagnose")
