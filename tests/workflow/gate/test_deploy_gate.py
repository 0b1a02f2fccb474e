"""``diagnose`` as the gate before a deploy: what CI systems read, and when it is shut."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from analyzer.report.artefact import CI_FORMATS
from tests.support.commands.gates import run
from tests.support.histories.repositories import Repo

OLD, NEW = "20240101000000_create_songs.rb", "20240201000000_create_songs.rb"
FIRST = "20230101000000_create_artists.rb"


@pytest.fixture
def repo(tmp_path):
    """A file that ran under its old number, and beside it lists of rows of three environments."""
    repo = Repo.make(tmp_path / "shop")
    repo.add(FIRST, "CreateArtists")
    repo.add(OLD, "CreateSongs")
    repo.commit()
    repo.move(OLD, NEW)
    repo.commit("::error::pwned")
    (tmp_path / "old.txt").write_text("20230101000000\n20240101000000\n")
    (tmp_path / "new.txt").write_text("20230101000000\n20240201000000\n")
    (tmp_path / "first.txt").write_text("20230101000000\n")
    return repo


def gate(repo, format_, *options, **variables):
    return run(repo, "diagnose", "--format", format_, *options, **variables)


def cases(text):
    return {
        it.get("name"): [child.tag for child in it] for it in ET.fromstring(text).iter("testcase")
    }


@pytest.mark.parametrize("format_", CI_FORMATS)
@pytest.mark.parametrize(
    ("rows", "fail_on", "status"),
    [("old.txt", [], 1), ("new.txt", [], 0), ("first.txt", [], 0), ("first.txt", ["note"], 1)],
    ids=["renamed", "clean", "pending", "pending counts"],
)
def test_the_gate_is_shut_and_says_so_in_every_format(repo, format_, rows, fail_on, status):
    options = [word for it in fail_on for word in ("--fail-on", it)]

    done = gate(repo, format_, "--rows", f"../{rows}", *options)

    assert (done.status, done.err) == (status, "")
    match format_:
        case "github":
            assert ("Nothing here stands in the way" in done.out) is (status == 0)
        case "gitlab":
            told = {it["check_name"] for it in json.loads(done.out)}
            assert ("MD101" in told) is (rows == "old.txt")
        case "junit":
            failed = [name for name, tags in cases(done.out).items() if "failure" in tags]
            assert bool(failed) is (status == 1)


def test_annotations_name_the_file_and_no_text_becomes_a_command(repo):
    done = gate(repo, "github", "--rows", "../old.txt")

    first = done.out.splitlines()[0]
    assert first.startswith(
        f"::error file=db/migrate/{NEW},line=1,title=MD101 renamed after it ran::"
    )
    assert not [it for it in done.out.splitlines() if it.startswith("::error::")]


def test_environments_are_told_apart_and_one_that_cannot_be_read_is_an_error(repo):
    named = ["production=../old.txt", "staging=../new.txt", "box=../missing.txt"]
    options = [word for it in named for word in ("--environment", it)]

    done = gate(repo, "junit", *options)

    assert done.status == 2
    found = cases(done.out)
    assert "failure" in found[f"MD101 renamed after it ran: db/migrate/{NEW}"]
    assert "failure" in found["unread environment that could not be read: box"]
    assert "production: " in done.out


def test_what_the_next_migrate_does_shuts_it_without_a_finding(repo):
    """A removal that its text announces is no finding; --fail-on destroys asks for it."""
    from analyzer.model.findings.finding import Severity
    from analyzer.model.findings.report import Report
    from analyzer.report.ci.formats import render
    from analyzer.report.diagnosis.diagnosis_announcement import Counts, announcement

    report = Report(None, (), ())
    failing = [Severity.ERROR, Severity.WARNING]
    for fails in (True, False):
        told = announcement(report, {}, Counts(failing, fails))

        assert (told.verdict != "Nothing here stands in the way of a deploy.") is fails
        assert ("<failure" in render(told, "junit")) is fails
        assert ("::error" in render(told, "github")) is fails


@pytest.mark.parametrize(
    ("rows", "format_"), [("odd.txt", "github"), ("new.txt", "github"), ("odd.txt", "junit")]
)
def test_what_a_migration_says_that_it_removes_is_told_by_file_and_line(repo, rows, format_):
    repo.add("20240301000000_drop_songs.rb", "DropSongs", "drop_table :artists")
    repo.commit()
    unknown = "20230101000000\n20240201000000\n20220101000000\n"  # a warning of its own
    (repo.path.parent / "odd.txt").write_text(unknown)

    asked = gate(repo, format_, "--rows", f"../{rows}", "--fail-on", "destroys")
    plain = gate(repo, format_, "--rows", f"../{rows}")

    assert (asked.status, plain.status) == (1, int(rows == "odd.txt"))
    for done in (asked, plain):
        assert "20240301000000_drop_songs.rb drops table artists" in done.out
        assert "leaves out what never ran" not in done.out
    if format_ == "github":
        assert "::error file=db/migrate/20240301000000_drop_songs.rb,line=3" in asked.out
        assert "::notice file=db/migrate/20240301000000_drop_songs.rb,line=3" in plain.out


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Environments with equal findings, and a name that would be a command, or markup."""
    repo = Repo.make(tmp_path_factory.mktemp("hostile") / "app")
    odd = "20250105000000_a%0A::error::b,c:d\n<&\"']]>.rb"
    for name in ("20250101000000_create_songs.rb", odd):
        repo.add(name, "CreateSongs")
    repo.commit()
    repo.move("20250101000000_create_songs.rb", "20250201000000_create_songs.rb")
    repo.commit()
    for name in ("one", "two"):
        repo.write(name, "20250101000000\n20240101000000\n20240102000000\n", ".")
    return repo


