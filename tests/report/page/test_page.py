"""The page says what the JSON says, whatever draws it; and it is only text that it shows."""

import json
import os
import pty
import re
import subprocess

import pytest
from markdown_it import MarkdownIt

from analyzer.report.diagnosis import json_document, terminal
from analyzer.report.diagnosis.terminal_layout import Style
from analyzer.report.page import html, markdown
from analyzer.report.page.build_page import build_page
from analyzer.report.page.terminal.cells import width_of
from analyzer.report.page.view.level import Level
from tests.support.commands.migdoctor import command, environment, migdoctor
from tests.support.histories import page_cases
from tests.support.histories.page_cases import forged
from tests.support.histories.repositories import Repo

every = pytest.mark.parametrize("name", ["incident", "clean", "large", "hostile"])
SAFE = {Level.FINE, Level.TOLD}


@pytest.fixture(scope="module")
def sources(case):
    known = {}

    def get(name):
        if name not in known:
            known[name] = case(name).source()
        return known[name]

    return get


@every
def test_page_and_json_say_the_same(sources, name):
    source = sources(name)
    page, told = build_page(source), json.loads(json_document.render(source.report))

    pairs = {(it.old_version, it.new_version): it for run in page.matrix.runs for it in run.pairs}
    assert pairs.keys() == {(it["old"]["version"], it["new"]["version"]) for it in told["renames"]}
    for it in told["renames"]:
        pair = pairs[it["old"]["version"], it["new"]["version"]]
        assert (pair.similarity, pair.confidence) == (it["similarity"], it["confidence"])
        for column, cell in zip(page.matrix.columns, pair.cells, strict=True):
            shown = "unknown" if cell == "?" else cell.value
            assert {it["rows"][one] for one in column.names} == {shown}
    names = [one for column in page.matrix.columns for one in column.names]
    assert sorted(names) == sorted(it["name"] for it in told["environments"])
    assert {it.code for it in page.findings} == {it["code"] for it in told["findings"]}
    for card in page.next:
        for one in told["environments"]:
            if one["name"] in card.names:
                fails = any(line.kind == "fails" for line in card.lines)
                assert fails is (one["prediction"]["fails_at"] is not None)


@every
def test_the_verdict_agrees_with_the_exit_status(case, sources, name):
    done = migdoctor(case(name).repo, "diagnose", *case(name).asked, "--format", "markdown")
    page = build_page(sources(name))

    assert page.status == done.status
    assert (page.verdict.level in SAFE) is (done.status == 0)


@every
def test_the_same_input_gives_the_same_bytes(sources, name):
    pages = [build_page(sources(name)) for _ in range(2)]

    assert html.render(pages[0], str) == html.render(pages[1], str)
    assert markdown.render(pages[0], str) == markdown.render(pages[1], str)


def test_markdown_of_a_forged_page_is_only_text(sources):
    text = markdown.render(forged(build_page(sources("incident"))), str)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    kinds = {it.type for it in tokens} | {
        child.type for it in tokens for child in it.children or ()
    }

    assert not kinds & {"link_open", "image", "html_block", "html_inline", "em_open"}
    assert "\u202e" not in text
    assert "\n::" not in text


@every
@pytest.mark.parametrize("plain", [False, True])
def test_both_pictures_fit_80_columns(sources, name, plain):
    report = sources(name).report
    text = terminal.render(report, Style(80, plain=plain), "db:migrate")
    start = text.find("Who is broken" if report.several else "Timeline")
    picture = text[start : text.find("\n\nThe next")] if start >= 0 else ""

    assert bool(picture) is bool(report.renames)
    assert max(map(width_of, picture.split("\n"))) <= 80
    assert not plain or picture.isascii() or name == "hostile"


