import json
import re
import shutil
import subprocess
from xml.etree import ElementTree as ET

import pytest

from analyzer.analysis.order.dependencies import build_graph
from analyzer.analysis.order.neighbourhood import around
from analyzer.model.findings.graph_report import NodeMark, NodeMarks, NodeState
from analyzer.records import replace
from analyzer.report.diagnosis.terminal_layout import Style
from analyzer.report.graph import graph_dot, graph_json, graph_mermaid, graph_svg, graph_text
from tests.support.commands.graphs import HOSTILE, hostile, ordinary, report
from tests.support.frameworks.migrations import read

SVG = "{http://www.w3.org/2000/svg}"


# JSON


def test_json_has_the_promised_keys_and_names_versions():
    document = json.loads(graph_json.render(ordinary()))

    assert {"version", "path", "effects"} <= set(document["nodes"][0])
    assert {"before": "1", "after": "2", "because": "table:artists"}.items() <= document["edges"][
        0
    ].items()
    first = document["violations"][0]
    assert (first["version"], first["needs"], first["provided_by"]) == ("3", "table:plays", "4")
    assert document["cycles"] == []
    assert document["opaque"][0]["path"] == "db/migrate/5_load_data.rb"
    assert document["complete"] is False
    assert [each["needs"] for each in document["missing"]] == ["table:users"]


def test_json_keeps_every_hostile_name():
    document = json.loads(graph_json.render(hostile()))

    tables = {
        effect["creates"][0]
        for node in document["nodes"]
        for effect in node["effects"]
        if effect["kind"] == "CreateTable"
    }
    assert {f"table:{name}" for name in HOSTILE} <= tables


def test_json_tells_the_cycle_in_its_order():
    graph = build_graph(
        read(
            one="create_table(:a) { |t| t.references :b, foreign_key: { to_table: :b } }",
            two="create_table(:b) { |t| t.references :a, foreign_key: { to_table: :a } }",
        )
    )

    (cycle,) = json.loads(graph_json.render(report(graph)))["cycles"]

    assert cycle["versions"] == ["2", "1"]
    assert [edge["because"] for edge in cycle["edges"]] == ["table:b", "table:a"]


# NodeMarks

RENDERERS = {
    "text": lambda made: graph_text.render(made, Style(200)),
    "dot": graph_dot.render,
    "mermaid": graph_mermaid.render,
    "svg": graph_svg.render,
    "json": graph_json.render,
}


def marked(made):
    """The same, of a database in which each migration is something else."""
    paths = [node.path for node in made.graph.nodes]
    marks = {path: NodeMark(state) for path, state in zip(paths, NodeState, strict=False)}
    marks[paths[1]] = NodeMark(NodeState.RENAMED, "9<'\"")
    return replace(made, marks=NodeMarks(marks, "songs<&>\"'"))


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("made", [ordinary, hostile])
def test_what_each_migration_is_in_the_database_is_in_every_format(name, made):
    told = RENDERERS[name](marked(made()))
    without = RENDERERS[name](made())

    for state in NodeState:
        assert state in told
    assert "ran as 9" in told.replace("#44;", ",") or '"ran_as": "9' in told
    assert "no database was read" in without
    assert "no database was read" not in told
    if name == "svg":
        assert len(boxes(ET.fromstring(told.encode()))) == len(made().graph.nodes)
    if name == "mermaid":
        assert not [line for line in told.splitlines() if not MERMAID.fullmatch(line)]
    if name == "dot":
        assert not [line for line in told.splitlines() if not DOT.fullmatch(line)]


# Mermaid

MERMAID = re.compile(
    r"flowchart TD|  %% incomplete: \d+ places? could not be read|  %% [^%\[\]{}|<>]*"
    r'|  m\d+\["[^"\[\]{}|<>]*(?:<br/>[^"\[\]{}|<>]*){1,2}"\]'
    r'|  m\d+ (?:-->|-\.->)\|"[^"|<>]*"\| m\d+|  linkStyle [\d,]+ stroke:#c00,color:#c00'
    r"|  class(?:Def)? [\w,]+ [\w:#,-]+|  classDef \w+ [\w:#,-]+"
)


@pytest.mark.parametrize("made", [ordinary, hostile])
def test_each_line_of_mermaid_is_what_it_should_be(made):
    lines = graph_mermaid.render(made()).splitlines()

    assert not [line for line in lines if not MERMAID.fullmatch(line)]
    assert sum(line.endswith('"]') for line in lines) == len(made().graph.nodes)


def test_mermaid_marks_what_comes_too_late():
    text = graph_mermaid.render(ordinary())

    assert '  m3 -.->|"too late: table plays, column plays.song_id"| m2' in text
    assert "  class m2 late" in text


# DOT

