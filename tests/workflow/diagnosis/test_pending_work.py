"""What is missing, and what pending migrations bring of it."""

import os
from pathlib import Path

import pytest

from analyzer.model.findings.finding import Severity
from tests.support.commands import warm
from tests.support.databases.live import Live

TABLE = "CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar)"
MAKE = (
    "create_table :songs do |t|",
    "  t.string :title",
    "  t.integer :rating",
    "  t.string :mood",
    "end",
)
RATING, MOOD = "add_column :songs, :rating, :integer", "add_column :songs, :mood, :string"


@pytest.mark.parametrize(
    ("sql", "pending", "code", "severity", "says", "fix"),
    [
        pytest.param(
            TABLE,
            [(RATING, MOOD)],
            "MD124",
            Severity.NOTE,
            "2_step2.rb, which is pending, adds what is missing: the next db:migrate completes it",
            "nothing besides that db:migrate",
            id="one brings all",
        ),
        pytest.param(
            TABLE,
            [(RATING,), (MOOD,)],
            "MD124",
            Severity.NOTE,
            "2_step2.rb and 3_step3.rb, which are pending, add what is missing",
            "nothing besides that db:migrate",
            id="two bring all",
        ),
        pytest.param(
            TABLE,
            [(RATING,)],
            "MD124",
            Severity.WARNING,
            "2_step2.rb, which is pending, adds column songs.rating; db:migrate will not make "
            "the rest: column songs.mood",
            "put the rest into a migration of its own: column songs.mood",
            id="one brings a part",
        ),
        pytest.param(
            TABLE,
            [(RATING, MOOD, "send(:something)")],
            "MD124",
            Severity.NOTE,
            "if it runs to its end, which is not certain",
            "run db:migrate, then diagnose again",
            id="it may stop",
        ),
        pytest.param(
            TABLE,
            [
                (
                    "raise 'correct them' if select_value('SELECT 1 FROM songs LIMIT 1')",
                    "unless column_exists?(:songs, :rating)",
                    f"  {RATING}",
                    "end",
                    MOOD,
                )
            ],
            "MD124",
            Severity.NOTE,
            "2_step2.rb, which is pending, adds what is missing if it runs to its end",
            "run db:migrate, then diagnose again",
            id="it looks at rows first",
        ),
        pytest.param(
            "SELECT",
            [MAKE],
            "MD122",
            Severity.NOTE,
            "2_step2.rb, which is pending, adds what is missing",
            "nothing besides that db:migrate",
            id="a row without effect",
        ),
        pytest.param(
            TABLE,
            [("add_column :songs, :other, :string",)],
            "MD124",
            Severity.WARNING,
            "db:migrate will not fix it",
            "put what is missing into a migration of its own",
            id="nobody brings it",
        ),
    ],
)
def test_what_a_pending_migration_brings_is_no_reason_to_stop(
    tmp_path, database, sql, pending, code, severity, says, fix
):
    live = Live.make(tmp_path, database, sql)
    live.ran(1, "create_songs", *MAKE)
    for number, lines in enumerate(pending, start=2):
        live.file(number, f"step{number}", *lines)

    (told,) = [it for it in live.report().findings if it.version == "1" and it.code == code]

    assert told.severity is severity, told
    assert says in told.why
    assert fix in told.fix


def migdoctor(live: Live, *args: str):
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root), "DATABASE_URL": live.database.url}
    return warm.run_text([*args], live.repo.path, {**environment, "COLUMNS": "200"})


def half_made(tmp_path, database, *pending: str) -> Live:
    live = Live.make(tmp_path, database, TABLE)
    live.ran(1, "create_songs", *MAKE)
    if pending:
        live.file(2, "step2", *pending)
    live.repo.commit()
    return live


def test_a_deploy_that_brings_what_is_missing_is_not_blocked(tmp_path, database):
    live = half_made(tmp_path, database, RATING, MOOD)

    assert migdoctor(live, "diagnose", "--fail-on", "warning").returncode == 0


def test_without_a_draft_it_is_said_what_is_missing_all_the_same(tmp_path, database):
    live = half_made(tmp_path, database)

    said = migdoctor(live, "rename-back", "--follow-up", "draft.rb").stderr

    assert "the text that ran is taken to be today's" in said
    assert "lacks column songs.mood, column songs.rating (MD122, MD124" in said
    assert "put that into a migration of its own" in said


def test_what_a_pending_migration_brings_is_not_said_to_be_missing(tmp_path, database):
    live = half_made(tmp_path, database, RATING, MOOD)

    said = migdoctor(live, "rename-back", "--follow-up", "draft.rb").stderr

    assert "no edit adds anything that is not there already" in said
