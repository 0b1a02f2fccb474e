"""Which members of a fleet are alike, whatever the order in which they were read."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.analysis.fleets.groups import group_members
from analyzer.model.core.fleet import FleetMember
from analyzer.model.core.version_table import TableName


def member(name, rows=("1",), fingerprint="a"):
    return FleetMember(name, TableName("schema_migrations", name), rows, fingerprint)


def test_the_largest_group_comes_first_and_of_equals_the_first_by_name():
    found = group_members(
        [member("d", ("2",)), member("c"), member("b", fingerprint="b"), member("a")]
    )

    assert [group.names for group in found] == [("a", "c"), ("b",), ("d",)]


@given(
    st.lists(
        st.tuples(st.text("abc", min_size=1), st.sampled_from(["1", "2"]), st.sampled_from("ab")),
        unique_by=lambda it: it[0],
    ),
    st.randoms(),
)
def test_each_member_is_in_one_group_and_the_order_of_reading_does_not_count(told, chance):
    members = [member(name, (row,), fingerprint) for name, row, fingerprint in told]
    shuffled = [*members]
    chance.shuffle(shuffled)

    found = group_members(members)

    assert found == group_members(shuffled)
    assert sorted(name for group in found for name in group.names) == sorted(it[0] for it in told)
    for group in found:
        assert len({(it.rows, it.fingerprint) for it in group.members}) == 1