@pytest.mark.parametrize("format_", ["html", "markdown"])
@pytest.mark.parametrize("name", ["diagnose", "advise"])
def test_a_file_and_a_pipe_take_a_page_and_no_password_is_in_it(case, tmp_path, name, format_):
    it = case("incident")
    file = tmp_path / "report"

    filed = migdoctor(it.repo, name, *it.asked, "--format", format_, "-o", str(file))
    piped = migdoctor(it.repo, name, *it.asked, "--format", format_)

    assert (filed.status, piped.status, filed.out) == (2, 2, "")
    text = file.read_text("utf-8")
    moment = re.compile(r"\d\d:\d\d:\d\d|\d{14}")
    assert moment.sub("", text) == moment.sub("", piped.out)
    assert "hush-hush" not in text
    assert "Do not run db:migrate" in text


def test_a_terminal_is_refused_the_source_of_a_page(case):
    it = case("clean")
    reader, writer = pty.openpty()

    done = subprocess.run(
        command("diagnose", *it.asked, "--format", "html"),
        cwd=it.repo,
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    os.close(reader)
    os.close(writer)
    assert done.returncode == 2
    assert "-o report.html" in done.stderr


@pytest.mark.parametrize(("locale", "sign"), [("C", "@"), ("C.UTF-8", "\u25c9")])
def test_a_terminal_without_utf8_gets_ascii(case, locale, sign):
    it = case("incident")

    done = migdoctor(it.repo, "diagnose", *it.asked, LC_ALL=locale)

    assert sign in done.out[done.out.index("Timeline") :]
    assert done.out.isascii() is (locale == "C")


def test_a_fleet_is_repaired_as_a_whole(tmp_path, database):
    repo = Repo.make(tmp_path / "shop")
    repo.add("20250101000000_create_t1.rb", "CreateT1")
    repo.commit()
    repo.move("20250101000000_create_t1.rb", "20250601000000_create_t1.rb")
    repo.commit("renumbered")
    for name in ("a", "b", "c"):
        database.run(
            f"CREATE SCHEMA tenant_{name};"
            f"CREATE TABLE tenant_{name}.schema_migrations (version varchar PRIMARY KEY)"
        )
    for name in ("a", "b"):
        database.run(f"INSERT INTO tenant_{name}.schema_migrations VALUES ('20250101000000')")
    asked = ("--database-url", database.url, "--each-schema", "tenant_*")

    text = migdoctor(repo.path, "diagnose", *asked, "--format", "markdown").out

    assert "default:1 (2 alike): **BROKEN**" in text
    commands = re.findall(r"^migdoctor .*", text, re.MULTILINE)
    assert "--each-schema 'tenant_*'" in commands[-1]
    for it in commands[:-1]:
        assert "--each-schema" in it


def test_where_a_framework_refuses_to_start_nothing_is_said_to_run(case, tmp_path):
    refused = page_cases.refusing(tmp_path)
    page = refused.page()

    told = refused.html() + markdown.render(page, str)
    assert "held back: the next migrate refuses to start" in told
    assert "REFUSES" in told
    assert "not started" in told
    assert "would run again" not in told


def test_an_environment_with_an_error_of_its_own_is_not_called_broken_by_the_renames(tmp_path):
    repo = Repo.make(tmp_path / "shop")
    repo.add("20250101000000_create_t1.rb", "CreateT1", "create_table :t1")
    repo.add("20250102000000_create_t2.rb", "CreateT2", "create_table :t2")
    repo.commit()
    repo.move("20250101000000_create_t1.rb", "20250601000000_create_t1.rb")
    repo.add("20250301000000_once_more.rb", "OnceMore", "create_table :t2")
    repo.commit("renumbered")
    for name, rows in (("live", "20250101000000\n20250102000000"), ("new", "20250102000000")):
        (tmp_path / name).write_text(f"{rows}\n")
    asked = (f"--environment=live={tmp_path}/live", f"--environment=new={tmp_path}/new")

    for format_, broken in (("text", "BROKEN"), ("markdown", "**BROKEN**"), ("html", "BROKEN")):
        text = migdoctor(repo.path, "diagnose", *asked, "--format", format_).out

        assert text.count(broken) == 1, text
        assert "other error: none of these renames; the findings say what" in " ".join(text.split())
