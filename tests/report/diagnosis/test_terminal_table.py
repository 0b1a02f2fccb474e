"""Tables and paragraphs on narrow screens, with names that are long, wide or combined."""

import pytest

from analyzer.report.diagnosis.terminal_layout import ScreenLayout, Style
from analyzer.report.page.terminal.cells import width_of

HEAD = ("ran as", "is now", "migration", "certainty")
LONG = "add_" + "a_very_long_" * 10 + "name"
NAMES = ["create_songs", "楽曲テーブル作成", "cre\u0301ate_cafe\u0301s", "إنشاء_جدول"]


def rows_of(names):
    return [("20250101000000", "20260101000000", name, "certain") for name in names]


def table(names, width):
    return ScreenLayout(Style(width)).table("Title", HEAD, rows_of(names)).split("\n")[1:]


def test_columns_stay_in_line_whatever_script_a_name_is_of():
    head, rule, *rows = table(NAMES, 80)

    places = {width_of(row[: row.index("certain")]) for row in rows}
    assert places == {width_of(head[: head.index("certainty")])}
    assert width_of(rule) <= 80


@pytest.mark.parametrize("width", [80, 200])
def test_a_name_that_does_not_fit_stays_whole_and_alone_reaches_past_the_edge(width):
    head, rule, *rows = table([*NAMES, LONG], width)

    assert len(rows) == len(NAMES) + 1
    assert LONG in rows[-1]
    assert len(rule) <= width
    fits = width == 200
    assert head.split()[-1] == ("certainty" if fits else "migration")
    assert fits or {width_of(row[: row.index("certain")]) for row in rows} == {32}


def test_a_column_of_words_wraps():
    body = [("20250101000000", "word " * 30)]

    lines = ScreenLayout(Style(80)).table("Title", ("version", "said"), body).split("\n")

    assert max(map(len, lines)) <= 80
    assert " ".join(lines).count("word") == 30


def test_a_paragraph_counts_wide_characters_as_two():
    text = " ".join(["マイグレーション"] * 20)

    lines = ScreenLayout(Style(80)).fill(text).split("\n")

    assert max(map(width_of, lines)) <= 80
    assert " ".join(lines) == text
