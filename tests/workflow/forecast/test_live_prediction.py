"""What the next migrate would do, foretold from a real database's catalogue."""

import pytest

from analyzer.model.findings.prediction import Basis, LossKind, MigrationOutcome
from analyzer.report.diagnosis.prediction_json import prediction_document
from tests.support.databases.live import Live

SONGS = "CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar)"
THREE = "INSERT INTO songs (title) VALUES ('a'), ('b'), ('b')"


def only(live: Live):
    """The forecast of the one pending migration, and the whole prediction."""
    prediction = live.prediction()
    (forecast,) = prediction.migrations
    return forecast, prediction


@pytest.fixture
def live(tmp_path, database):
    made = Live.make(tmp_path, database, f"{SONGS}; {THREE}; ANALYZE")
    made.ran(1, "create_songs", "create_table :songs")
    return made


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param("create_table :songs", "PG::DuplicateTable", id="a table that is there"),
        pytest.param("drop_table :nowhere", "PG::UndefinedTable", id="a table that is not there"),
        pytest.param("add_column :songs, :title, :text", "PG::DuplicateColumn", id="a column"),
        pytest.param("remove_column :songs, :plays", "PG::UndefinedColumn", id="no such column"),
        pytest.param("add_index :songs, :plays", "PG::UndefinedColumn", id="an index over none"),
        pytest.param("remove_index :songs, :title", "ArgumentError", id="no such index"),
        pytest.param(
            "add_index :songs, :title, algorithm: :concurrently",
            "PG::ActiveSqlTransaction",
            id="concurrently in a transaction",
        ),
        pytest.param("change_column :songs, :title, :integer", "PG::DatatypeMismatch", id="a type"),
        pytest.param("add_column :songs, :mood, :mood", "PG::UndefinedObject", id="no such type"),
        pytest.param(
            "enable_extension 'no_such_thing'",
            "PG::FeatureNotSupported",
            id="an extension that the server lacks",
        ),
        pytest.param(
            "column_exists?(:nowhere, :a) || create_table(:b)",
            "PG::UndefinedTable",
            id="a question about a table that is not there",
        ),
    ],
)
def test_what_the_database_refuses_is_foretold_by_the_class_of_the_error(live, body, error):
    live.file(2, "next", body)

    forecast, prediction = only(live)

    assert forecast.outcome is MigrationOutcome.FAILS, forecast
    assert prediction.fails_at is not None
    assert prediction.fails_at.error == error
    assert prediction.basis is Basis.CATALOG


@pytest.mark.parametrize(
    ("body", "kind", "rows"),
    [
        pytest.param("drop_table :songs", LossKind.TABLE, 3, id="drop_table"),
        pytest.param("execute 'DROP TABLE IF EXISTS songs'", LossKind.TABLE, 3, id="by SQL"),
        pytest.param("create_table :songs, force: true", LossKind.EMPTIED, 3, id="force"),
        pytest.param("execute 'TRUNCATE songs'", LossKind.EMPTIED, 3, id="TRUNCATE"),
        pytest.param("execute 'DELETE FROM songs'", LossKind.ROWS, 3, id="DELETE"),
        pytest.param("remove_column :songs, :title", LossKind.COLUMN, 3, id="remove_column"),
        pytest.param("Song.update_all(title: 'x')", LossKind.VALUES, 3, id="update_all"),
    ],
)
def test_what_is_destroyed_is_told_with_its_size(live, body, kind, rows):
    live.file(2, "next", body)

    forecast, prediction = only(live)

    (loss,) = prediction.destroys
    assert forecast.outcome is MigrationOutcome.DESTROYS
    assert (loss.kind, loss.table, loss.rows) == (kind, "songs", rows)
    assert (loss.bytes or 0) > 8000 or kind not in {LossKind.TABLE, LossKind.EMPTIED}


