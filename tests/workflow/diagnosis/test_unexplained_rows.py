"""A row that nothing in git explains, beside a file that never ran and whose work is all there."""

import json

import pytest

from analyzer.errors import UsageError
from analyzer.model.findings.diagnosis import RowAmbiguous, RowMatched, RowOrphaned, RowRenamed
from analyzer.model.findings.rename import Decision
from analyzer.report.diagnosis.json_document import render
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.repairs import plan_files, plan_rows
from analyzer.workflow.walk import Walk, walk
from tests.support.commands.plans import updating
from tests.support.commands.walks import renames, verdicts
from tests.support.databases.live import NOW, Live

THERE = "CREATE TABLE songs (id bigserial PRIMARY KEY); CREATE TABLE covers (id bigserial)"


@pytest.fixture
def live(tmp_path, database):
    made = Live.make(tmp_path, database, THERE)
    made.ran(1, "create_covers", "create_table :covers")
    made.row(5)
    made.file(7, "create_songs", "create_table :songs")
    return made


def ask(live: Live, *decisions: Decision, **options: object) -> Walk:
    live.repo.commit()
    place = {"database_url": live.database.url} if "rows" not in options else {}
    return walk(
        Request(
            now=NOW, repo=str(live.repo.path), cache=False, decisions=decisions, **place, **options
        )
    )


def test_they_are_proposed_as_a_pair_with_the_database_as_evidence(live):
    done = ask(live)
    told = json.loads(render(done.report))

    assert verdicts(done) == [RowMatched, RowAmbiguous]
    (pair,) = told["renames"]
    assert pair["old"] == {"version": "5", "name": None, "path": None}
    assert pair["new"]["version"] == "7"
    assert pair["confidence"] == "ambiguous"
    assert [it["kind"] for it in pair["evidence"]] == ["catalog"]
    assert told["orphans"] == []
    assert told["pending"] == []
    (finding,) = [it for it in done.report.findings if it.code == "MD102"]
    assert "no history has a file for it" in finding.why
    assert finding.fix == "say which: --accept 5=7 or --reject 5=7"


def test_the_answer_is_taken(live):
    yes, no = (ask(live, Decision("5", "7", accept=it)) for it in (True, False))

    assert (verdicts(yes)[1], verdicts(no)[1]) == (RowRenamed, RowOrphaned)
    assert [confidence for _, _, confidence in renames(yes)] == ["certain"]
    assert json.loads(render(no.report))["orphans"] == ["5"]
    assert json.loads(render(yes.report))["orphans"] == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("create_table :albums", id="its table is not there"),
        pytest.param("create_table(:songs) { |t| t.string :title }", id="only half of it is there"),
        pytest.param("Song.touch_all", id="it makes nothing"),
        pytest.param("create_table :covers, if_not_exists: true", id="another one made it"),
    ],
)
def test_nothing_is_proposed_where_the_database_does_not_say_so(live, body):
    live.file(7, "create_songs", body)

    done = ask(live)

    assert verdicts(done) == [RowMatched, RowOrphaned]
    assert renames(done) == []


def test_without_a_catalogue_nothing_is_proposed_but_an_answer_is_taken(live, tmp_path):
    (tmp_path / "rows.txt").write_text("1\n5\n")
    rows = {"rows": str(tmp_path / "rows.txt")}

    silent, told = ask(live, **rows), ask(live, Decision("5", "7", accept=True), **rows)

    assert verdicts(silent) == [RowMatched, RowOrphaned]
    assert verdicts(told) == [RowMatched, RowRenamed]


def test_nothing_is_proposed_where_something_ran_that_came_later(live):
    """Whoever ran 9 had 7 too: it ran under its own version, and its row was lost."""
    live.repo.commit()
    live.ran(9, "create_albums", "create_table :albums")
    live.database.run("CREATE TABLE albums (id bigserial)")

    done = ask(live)

    assert verdicts(done) == [RowMatched, RowOrphaned, RowMatched]
    assert renames(done) == []


def test_an_answer_about_a_row_that_is_not_there_is_refused(live):
    with pytest.raises(UsageError, match="no migration 6 ran here"):
        ask(live, Decision("6", "7", accept=True))


def test_of_several_files_each_is_a_candidate(live):
    live.file(8, "create_more_songs", "create_table :songs")

    done = ask(live)

    assert [confidence for _, _, confidence in renames(done)] == ["ambiguous", "ambiguous"]


def test_once_answered_both_repairs_know_what_to_do(live):
    done = ask(live, Decision("5", "7", accept=True))

    rows, files = plan_rows(done), plan_files(done)

    assert rows.steps == (updating("5", "7"),)
    assert [(it.source, it.target) for it in files.plan.moves] == [
        ("db/migrate/7_create_songs.rb", "db/migrate/5_create_songs.rb")
    ]


def test_until_then_both_refuse(live):
    done = ask(live)

    assert plan_rows(done).settle == plan_files(done).settle == ("--accept 5=7",)
