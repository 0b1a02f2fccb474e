"""The prediction in words that fit a screen of 80 columns."""

import pytest

from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.core.version import Version
from analyzer.model.findings.prediction import (
    Basis,
    Forecast,
    Loss,
    LossKind,
    MigrationOutcome,
    Prediction,
)
from analyzer.report.diagnosis.forecast_text import human_size, loss_sentences, steps


def file(version: int, slug: str) -> MigrationFile:
    name = MigrationName(Version(version, str(version)), slug, "", slug.title())
    return MigrationFile(f"db/migrate/{version}_{slug}.rb", name, "0" * 40)


def plain(text: str, _colour: str) -> str:
    return text


def told(*forecasts: Forecast, basis: Basis = Basis.CATALOG) -> str:
    return "\n".join(steps(Prediction((), None, (), forecasts, basis), 80, plain))


ONE = file(20250823000001, "create_sync_status_tracking")
LOSS = Loss(ONE, "drops table songs", LossKind.TABLE, "songs", 3, 48_120, 12_700_000)


def test_each_outcome_has_its_word_and_its_reason():
    text = told(
        Forecast(ONE, MigrationOutcome.RUNS, "create table a"),
        Forecast(file(2, "skip"), MigrationOutcome.NO_OP, "there is nothing left to do", 3),
        Forecast(file(3, "drop_songs"), MigrationOutcome.DESTROYS, "drops table songs", 3, (LOSS,)),
        Forecast(
            file(4, "index"),
            MigrationOutcome.UNKNOWN,
            "if two rows share it, it fails",
            4,
            settle='SELECT "title" FROM "songs"',
        ),
        Forecast(
            file(5, "again"),
            MigrationOutcome.FAILS,
            "PG::DuplicateTable: it is there (line 3)",
            3,
            rests_on=file(4, "index"),
        ),
    )

    assert text == (
        "  runs          20250823000001_create_sync_status_tracking.rb\n"
        "  does nothing  2_skip.rb\n"
        "                there is nothing left to do\n"
        "  DESTROYS      3_drop_songs.rb, line 3\n"
        "                drops table songs\n"
        "  may fail      4_index.rb, line 4\n"
        "                if two rows share it, it fails\n"
        '                to settle it: SELECT "title" FROM "songs"\n'
        "  FAILS         5_again.rb\n"
        "                PG::DuplicateTable: it is there (line 3)\n"
        "                only if 4_index.rb gets through, as all that follows"
    )


def test_many_that_just_run_are_told_in_one_line():
    text = told(
        *(Forecast(file(number, "x"), MigrationOutcome.RUNS, "") for number in range(1, 15))
    )

    assert text == "  runs          14 migrations, 1_x.rb to 14_x.rb"


def test_no_line_is_wider_than_the_screen():
    why = "if two rows of songs share title, the unique index index_songs_on_title fails " * 3

    text = told(Forecast(ONE, MigrationOutcome.UNKNOWN, why, 3), basis=Basis.FILES)

    assert max(map(len, text.splitlines())) <= 80
    assert "Predicted from files and rows alone" in text


@pytest.mark.parametrize(
    ("rows", "size", "said"),
    [
        pytest.param(
            48_120,
            12_700_000,
            "DATA LOSS: 20250823000001_create_sync_status_tracking.rb drops table songs "
            "(about 48,120 rows, 12 MB).",
            id="counted",
        ),
        pytest.param(
            None,
            8192,
            "DATA LOSS: 20250823000001_create_sync_status_tracking.rb drops table songs "
            "(rows never counted by the database, 8.0 kB).",
            id="never counted",
        ),
        pytest.param(
            0,
            8192,
            "20250823000001_create_sync_status_tracking.rb drops table songs; it holds no rows.",
            id="without rows",
        ),
    ],
)
def test_a_loss_is_told_with_its_size(rows, size, said):
    loss = Loss(ONE, "drops table songs", LossKind.TABLE, "songs", 3, rows, size)

    assert [
        text for text, _ in loss_sentences(Prediction((), None, (loss,), (), Basis.CATALOG))
    ] == [said]


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1536, "1.5 kB"),
        (20 << 20, "20 MB"),
        (5 << 40, "5.0 TB"),
    ],
)
def test_a_size_is_told_as_a_person_says_it(size, said):
    assert human_size(size) == said


def announced(number: int) -> Loss:
    dropped = file(number, f"drop_t{number}")
    return Loss(dropped, f"drops table t{number}", LossKind.TABLE, f"t{number}", 3, announced=True)


def test_many_announced_losses_are_one_sentence_behind_those_that_nobody_announced():
    losses = (*map(announced, range(1, 6)), LOSS)

    said = [text for text, _ in loss_sentences(Prediction((), None, losses, (), Basis.FILES))]

    assert "\n".join(said) == (
        "DATA LOSS: 20250823000001_create_sync_status_tracking.rb drops table songs (about 48,120 "
        "rows, 12 MB).\n"
        "DATA LOSS: 5 pending migrations would remove data, as their texts say; the first is "
        "1_drop_t1.rb: it drops table t1."
    )


def forecasts() -> list[Forecast]:
    """One that may fail, forty that say that they drop a table, one that nobody expects to."""
    unknown = Forecast(file(1, "index"), MigrationOutcome.UNKNOWN, "it may fail", 4)
    drops = [
        Forecast(loss.file, MigrationOutcome.DESTROYS, loss.what, 3, (loss,), None, unknown.file)
        for loss in map(announced, range(2, 42))
    ]
    again = Forecast(ONE, MigrationOutcome.DESTROYS, LOSS.what, 3, (LOSS,), None, unknown.file)
    return [unknown, *drops, again]


def test_a_long_list_is_cut_but_for_what_nobody_announced():
    text = told(*forecasts())

    assert text.count("DESTROYS") == 30
    assert ONE.basename in text
    assert "  and 11 more (11 that say that they remove data); -v lists them all" in text
    assert text.count("only if 1_index.rb gets through, as all that follows") == 1


def test_a_long_list_is_told_to_its_end_where_that_is_asked_for():
    prediction = Prediction((), None, (), tuple(forecasts()), Basis.CATALOG)

    text = "\n".join(steps(prediction, 80, plain, whole=True))

    assert text.count("DESTROYS") == 41
    assert "more" not in text
