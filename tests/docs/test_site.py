"""The documentation is built as strictly as mkdocs can, and has what others link to."""

import os
import re
import subprocess
import sys

import click
import pytest

from analyzer.analysis.gate.all_rules import RULES
from analyzer.cli.group import COMMANDS, group
from tests.docs.pages import ROOT, everywhere, read

README = read(ROOT / "README.md")
_LONGEST = 200  # lines of the README


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The whole site, built."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(folder)],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        cwd=ROOT / "docs",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_finding_has_a_page(site):
    listed = (site / "findings" / "index.html").read_text("utf-8")

    for code, rule in RULES.items():
        page = (site / "findings" / code / "index.html").read_text("utf-8")
        assert rule.title in page.replace("&amp;", "&")
        assert f'href="{code}/"' in listed


def test_every_command_and_option_is_on_the_page_of_commands(site):
    page = (site / "commands" / "index.html").read_text("utf-8")
    context = click.Context(group())

    for name in COMMANDS:
        command = group().get_command(context, name)
        assert f'id="migdoctor-{name}"' in page
        inner = command.commands.values() if isinstance(command, click.Group) else ()
        for option in (it for one in (command, *inner) for it in one.params):
            if isinstance(option, click.Option) and not option.hidden:
                assert all(spelt in page for spelt in option.opts), option.opts


def test_no_page_asks_another_computer_for_anything(site):
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        asked = re.findall(r'(?:src|<link[^>]*?href)="(https?://[^"]+)"', text)
        assert not [it for it in asked if "canonical" not in it and "readthedocs" not in it], page


def test_the_readme_is_one_to_read():
    assert len(README.splitlines()) <= _LONGEST


def test_the_two_commands_are_one_line_each():
    for name in ("demo", "test"):
        (block,) = [it for it in everywhere("command") if it.name == name]
        assert len(block.text.strip().splitlines()) == 1


def test_no_link_in_the_readme_is_dead():
    for target in re.findall(r"\]\(([^):]+)\)", README):
        place, _, anchor = target.partition("#")
        assert (ROOT / place).exists(), target
        if anchor:
            assert anchor in _anchors(read(ROOT / place)), target


def _anchors(text: str) -> set[str]:
    """The names that headings get, by GitHub and mkdocs alike."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", it.lower()).replace(" ", "-") for it in heads}
