"""Steps that never meet an occupied place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.analysis.repair.ordering import circling, in_safe_order


def aside(place):
    return f"beside {place}"


@pytest.mark.parametrize(
    ("moves", "steps"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"a": "x", "b": "y"}, [("a", "x"), ("b", "y")], id="as given"),
        pytest.param({"a": "a"}, [], id="what stays needs no step"),
        pytest.param({"a": "b", "b": "c"}, [("b", "c"), ("a", "b")], id="a chain from its end"),
        pytest.param(
            {"a": "b", "b": "a"},
            [("a", "beside a"), ("b", "a"), ("beside a", "b")],
            id="a swap through one spare place",
        ),
    ],
)
def test_steps_come_in_a_safe_order(moves, steps):
    assert list(in_safe_order(moves, aside)) == steps


@given(st.dictionaries(st.integers(0, 15), st.integers(0, 15)))
def test_no_step_meets_an_occupied_place_and_all_arrive(wishes):
    seen = set()
    moves = {}
    for source, target in wishes.items():
        if target not in seen:
            seen.add(target)
            moves[source] = target
    world = {place: place for place in moves}

    for source, target in in_safe_order(moves, lambda place: place + 100):
        assert target not in world
        world[target] = world.pop(source)

    assert world == {target: source for source, target in moves.items()}


def test_only_what_leads_back_to_itself_goes_round():
    moves = {"a": "b", "b": "a", "c": "d", "d": "e", "f": "f"}

    assert circling(moves) == {"a", "b", "f"}
