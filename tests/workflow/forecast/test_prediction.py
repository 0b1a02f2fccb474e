"""What the next migrate would do, as far as names, rows and files tell."""

from datetime import UTC, datetime

import pytest

from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.histories.repositories import Repo

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OLD, NEW = "20250101000000_create_songs.rb", "20250201000000_create_songs.rb"


def predicted(tmp_path, *body: str, other: tuple[str, ...] = ()):
    """The prediction for a database that ran the migration before it was renamed."""
    repo = Repo.make(tmp_path / "app")
    repo.add(OLD, "CreateSongs", *body)
    if other:
        repo.add("20250102000000_later.rb", "Later", *other)
    repo.commit()
    repo.move(OLD, NEW)
    repo.add("20250301000000_create_artists.rb", "CreateArtists")
    repo.commit()
    rows = tmp_path / "rows.txt"
    rows.write_text("20250101000000\n20250102000000\n" if other else "20250101000000\n")
    done = walk(Request(now=NOW, repo=str(repo.path), rows=str(rows)))
    return done.report.environments[0].prediction


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(
            ["create_table :songs"],
            'PG::DuplicateTable: relation "songs" already exists',
            id="a table",
        ),
        pytest.param(
            ["add_column :songs, :a, :string"],
            'PG::DuplicateColumn: column "a" of relation',
            id="a column",
        ),
        pytest.param(
            ["add_index :songs, :a"],
            'PG::DuplicateTable: relation "index_songs_on_a"',
            id="an index",
        ),
    ],
)
def test_what_is_made_twice_stops_the_migrate(tmp_path, body, reason):
    prediction = predicted(tmp_path, *body)

    assert prediction.would_run == ()
    assert prediction.fails_at is not None
    assert prediction.fails_at.reason.startswith(reason)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(["create_table :songs, if_not_exists: true"], id="if_not_exists"),
        pytest.param(["create_table :songs unless table_exists?(:songs)"], id="a guard"),
        pytest.param(["update 'UPDATE songs SET a = 1'"], id="data"),
        pytest.param(["Secret.call", "create_table :songs"], id="what only Ruby could know"),
    ],
)
def test_what_can_run_twice_is_not_foretold_to_fail(tmp_path, body):
    prediction = predicted(tmp_path, *body)

    assert prediction.fails_at is None
    assert [file.basename for file in prediction.would_run] == [
        NEW,
        "20250301000000_create_artists.rb",
    ]


def test_a_table_that_was_dropped_since_can_be_made_again(tmp_path):
    prediction = predicted(tmp_path, "create_table :songs", other=("drop_table :songs",))

    assert prediction.fails_at is None


def test_force_is_said_to_empty_the_table(tmp_path):
    prediction = predicted(tmp_path, "create_table :songs, force: true")

    assert [loss.what for loss in prediction.destroys] == [
        "drops table songs and creates it empty (force: true)"
    ]
