"""Versions: equal, ordered and hashed as their framework compares them, shown as their text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.version import InvalidVersion, Version

read = RAILS.numbering.read
DIGITS = st.builds(
    lambda zeros, number: "0" * zeros + str(number), st.integers(0, 3), st.integers(0, 10**15)
)


@given(DIGITS, DIGITS)
def test_rails_compares_numbers_whatever_the_text(one, other):
    first, second = read(one), read(other)

    assert (first == second) is (int(one) == int(other))
    assert (first < second) is (int(one) < int(other))
    assert (first <= second) is (int(one) <= int(other))
    assert (first > second, first >= second) == (second < first, second <= first)


@given(DIGITS, st.integers(0, 3))
def test_texts_of_one_version_are_one_key(text, zeros):
    padded = read("0" * zeros + text)

    assert padded == read(text)
    assert len({padded, read(text)}) == 1
    assert {read(text).key: "held"}[padded.key] == "held"
    assert str(padded) == "0" * zeros + text


@given(st.text(max_size=20))
def test_any_stored_text_is_read_and_kept(text):
    version = read(text)

    assert version.text == text
    assert version.is_valid is (re.match(r"\s*[0-9]", text, re.ASCII) is not None)


@pytest.mark.parametrize("text", ["latest", "", "-1", "²"])
def test_what_rails_would_never_store_is_no_valid_version(text):
    version = read(text)

    assert isinstance(version, InvalidVersion)
    assert (version.is_valid, version.key) == (False, 0)


def test_a_version_is_not_its_text_nor_its_key():
    assert Version(1, "1") != "1"
    assert Version(1, "1") != 1


@given(st.lists(DIGITS, max_size=8))
def test_the_bare_text_is_what_rails_would_store(texts):
    for version in map(read, texts):
        assert RAILS.numbering.bare(version) == str(int(version.text))
        assert RAILS.numbering.read(RAILS.numbering.bare(version)) == version


@given(DIGITS.map(read), st.sampled_from([1, -1]))
def test_a_step_there_and_back_is_none(version, direction):
    stepped = RAILS.numbering.step(version, direction)

    if stepped is not None:
        assert (stepped > version) is (direction > 0)
        back = RAILS.numbering.step(stepped, -direction)
        assert back is None or back == version
