"""Help: grouped, with examples that work, and what was probably meant."""

import json
import re
import shlex
import subprocess
import sys
import tomllib

import click
import pytest

from analyzer.analysis.gate.all_rules import RULES
from analyzer.cli.dispatch import dispatch
from analyzer.cli.group import COMMANDS, group
from analyzer.cli.help.examples import examples_of
from analyzer.cli.help.help_sections import COMMAND_SECTIONS
from analyzer.cli.help.man_page import man_page
from analyzer.model.words.glossary import GLOSSARY
from tests.support.commands.migdoctor import ROOT, command, environment, migdoctor
from tests.support.commands.pty import on_a_terminal
from tests.support.histories.repositories import Repo

TOP = click.Context(group(), info_name="migdoctor")


def _all_commands():
    for name in COMMANDS:
        found = TOP.command.get_command(TOP, name)
        yield f"migdoctor {name}", found
        for below, one in getattr(found, "commands", {}).items():
            yield f"migdoctor {name} {below}", one


ALL = dict(_all_commands())
WITH_OPTIONS = [path for path, one in ALL.items() if not isinstance(one, click.Group)]


def told(capfd, *words):
    status = dispatch(list(words))
    out, err = capfd.readouterr()
    return status, out, err


def test_the_bare_command_says_what_to_begin_with_in_five_lines(tmp_path):
    done = migdoctor(tmp_path)

    assert len(done.out.splitlines()) == 5
    assert "migdoctor diagnose" in done.out
    assert "--help" in done.out
    assert (done.status, done.err) == (2, "")


