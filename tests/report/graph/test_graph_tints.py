from analyzer.report.graph.graph_layout import Link, lay_out
from analyzer.report.graph.graph_tints import tints


def coloured(*links):
    names = sorted({name for link in links for name in (link.upper, link.lower)})
    layout = lay_out(
        names, list(links), dict.fromkeys(names, 50.0), label_width=5.0, gap=10.0, most_in_row=7
    )
    return layout, tints(layout.rows)


def test_a_line_keeps_the_colour_of_where_it_begins_to_its_end():
    layout, found = coloured(
        Link("a", "b", "one"), Link("b", "c", "two"), Link("c", "d", "three"), Link("a", "d", "one")
    )

    own = {piece.name: found[id(piece)] for row in layout.rows for piece in row if piece.name}
    passing = {found[id(piece)] for row in layout.rows for piece in row if piece.name is None}
    assert own["a"] != own["b"]
    assert passing <= {own["a"], own["b"], own["c"]}


def test_neighbours_differ_in_colour():
    layout, found = coloured(Link("a", "c", "x"), Link("b", "d", "y"))

    first, second = (found[id(piece)] for piece in layout.rows[0])
    assert first != second
