"""The order in which tables are filled."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.analysis.recovery.table_dependencies import close_over, load_order
from analyzer.model.recovery.recovery import ForeignKeyEdge

NAMES = st.sampled_from("abcdefgh")


def keys(*pairs: str) -> list[ForeignKeyEdge]:
    return [ForeignKeyEdge(pair[0], f"key {pair}", pair[1]) for pair in pairs]


def test_tables_come_after_those_they_refer_to_and_circles_together():
    edges = keys("ba", "cb", "bc", "dc", "dd")

    assert load_order(["d", "c", "b", "a", "z"], edges) == [("a",), ("b", "c"), ("d",), ("z",)]


def test_a_choice_is_closed_over_what_it_refers_to():
    assert close_over(["c"], keys("ba", "cb", "dc", "xy")) == {"a", "b", "c"}
    assert close_over(["lonely"], keys("ba")) == {"lonely"}


@given(st.lists(st.tuples(NAMES, NAMES), max_size=20))
def test_every_table_comes_once_and_no_key_points_forward(pairs):
    edges = keys(*(a + b for a, b in pairs))

    order = load_order(list("abcdefgh"), edges)

    place = {name: number for number, group in enumerate(order) for name in group}
    assert sorted(place) == list("abcdefgh")
    assert sum(map(len, order)) == 8
    assert all(place[edge.refers_to] <= place[edge.table] for edge in edges)
    assert order == load_order(list("hgfedcba"), edges[::-1])