@pytest.mark.parametrize(
    ("body", "announced"),
    [
        pytest.param("drop_table :songs", True, id="drop_table"),
        pytest.param("execute 'DROP TABLE IF EXISTS songs CASCADE'", True, id="DROP TABLE"),
        pytest.param("remove_column :songs, :title", True, id="remove_column"),
        pytest.param("Song.delete_all", True, id="delete_all"),
        pytest.param("execute 'TRUNCATE songs'", True, id="TRUNCATE"),
        pytest.param("create_table :songs, force: true", False, id="force over rows"),
        pytest.param("drop_table :songs; create_table :songs", False, id="drop and create"),
        pytest.param(
            "drop_table :songs; create_table :songs unless Secret.call",
            False,
            id="drop and perhaps create",
        ),
        pytest.param(
            "remove_column :songs, :title; add_column :songs, :title, :text",
            False,
            id="a column dropped and added",
        ),
        pytest.param(
            "remove_column :songs, :title; add_column :songs, :name, :text",
            True,
            id="another column added",
        ),
        pytest.param("Song.update_all(title: 'x')", False, id="update_all"),
        pytest.param(
            "change_column :songs, :title, :integer, using: 'length(title)'",
            False,
            id="another type",
        ),
    ],
)
def test_a_loss_is_announced_where_the_text_says_that_it_removes(live, body, announced):
    live.file(2, "next", *body.split("; "))

    prediction = live.prediction()

    told = [loss for it in prediction.migrations for loss in it.losses]
    assert [loss.announced for loss in told] == [announced], told
    assert {it["announced"] for it in prediction_document(prediction)["destroys"]} <= {announced}


def test_a_cascade_takes_what_no_text_announces(live):
    live.database.run("CREATE TABLE plays (song_id bigint REFERENCES songs)")
    live.database.run("INSERT INTO plays VALUES (1)")
    live.file(2, "next", "execute 'TRUNCATE songs CASCADE'")

    told = {loss.table: loss.announced for loss in live.prediction().destroys}

    assert told == {"songs": True, "plays": False}


def test_what_runs_again_announces_nothing(live):
    live.ran(2, "forget_title", "remove_column :songs, :title")
    live.report()
    live.repo.move("2_forget_title.rb", "3_forget_title.rb")

    (loss,) = live.prediction().destroys

    assert (loss.kind, loss.announced) == (LossKind.COLUMN, False)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("create_table :songs, if_not_exists: true", id="if_not_exists"),
        pytest.param("create_table :songs unless table_exists?(:songs)", id="a guard"),
        pytest.param("drop_table :nowhere, if_exists: true", id="if_exists"),
        pytest.param("remove_column :songs, :plays, if_exists: true", id="a column, if_exists"),
        pytest.param("execute 'DROP TABLE IF EXISTS nowhere'", id="DROP IF EXISTS"),
    ],
)
def test_what_changes_nothing_is_a_no_op(live, body):
    live.file(2, "next", body)

    forecast, prediction = only(live)

    assert forecast.outcome is MigrationOutcome.NO_OP, forecast
    assert [file.basename for file in prediction.would_run] == ["2_next.rb"]


@pytest.mark.parametrize(
    ("body", "settle"),
    [
        pytest.param(
            "add_index :songs, :title, unique: true",
            'SELECT "title" FROM "songs" GROUP BY "title" HAVING '
            "pg_catalog.count(*) OPERATOR(pg_catalog.>) 1",
            id="doubles",
        ),
        pytest.param(
            "add_column :songs, :kind, :string, null: false",
            'SELECT EXISTS (SELECT FROM "songs")',
            id="NOT NULL without a default",
        ),
        pytest.param(
            "change_column_null :songs, :title, false",
            'SELECT EXISTS (SELECT FROM "songs" WHERE "title" IS NULL)',
            id="NULLs",
        ),
        pytest.param("Secret.call", "read line 3", id="code that only Ruby could follow"),
    ],
)
def test_what_only_the_rows_could_tell_is_unknown_and_how_to_settle_it_is_said(live, body, settle):
    live.file(2, "next", body)
    live.file(3, "later", "create_table :later")

    first, second = live.prediction().migrations

    assert (first.outcome, first.settle) == (MigrationOutcome.UNKNOWN, settle)
    assert (second.outcome, second.rests_on) == (MigrationOutcome.RUNS, first.file)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("add_reference :songs, :song, foreign_key: true", id="a key over NULLs"),
        pytest.param("add_index :empty, :id, unique: true, name: 'u'", id="in an empty table"),
        pytest.param("add_column :empty, :kind, :string, null: false", id="NOT NULL, no rows"),
        pytest.param("create_table :t; add_index :t, :id, unique: true", id="in a new table"),
    ],
)
def test_what_holds_for_no_rows_and_for_nulls_is_certain(live, body):
    live.database.run("CREATE TABLE empty (id bigint)")
    live.file(2, "next", *body.split("; "))

    forecast, _ = only(live)

    assert forecast.outcome is MigrationOutcome.RUNS, forecast


