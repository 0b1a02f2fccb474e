"""The index of words finds what looking at each text finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis.forecast.relevance import Relevance, WordIndex
from analyzer.frameworks.rails.language.migrations import parse_ruby
from tests.support.histories.repositories import migration

_TABLES = st.sampled_from(["songs", "albums", "artists", "t"])
_COLUMNS = st.sampled_from(["title", "album_id", "created_at", "x"])
_LINES = st.one_of(
    st.builds("create_table :{}".format, _TABLES),
    st.builds("drop_table :{}".format, _TABLES),
    st.builds("rename_table :{}, :{}".format, _TABLES, _TABLES),
    st.builds("add_column :{}, :{}, :string".format, _TABLES, _COLUMNS),
    st.builds("remove_column :{}, :{}".format, _TABLES, _COLUMNS),
    st.builds("add_index :{}, :{}".format, _TABLES, _COLUMNS),
    st.builds("add_reference :{}, :album".format, _TABLES),
    st.builds("add_foreign_key :{}, :{}".format, _TABLES, _TABLES),
    st.builds('execute "UPDATE {} SET {} = 1"'.format, _TABLES, _COLUMNS),
    st.builds('execute "DELETE FROM #{{:{}}}"'.format, _TABLES),
)
_TEXTS = st.lists(_LINES, min_size=1, max_size=3).map(
    lambda lines: migration("Change", *lines).encode()
)


@settings(deadline=None)
@given(st.lists(_TEXTS, max_size=6), st.lists(_TEXTS, min_size=1, max_size=2))
def test_the_index_finds_what_looking_at_each_text_finds(texts, pending):
    relevance = Relevance(map(parse_ruby, pending))

    found = WordIndex(texts).concerned(relevance)

    assert found == [place for place, text in enumerate(texts) if relevance.concerns(text)]


def test_a_text_about_something_else_is_passed_over():
    texts = [
        migration("One", "create_table :songs").encode(),
        migration("Two", "create_table :albums").encode(),
        migration("Three", "add_column :songs, :title, :string").encode(),
    ]
    pending = parse_ruby(migration("Four", "add_column :songs, :title, :text").encode())

    assert WordIndex(texts).concerned(Relevance([pending])) == [0, 2]
