from analyzer.analysis.order.dependencies import build_graph
from analyzer.analysis.order.neighbourhood import around
from tests.support.frameworks.migrations import read

CHAIN = read(
    one="create_table(:songs)",
    two="add_column :songs, :year, :integer",
    three="add_index :songs, :year",
    four="create_table(:artists)",
    five="rename_index :songs, :index_songs_on_year, :by_year",
)


def names(paths):
    return [path.rpartition("_")[2].removesuffix(".rb") for path in paths]


def near(slug, depth):
    graph = build_graph(CHAIN)
    centre = [node.path for node in graph.nodes if node.path.endswith(f"_{slug}.rb")]
    return around(graph, centre, depth)


def test_the_centre_alone_is_at_depth_zero():
    found = near("three", 0)

    assert names(node.path for node in found.graph.nodes) == ["three"]
    assert (found.graph.edges, found.beyond) == ((), 4)


def test_each_step_goes_in_both_directions():
    assert names(node.path for node in near("two", 1).graph.nodes) == ["one", "two", "three"]
    assert names(node.path for node in near("five", 2).graph.nodes) == [
        "one",
        "two",
        "three",
        "five",
    ]


def test_what_is_dragged_along_is_all_that_must_run_before_however_far():
    assert names(near("five", 0).drags) == ["one", "two", "three"]
    assert near("four", 3).drags == ()


def test_what_comes_too_late_is_dragged_along_too():
    graph = build_graph(read(one="add_column :songs, :a, :string", two="create_table(:songs)"))

    found = around(graph, [graph.nodes[0].path], 1)

    assert names(found.drags) == ["two"]
    assert len(found.graph.violations) == 1
