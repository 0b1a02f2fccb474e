"""The page in a real browser: legible, silent, alone, and open to everybody."""

import importlib.resources
import os
from pathlib import Path

import pytest

LARGEST = 1_000_000  # bytes
SIGHTS = [
    pytest.param(width, dark, id=f"{width} px, {'dark' if dark else 'light'}")
    for width in (390, 1280)
    for dark in (False, True)
]
pages = pytest.mark.parametrize("name", ["incident", "clean", "large", "hostile"])
_AUDIT = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa",
  "best-practice"]}).then(found => found.violations
  .filter(it => ["serious", "critical"].includes(it.impact))
  .map(it => it.id + ": " + it.nodes.slice(0, 3).map(one => one.html).join(" ")))"""

_FOREIGN = "img, i, [onerror], [style], a:not([href^='#'])"
_ATTRIBUTES = """[...document.querySelectorAll("*")].flatMap(it => [...it.attributes]
  .filter(one => !["title", "aria-label"].includes(one.name)).map(one => one.value)).join()"""


def _axe() -> str:
    """The auditor: the one that the environment names, else that of the Python package."""
    named = os.environ.get("MIGDOCTOR_AXE")
    if named:
        return Path(named).read_text("utf-8")
    return importlib.resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")


@pages
@pytest.mark.parametrize(("width", "dark"), SIGHTS)
def test_a_page_is_whole_silent_and_alone(tab, shown, name, width, dark):
    file = shown(name)

    tab.show(file, width, dark=dark)

    assert tab.complaints() == []
    assert tab.requests() == [file.as_uri()]
    assert tab.ask("document.documentElement.scrollWidth") <= width
    assert tab.ask("document.querySelectorAll('section > h2').length") >= 5


@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [
        ("incident", 390, False),
        ("incident", 1280, True),
        ("clean", 1280, False),
        ("clean", 390, True),
        ("hostile", 1280, False),
    ],
)
def test_the_auditor_finds_nothing_serious(tab, shown, name, width, dark):
    tab.show(shown(name), width, dark=dark)
    tab.ask(_axe() + "; 0")

    assert tab.ask(_AUDIT) == []


def test_a_long_history_stays_small_and_its_timeline_foldable(shown, case):
    assert shown("large").stat().st_size < LARGEST

    timeline = case("large").page().timeline

    assert len(timeline.rows) < 80
    assert len(timeline.columns) < 13


def test_it_is_read_without_a_script(tab, shown):
    tab.show(shown("incident"), script=False)

    tab.call("Emulation.setScriptExecutionDisabled", value=False)
    assert tab.ask("getComputedStyle(document.querySelector('.cmd button')).display") == "none"
    assert "Do not run db:migrate" in tab.ask("document.querySelector('h2').textContent")
    assert tab.ask("document.querySelectorAll('details').length") > 3


def test_a_button_copies_the_very_command(tab, shown):
    tab.show(shown("incident"))
    command = tab.ask("document.querySelector('#do .cmd code').textContent")

    tab.ask("document.querySelector('#do .cmd button').click()")

    selected = tab.ask("getSelection().toString()")
    label = tab.ask(
        "new Promise(done => setTimeout(() => done("
        "document.querySelector('#do .cmd button').textContent), 100))"
    )
    assert (selected in {command, ""}, label in {"Copied", "Selected"}) == (True, True)
    assert command.startswith("migdoctor rewrite ")
    name = tab.ask("document.querySelector('#do .cmd button').getAttribute('aria-label')")
    assert name.startswith(f"Copy: {command[:40]}")


@pytest.mark.parametrize("name", ["hostile", "forged"])
def test_nothing_of_a_strangers_runs_or_becomes_markup(tab, shown, name):
    tab.show(shown(name))

    assert tab.complaints() == []
    assert tab.ask("document.scripts.length") == 1
    assert tab.ask(f"document.querySelectorAll({_FOREIGN!r}).length") == 0
    assert "\\u202e" in tab.ask("document.body.textContent")
    assert "\u202e" not in tab.ask("document.documentElement.outerHTML")
    assert "MARK" not in tab.ask(_ATTRIBUTES)


def test_what_is_printed_is_open_and_dark_on_white(tab, shown, tmp_path):
    tab.show(shown("incident"), dark=True)
    tab.call("Emulation.setEmulatedMedia", media="print")

    colours = tab.ask(
        "(style => [style.color, style.backgroundColor])(getComputedStyle(document.body))"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert tab.ask("getComputedStyle(document.querySelector('nav')).display") == "none"
    tab.printed(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").stat().st_size > 20_000
    assert tab.ask("[...document.querySelectorAll('details')].every(it => it.open)")


@pytest.mark.parametrize("name", ["incident", "hostile", "large"])
def test_no_word_of_the_timeline_is_cut_in_print(tab, shown, name):
    tab.show(shown(name), width=718)  # of an A4 page, less its margins
    tab.call("Emulation.setEmulatedMedia", media="print")

    cut = tab.ask(
        "[...document.querySelectorAll('.tl li > :not(.vh)')]"
        ".filter(it => it.scrollWidth > it.clientWidth + 1 || it.offsetHeight > 31)"
        ".map(it => [it.textContent, it.scrollWidth, it.clientWidth, it.offsetHeight].join(' '))"
    )

    assert cut == []
