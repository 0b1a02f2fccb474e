"""Expressions as people write them, and as PostgreSQL prints them, have one form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.engines.postgresql.parser.sql_canonical import canonical
from analyzer.engines.postgresql.parser.sql_interval import interval_form


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("n > 0", "(n > 0)"),
        ("n > -1", "(n > '-1'::integer)"),
        ("n > 0 AND n < 5", "((n > 0) AND (n < 5))"),
        ("a AND b AND c", "((a AND b) AND c)"),
        ("n BETWEEN 1 AND 10", "((n >= 1) AND (n <= 10))"),
        ("a AND n BETWEEN 1 AND 10", "(a AND ((n >= 1) AND (n <= 10)))"),
        ("n NOT BETWEEN 1 AND 10", "((n < 1) OR (n > 10))"),
        ("n NOT IN (1, 2)", "(n <> ALL (ARRAY[1, 2]))"),
        ("a IN ('x')", "((a)::text = 'x'::text)"),
        ("a != 'x'", "((a)::text <> 'x'::text)"),
        ("a ILIKE 'x%'", "((a)::text ~~* 'x%'::text)"),
        ("deleted_at IS NULL", "(deleted_at IS NULL)"),
        ("songs.hidden = 't'", "(hidden = true)"),
        ("CURRENT_TIMESTAMP", "now()"),
        ("char_length(trim(a)) > 0", "(char_length(TRIM(BOTH FROM a)) > 0)"),
        ("data->>'a'", "((data ->> 'a'::text))"),
        ("created_at::date", "((created_at)::date)"),
        (
            "to_tsvector('english', coalesce(a, ''))",
            "to_tsvector('english'::regconfig, (COALESCE(a, ''::character varying))::text)",
        ),
        ("now() + interval '7 hours'", "(now() + 'PT7H'::interval)"),
    ],
)
def test_an_expression_is_the_one_that_postgresql_prints(written, printed):
    assert canonical(written) == canonical(printed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(a OR b) AND c", "a OR (b AND c)"),
        ("a = 'b'", "a = b"),
        ("created_at::date", "created_at"),
        ("n IN (1, 2)", "n IN (1, 3)"),
        ("lower(a)", "upper(a)"),
        ("n > 0", "n >= 0"),
    ],
)
def test_expressions_of_different_meaning_stay_different(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("7 hours", "07:00:00"),
        ("1 year 2 mons", "P1Y2M"),
        ("2 weeks", "14 days"),
        ("1 day 02:03:04.5", "P1DT2H3M4.5S"),
    ],
)
def test_an_interval_is_a_length_of_time_in_whatever_words(one, other):
    assert interval_form(one) == interval_form(other)


def test_what_is_no_interval_stays_as_it_is():
    assert interval_form("a while") == "a while"


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_has_a_form(text):
    assert canonical(text) == canonical(text)