def test_a_table_never_counted_is_told_as_such(tmp_path, database):
    live = Live.make(tmp_path, database, f"{SONGS}; {THREE}")
    live.file(2, "next", "drop_table :songs")

    (loss,) = live.prediction().destroys

    assert loss.rows is None
    assert loss.bytes


def test_a_failing_migration_takes_its_losses_back_unless_it_has_no_transaction(live):
    body = ("drop_table :songs", "create_table :schema_migrations")
    live.file(2, "next", *body)
    assert live.prediction().destroys == ()

    text = (live.repo.path / "db/migrate/2_next.rb").read_text()
    live.repo.write("2_next.rb", text.replace("  def", "  disable_ddl_transaction!\n  def"))
    prediction = live.prediction()

    assert [loss.table for loss in prediction.destroys] == ["songs"]
    assert prediction.fails_at is not None
    assert prediction.fails_at.stays == ("drop table songs",)


def test_what_an_earlier_pending_migration_leaves_behind_counts_for_the_next(live):
    live.file(2, "rename_songs", "rename_table :songs, :tracks")
    live.file(3, "create_songs_anew", "create_table :songs")
    live.file(4, "drop_tracks", "drop_table :tracks")

    prediction = live.prediction()

    outcomes = [forecast.outcome for forecast in prediction.migrations]
    assert outcomes == [MigrationOutcome.RUNS, MigrationOutcome.RUNS, MigrationOutcome.DESTROYS]
    assert [(loss.table, loss.rows) for loss in prediction.destroys] == [("tracks", 3)]


def test_a_class_that_does_not_match_its_file_stops_the_migrate_at_its_turn(live):
    live.file(2, "first", "create_table :first")
    live.repo.add("3_second.rb", "Other", "create_table :second")

    prediction = live.prediction()

    assert [file.version.text for file in prediction.would_run] == ["2"]
    assert prediction.fails_at is not None
    assert prediction.fails_at.error == "NameError"
    assert "uninitialized constant Second" in prediction.fails_at.reason


def test_a_view_keeps_its_table_and_columns_from_being_dropped(live):
    live.database.run("CREATE VIEW titles AS SELECT title FROM songs")
    live.file(2, "next", "remove_column :songs, :title")

    forecast, _ = only(live)

    assert "PG::DependentObjectsStillExist" in forecast.because


def test_no_table_is_read(live):
    live.database.run("SELECT pg_stat_reset()")
    live.file(2, "next", "drop_table :songs")

    live.prediction()

    live.database.run("SELECT pg_stat_force_next_flush()")
    scans = live.database.run(
        "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'songs'"
    )
    assert scans == [(0,)]


def test_of_a_model_in_a_namespace_no_loss_is_certain(live):
    live.file(2, "next", "Admin::Song.delete_all")

    forecast, prediction = only(live)

    assert (forecast.outcome, prediction.destroys) == (MigrationOutcome.UNKNOWN, ())
    assert forecast.settle == "check which table Admin::Song uses"
    assert [loss.table for loss in forecast.losses] == ["songs"]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(
            "add_index :parts, :id", MigrationOutcome.UNKNOWN, id="it may be there by then"
        ),
        pytest.param("create_table :songs", MigrationOutcome.FAILS, id="it is there already"),
    ],
)
def test_what_code_elsewhere_may_have_made_is_not_said_to_be_missing(live, body, outcome):
    live.file(2, "partitions", "create_range_partition :parts, partition_key: :at")
    live.file(3, "next", body)

    forecast = live.prediction().migrations[-1]

    assert forecast.outcome is outcome, forecast