STRING = r'"(?:[^"\\]|\\.)*"'
DOT = re.compile(
    rf"digraph migrations \{{|\}}|  // incomplete: \d+ places? could not be read|  // [^\n]*"
    rf"|  (?:node|edge) \[.*\];|  m\d+(?: -> m\d+)? \[(?:\w+=(?:{STRING}|\w+)(?:, )?)+\];"
)


@pytest.mark.parametrize("made", [ordinary, hostile])
def test_each_line_of_dot_is_what_it_should_be(made):
    lines = graph_dot.render(made()).splitlines()

    assert not [line for line in lines if not DOT.fullmatch(line)]


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("made", [ordinary, hostile])
def test_graphviz_reads_it(made):
    done = subprocess.run(
        ["dot", "-Tplain"], input=graph_dot.render(made()).encode(), capture_output=True, check=True
    )

    nodes = [line for line in done.stdout.splitlines() if line.startswith(b"node ")]
    assert len(nodes) == len(made().graph.nodes)


# SVG


def boxes(root):
    """Name, left, top, right and bottom of each migration's box."""
    found = []
    for group in root.iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        x, y = float(rect.get("x")), float(rect.get("y"))
        right, bottom = x + float(rect.get("width")), y + float(rect.get("height"))
        found.append((group.find(f"{SVG}title").text, x, y, right, bottom))
    return found


@pytest.mark.parametrize("made", [ordinary, hostile])
def test_svg_is_xml_with_a_box_for_each_migration(made):
    root = ET.fromstring(graph_svg.render(made()).encode())

    assert len(boxes(root)) == len(made().graph.nodes)
    assert not list(root.iter(f"{SVG}script"))


def wide(tables, users):
    bodies = {f"create{number}": f"create_table(:t{number})" for number in range(tables)}
    bodies |= {
        f"use{number}": f"add_column :t{number % tables}, :c{number}, :string\n"
        f"add_reference :t{number * 7 % tables}, :x{number}, "
        f"foreign_key: {{ to_table: :t{number * 3 % tables} }}"
        for number in range(users)
    }
    return report(build_graph(read(**bodies)))


@pytest.mark.parametrize(("tables", "users"), [(3, 7), (12, 28), (60, 240)])
def test_nothing_in_the_drawing_overlaps_and_all_of_it_is_on_the_page(tables, users):
    root = ET.fromstring(graph_svg.render(wide(tables, users)))
    found = sorted(boxes(root), key=lambda box: (box[2], box[1]))
    found += [
        (
            None,
            x := float(tag.get("x")),
            y := float(tag.get("y")),
            x + float(tag.get("width")),
            y + float(tag.get("height")),
        )
        for tag in root.iter(f"{SVG}rect")
        if tag.get("class") == "tag"
    ]

    overlapping = [
        (one, other)
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]
    width, height = float(root.get("width")), float(root.get("height"))
    assert not overlapping
    assert all(x >= 0 and right <= width and bottom <= height for _, x, _, right, bottom in found)


def test_who_depends_is_drawn_below_whom_it_needs():
    root = ET.fromstring(graph_svg.render(ordinary()))
    tops = {name.rpartition("/")[2]: top for name, _, top, _, _ in boxes(root)}

    assert tops["1_create_artists.rb"] < tops["2_create_songs.rb"]


def test_the_neighbourhood_of_a_long_history_stays_small():
    whole = wide(60, 440)
    centre = [whole.graph.nodes[5].path]
    near = around(whole.graph, centre, 1)

    root = ET.fromstring(graph_svg.render(report(near.graph, neighbourhood=near)))

    assert 2 < len(boxes(root)) < 60
    assert [group for group in root.iter(f"{SVG}rect") if "centre" in group.get("class", "")]
    assert float(root.get("width")) < 3000


# text


@pytest.mark.parametrize("width", [80, 200])
def test_text_keeps_to_the_screen(width):
    lines = graph_text.render(ordinary(), Style(width)).splitlines()

    assert not [line for line in lines if len(line) > width]


def test_text_says_first_what_breaks_the_order():
    text = graph_text.render(ordinary(), Style(80))

    assert text.startswith("1 migration needs something that does not exist yet when it runs")
    assert (
        "3_add_index_to_plays, line 3\n  needs table plays, created only later by 4_create" in text
    )
    assert text.index("Order violations") < text.index("What each comes after")
    assert "incomplete: 1 place could not be read" in text
    assert "db/migrate/5_load_data.rb:3: execute File.read('data.sql')" in text
    assert "note  table users: 6_add_users, line 3" in text


def test_text_plays_no_tricks_on_a_terminal():
    text = graph_text.render(hostile(), Style(80))

    assert not [
        character for character in text if not character.isprintable() and character != "\n"
    ]