def test_the_bare_command_waits_for_no_library():
    code = "from analyzer.cli.main import run; run([]); import sys; print('click' in sys.modules)"
    done = subprocess.run(
        [*command()[:1], "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
        cwd=ROOT,
    )

    assert done.stdout.splitlines()[-1] == "False"


def test_every_command_is_in_one_section():
    members = [name for names in COMMAND_SECTIONS.values() for name in names]

    assert len(members) == len(set(members))
    assert set(COMMANDS) <= set(members)


@pytest.mark.parametrize("path", ["migdoctor", *ALL])
def test_the_help_of_a_command_has_sections_and_examples(path, capfd):
    status, out, _ = told(capfd, *path.split()[1:], "--help")

    assert status == 0
    titles = [line for line in out.splitlines() if line.endswith(":") and line[0] != " "]
    assert "Output:" in titles
    assert titles[-1] == "Examples:"
    assert all(len(line) <= 100 for line in out.splitlines())
    for name in ("--color", "--quiet", "--verbose"):
        assert name in out


@pytest.mark.parametrize(
    "example", sorted({line for path in ["migdoctor", *ALL] for line in examples_of(path)})
)
def test_an_example_is_understood(example):
    words = shlex.split(example.partition(" |")[0])[1:]
    found, below = ALL[f"migdoctor {words[0]}"], words[1:]
    if isinstance(found, click.Group):
        found, below = found.commands[below[0]], below[1:]

    found.make_context(found.name, below, parent=TOP)


@pytest.mark.parametrize("path", ["migdoctor", *ALL])
def test_each_option_says_what_it_does(path):
    found = ALL.get(path, TOP.command)
    options = [one for one in found.get_params(TOP) if isinstance(one, click.Option)]

    assert [one.opts for one in options if not one.help and not one.hidden] == []


def test_every_command_has_examples():
    assert not [path for path in ALL if not examples_of(path)]


MEANT = {
    ("diagnos",): "migdoctor diagnose",
    ("rewrit", "--apply"): "migdoctor rewrite",
    ("renameback",): "migdoctor rename-back",
    ("recover", "bak"): "migdoctor recover back",
    ("diagnose", "--formt", "json"): "--format",
    ("diagnose", "--databse-url", "x"): "--database-url",
    ("check", "--bse", "main"): "--base",
    ("recover", "full", "--migrate-comand", "x"): "--migrate-command",
    ("diagnose", "--format", "jsn"): "json",
    ("check", "--format", "gitub"): "github",
    ("explain", "MD1O1"): "MD101",
    ("explain", "orphn"): "orphan",
}


@pytest.mark.parametrize(("words", "meant"), MEANT.items(), ids=map(" ".join, MEANT))
def test_what_was_meant_is_asked(words, meant, tmp_path):
    done = migdoctor(tmp_path, *words)

    assert (done.status, done.out) == (2, "")
    assert f"did you mean {meant}?" in done.err
    assert [line[:6] for line in done.err.splitlines()] == ["migdoc", "  why:", "  fix:"]


@pytest.mark.parametrize("path", WITH_OPTIONS)
def test_a_usage_error_names_the_help_of_its_command(path, tmp_path):
    done = migdoctor(tmp_path, *path.split()[1:], "--no-such-thing")

    assert done.status == 2
    assert "there is no option --no-such-thing" in done.err
    assert f"{path} --help" in done.err


def test_what_is_missing_is_named_with_its_help(tmp_path):
    done = migdoctor(tmp_path, "verify")

    assert (done.status, done.err.splitlines()) == (
        2,
        [
            "migdoctor: --against is missing",
            "  why: migdoctor verify cannot run without it",
            "  fix: add --against WHAT; migdoctor verify --help says what it takes",
        ],
    )


@pytest.mark.parametrize("code", RULES)
def test_a_finding_is_explained(code, capfd):
    status, out, _ = told(capfd, "explain", code.lower())
    rule, flat = RULES[code], " ".join(out.split())

    assert status == 0
    for part in (code, rule.title, rule.why, rule.fix, rule.bad, rule.good):
        assert " ".join(part.split()) in flat


def test_a_finding_is_explained_as_json(capfd):
    status, out, _ = told(capfd, "explain", "MD101", "--format", "json")
    rule = RULES["MD101"]

    assert (status, json.loads(out)) == (
        0,
        {
            "format": 1,
            "code": "MD101",
            "name": rule.name,
            "severity": "error",
            "what": rule.title,
            "why": rule.why,
            "fix": rule.fix,
            "example": {"bad": rule.bad, "good": rule.good},
        },
    )


@pytest.mark.parametrize(
    ("typed", "entry"),
    [(entry, entry) for entry in GLOSSARY]
    + [("Tenants", "fleet, tenant, group"), ("Deployed  Commit", "deployed commit")],
)
def test_a_word_of_the_glossary_is_explained(typed, entry, capfd):
    status, text, _ = told(capfd, "explain", *typed.split())
    _, document, _ = told(capfd, "explain", typed.strip(), "--format", "json")

    assert (status, " ".join(text.split())) == (0, f"{entry}: {GLOSSARY[entry]}")
    assert json.loads(document) == {"format": 1, "word": entry, "meaning": GLOSSARY[entry]}


def test_the_glossary_in_the_documentation_is_the_programs():
    page = (ROOT / "docs/pages/concepts.md").read_text("utf-8").partition("## Glossary")[2]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", page, re.MULTILINE)

    assert dict(rows[1:]) == GLOSSARY


def test_without_a_code_all_are_listed(capfd):
    _, text, _ = told(capfd, "explain")
    _, document, _ = told(capfd, "explain", "--format", "json")

    assert [line[:5] for line in text.splitlines() if line[:2] == "MD"] == sorted(RULES)
    assert [it["code"] for it in json.loads(document)["rules"]] == sorted(RULES)


COLOUR = {
    (): False,
    (("FORCE_COLOR", "1"),): True,
    (("FORCE_COLOR", "1"), ("NO_COLOR", "1")): False,
    ("--color=always",): True,
    ("--color=always", ("NO_COLOR", "1")): True,
    ("--color=never", ("FORCE_COLOR", "1")): False,
}


@pytest.mark.parametrize(("given", "coloured"), COLOUR.items(), ids=str)
def test_colours_are_as_wished(given, coloured, tmp_path):
    options = [one for one in given if isinstance(one, str)]
    variables = dict(one for one in given if isinstance(one, tuple))

    done = migdoctor(tmp_path, "diagnose", *options, **{"NO_COLOR": "", **variables})

    assert ("\x1b[" in done.err) == coloured
    assert "is not in a git repository" in done.err


def test_quiet_says_errors_only(tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.commit()
    (tmp_path / "rows").write_text("20250101000000\n")
    rows = ("--rows", str(tmp_path / "rows"))

    loud = migdoctor(repo.path, "rename-back", *rows, "-o", str(tmp_path / "fix.sh"))
    quiet = migdoctor(repo.path, "-q", "rename-back", *rows, "-o", str(tmp_path / "fix.sh"))
    wrong = migdoctor(repo.path, "rename-back", "-q", *rows, "--ref", "none")

    assert loud.err
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")
    assert wrong.status == 2
    assert "migdoctor: " in wrong.err


def test_verbose_says_what_runs_and_how_long(tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.commit()

    done = migdoctor(repo.path, "graph", "-v")

    assert "runs: git " in done.err
    assert "core.hooksPath" not in done.err
    assert re.search(r"^migdoctor took \d+\.\d s$", done.err, re.MULTILINE)


@pytest.mark.parametrize("columns", [80, 200])
def test_an_error_fits_the_terminal_and_its_commands_stay_whole(columns, tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.commit()
    line = shlex.join(command("rename-back", "--rows", "-", "--apply", "--format", "patch"))

    shown = on_a_terminal(repo.path, line, columns)

    assert "migdoctor rename-back --rows FILE --format patch | git apply" in shown
    assert max(map(len, shown.splitlines())) <= columns
    assert (len(shown.splitlines()) > 3) == (columns == 80)


def test_what_takes_long_shows_a_line_that_goes_again(tmp_path):
    code = (
        "import time, threading; from analyzer.cli.terminal import spinner, console; "
        "it = spinner.Spinner(threading.get_ident()); "
        "time.sleep(1.5); console.say('done'); it.end()"
    )
    done = subprocess.run(
        ["script", "-qec", shlex.join([sys.executable, "-c", code]), "/dev/null"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=environment(TERM="xterm"),
    )

    assert "working (1 s)" in done.stdout
    assert done.stdout.endswith("\n\x1b[Kdone\n")  # subprocess makes line feeds of both


def test_the_manual_page_is_current_and_shipped():
    """Write it anew with ``python -m tests.docs.man_page``."""
    page = (ROOT / "docs/migdoctor.1").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]

    assert page == man_page()
    assert shared == {"docs/migdoctor.1": "share/man/man1/migdoctor.1"}
    assert [line for line in page.splitlines() if line.startswith('.SS "migdoctor diagnose')]
