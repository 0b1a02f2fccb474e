"""What every engine's preconditions and types keep, whatever they refuse."""

import string

import pytest

from analyzer.engines.registry import ENGINES, engine
from analyzer.model.effects.impediment import Impediment, RowViolation
from analyzer.model.schema.schema import Column

EVERY = pytest.mark.parametrize("name", ENGINES)
NUMBERS = {"server_version": "150004"}


def names_in(impediment: Impediment) -> dict[str, str]:
    """The names that an impediment tells, each a word that would break a careless template."""
    fields = [field for _, field, _, _ in string.Formatter().parse(impediment.value) if field]
    return {field: NUMBERS.get(field, f"a {{{field}}} of it") for field in fields}


@EVERY
@pytest.mark.parametrize("impediment", Impediment)
def test_a_refusal_needs_no_more_names_than_the_impediment_tells(name, impediment):
    told = engine(name).preconditions.refusal(impediment, names_in(impediment))

    if told is not None:
        error, said = told
        assert error
        assert "\n" not in error + said


@EVERY
@pytest.mark.parametrize("violation", RowViolation)
def test_there_is_an_error_for_rows_that_break_something(name, violation):
    assert engine(name).preconditions.error(violation)


def test_an_impediment_is_something_missing_or_something_there_and_never_both():
    missing = {it for it in Impediment if it.lacks}
    there = {it for it in Impediment if it.repeats}

    assert missing.isdisjoint(there)
    assert all(it.name.startswith("NO_") for it in missing)
    assert all(it.name.endswith("_TAKEN") for it in there)
    assert there == {it for it in Impediment if it.name.endswith("_TAKEN")}


TYPES = ["string", "text", "integer", "bigint", "decimal", "float", "boolean", "date", "datetime"]


@EVERY
@pytest.mark.parametrize("kind", TYPES)
def test_a_type_is_what_it_is(name, kind):
    types, column = engine(name).types, Column("it", kind)

    assert types.is_built_in(kind)
    assert types.spelled(column)
    assert types.compared(column) == types.compared(Column("other", kind))
    assert types.converts(column, column)
    assert types.comparable(column, column)
    assert not types.narrower(column, column)
    assert not types.coarser(column, column)
    assert types.extension_of(kind) is None


@EVERY
def test_queries_quote_the_names_that_they_show(name):
    rules = engine(name).preconditions
    odd = 'i"t`s'

    assert odd not in rules.any_row(odd)
    assert odd not in rules.any_null("songs", odd)
    assert odd not in rules.dropped_index(odd)