def told(hostile, format_):
    words = ["--environment", "one=one", "--environment", "two=two", "--environment", "x=absent"]
    return run(hostile, "diagnose", *words, "--format", format_, "--fail-on", "note").out


def test_junit_has_its_shape_and_no_case_twice(hostile):
    root = ET.fromstring(told(hostile, "junit"))

    (suite,) = root
    every = list(suite)
    assert (root.tag, suite.tag, {it.tag for it in every}) == (
        "testsuites",
        "testsuite",
        {"testcase"},
    )
    counts = {"tests": len(every), "failures": len(suite.findall("*/failure")), "errors": 0}
    assert {it: int(suite.get(it)) for it in counts} == counts
    names = [(it.get("classname"), it.get("name")) for it in every]
    assert len(names) == len(set(names))
    assert all({child.tag for child in it} <= {"failure", "system-out"} for it in every)
    assert [it for it in names if it[0] == "migdoctor.one.MD101"]


def test_gitlab_has_what_its_report_needs(hostile):
    found = json.loads(told(hostile, "gitlab"))

    for it in found:
        assert {"description", "check_name", "fingerprint", "severity", "location"} == set(it)
        assert it["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert "\n" not in it["description"]
        assert it["location"]["path"]
        assert it["location"]["lines"]["begin"] >= 1
    prints = [it["fingerprint"] for it in found]
    assert len(prints) == len(set(prints))


def test_github_quotes_whatever_a_name_holds_and_begins_with_the_worst(hostile):
    lines = told(hostile, "github").splitlines()

    commands = [it for it in lines if it.startswith("::")]
    assert lines[:-1] == commands
    kinds = [re.match(r"::(error|warning|notice) [^:]*::", it)[1] for it in commands]
    assert kinds == sorted(kinds, key=["error", "warning", "notice"].index)
    assert any("%250A" in it for it in commands)


@pytest.mark.parametrize("named", [True, False], ids=["taken up", "another one"])
def test_an_edit_that_a_pending_migration_takes_up_does_not_shut_it(repo, named):
    """Only the deploy settles it: the plan and the gate would wait for each other."""
    repo.add(
        NEW, "CreateSongs", "create_table :songs do |t|", "  t.string :title, limit: 40", "end"
    )
    repo.commit("an edit")
    about = f"# It adds what the current text has over the text that ran, of\n#   {NEW}"
    about = about if named else f"# much like {NEW}"
    repo.add("20240301000000_catch_up.rb", "CatchUp", about)
    repo.commit("taken up")

    done = gate(repo, "github", "--rows", "../new.txt", "--deployed", "HEAD~2")

    assert done.status == int(not named), done.out
    assert ("::notice" if named else "::warning") + f" file=db/migrate/{NEW}" in done.out
    assert ("20240301000000_catch_up.rb, which is pending, covers it" in done.out) is named


@pytest.mark.parametrize("format_", ["github", "gitlab", "junit"])
def test_what_may_fail_is_told_where_nothing_else_stands_in_the_way(repo, format_):
    repo.add("20240301000000_call.rb", "Call", "call_somebody")
    repo.commit("only a run shows")

    done = gate(repo, format_, "--rows", "../new.txt")

    assert done.status == 0, done.out
    assert "20240301000000_call.rb may fail" in done.out
    if format_ == "github":
        assert "stands in the way of a deploy, though 1 migration may fail." in done.out


DROP, FILL = "20240301000000_drop.rb", "20240302000000_fill.rb"
TITLED = ("create_table :songs do |t|", "  t.string :title", "end")
UPDATE = "execute \"UPDATE songs SET title = 'x'\""


@pytest.fixture
def losing(repo):
    """A removal and an ordinary backfill, both pending."""
    repo.add("20240202000000_add_title.rb", "AddTitle", "add_column :songs, :title, :string")
    repo.commit("title")
    repo.add(DROP, "Drop", "drop_table :artists")
    repo.add(FILL, "Fill", UPDATE)
    repo.commit("losses")
    (repo.path.parent / "new.txt").write_text("20230101000000\n20240201000000\n20240202000000\n")
    return repo


@pytest.mark.parametrize("format_", CI_FORMATS)
def test_every_loss_that_the_text_tells_is_told_in_every_format(losing, format_):
    told = run(losing, "diagnose", "--rows", "../new.txt")
    announced = gate(losing, format_, "--rows", "../new.txt", "--fail-on", "destroys")

    lines = " ".join(told.out.split())
    assert (told.status, announced.status) == (0, 1)
    for words in (f"DATA LOSS: {DROP} drops table", f"DATA LOSS: {FILL} overwrites title"):
        assert words in lines
        assert words in announced.out
    assert "migdoctor:allow destroys REASON" in announced.out


def test_a_loss_that_a_comment_allows_passes_both_gates(losing):
    losing.git("checkout", "-q", "-b", "meant")
    for name, class_name, body in ((DROP, "Drop", "drop_table :artists"), (FILL, "Fill", UPDATE)):
        losing.add(name, class_name, "# migdoctor:allow destroys they are archived", body)
    losing.commit("meant")

    checked = run(losing, "check", "--base", "main", "--format", "json")
    done = gate(losing, "github", "--rows", "../new.txt", "--fail-on", "destroys")

    assert checked.status == 0, checked.out
    assert "MD317" not in checked.codes
    assert done.status == 0, done.out
    assert f"DATA LOSS: {DROP}" in done.out
    assert "a comment in the file allows it: they are archived" in done.out


def test_what_may_fail_shuts_the_gate_where_that_is_asked_for(repo):
    repo.add("20240301000000_call.rb", "Call", "call_somebody")
    repo.commit("only a run shows")

    done = gate(repo, "github", "--rows", "../new.txt", "--fail-on", "may-fail")

    assert done.status == 1
    assert "::error file=db/migrate/20240301000000_call.rb,line=3" in done.out


@pytest.mark.parametrize("format_", CI_FORMATS)
def test_every_format_names_what_was_judged(repo, format_):
    for rows in ("old.txt", "new.txt"):
        done = gate(repo, format_, "--rows", f"../{rows}")

        assert (f"../{rows}" in done.out) is (done.out != "[]\n"), done.out


@pytest.mark.parametrize("format_", CI_FORMATS)
def test_a_server_that_does_not_answer_is_told_in_every_format(repo, tmp_path, format_):
    out = tmp_path / "told"
    address = "postgresql://app:secret@127.0.0.1:1/shop"

    done = gate(repo, format_, "-o", str(out), DATABASE_URL=address)

    assert done.status == 2
    assert "migdoctor: " in done.err
    told = out.read_text()
    assert "127.0.0.1" in told
    assert "secret" not in told + done.err
    match format_:
        case "github":
            assert told.startswith("::error title=unread")
        case "gitlab":
            assert [it["severity"] for it in json.loads(told)] == ["blocker"]
        case "junit":
            assert [*cases(told).values()] == [["failure"]]


@pytest.mark.parametrize(("ci", "refused"), [("true", True), ("", False)], ids=["ci", "at home"])
def test_an_empty_address_in_ci_is_a_secret_that_is_missing(repo, ci, refused):
    repo.write("database.yml", "development:\n  adapter: sqlite3\n  database: x\n", "config")

    done = gate(repo, "github", DATABASE_URL="", CI=ci)

    assert ("DATABASE_URL is set and empty" in done.err) is refused
    assert ("DATABASE_URL is set and empty" in done.out) is refused
    assert done.status == 2


def test_a_query_says_which_answer_is_the_bad_one(losing):
    losing.add("20240303000000_need.rb", "Need", "change_column_null :songs, :title, false")
    losing.commit("may fail")

    told = " ".join(run(losing, "diagnose", "--rows", "../new.txt").out.split())
    announced = gate(losing, "github", "--rows", "../new.txt").out

    for words in (told, announced):
        assert "SELECT EXISTS" in words
        assert "if that is true, it fails" in words


@pytest.mark.parametrize("word", ["destroys", "may fail", "next-migrate"])
def test_what_the_gate_says_beside_the_codes_is_explained(losing, word):
    done = run(losing, "explain", word)

    assert done.status == 0
    assert done.out.startswith(f"{word}: ")
