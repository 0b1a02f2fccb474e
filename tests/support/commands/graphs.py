"""Graph reports for the formats: an ordinary one, and one with names that try to break out."""

from analyzer.analysis.order.dependencies import build_graph
from analyzer.frameworks.integer_versions import read as version_of
from analyzer.model.core.migration import FileSet
from analyzer.model.effects.effect import AddColumn, CreateTable, Opaque, Parsed
from analyzer.model.findings.graph_report import GraphReport
from analyzer.model.findings.order_fix import FixedViolations, FixKind, OrderFix
from analyzer.model.findings.report import RepositoryFacts
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.model.schema.schema import Column, Table
from tests.support.frameworks.migrations import FOLDER, read

HOSTILE = (
    'a"b',
    "a'b",
    "a\\",
    "<script>alert(1)</script>",
    "]]>",
    "&amp;",
    "a\nb",
    "a]b[",
    "a-->b",
    "{x}",
    "|x|",
    "#quot;",
    "%%",
    "\x00\x1b[31m",
    "\udc80",
    "é\u202e",
    "end",
    "a;b",
    "\\N",
    "`x`",
)


def report(graph, **more):
    """A report on a graph, with a fix in words for what breaks it."""
    files = FileSet("working tree", None, (FOLDER,), ())
    facts = RepositoryFacts("/repo", "rails", shallow=False, files=files)
    fix = OrderFix(FixKind.NONE, "move it", "it is too early")
    fixed = tuple(FixedViolations((each,), fix) for each in graph.violations)
    return GraphReport(facts, graph, more.pop("repaired", fixed), **more)


def ordinary():
    """Songs of artists, an index that comes too early, and code that cannot be read."""
    return report(
        build_graph(
            read(
                create_artists="create_table(:artists)",
                create_songs="create_table(:songs) { |t| t.references :artist, foreign_key: true }",
                add_index_to_plays="add_index :plays, :song_id",
                create_plays="create_table(:plays) { |t| t.integer :song_id }",
                load_data="execute File.read('data.sql')",
                add_users="add_column :users, :age, :integer",
            )
        )
    )


def hostile():
    """Each hostile name as a path and as a table that a later migration uses, and one too late."""
    migrations = []
    for number, name in enumerate(HOSTILE, start=1):
        column = AddColumn(name, Column("x", "string"), 2)
        made = CreateTable(Table(name), 1)
        migrations += [
            ReadMigration(version_of(f"{number}0"), f"{name}/{number}0_{name}.rb", Parsed((made,))),
            ReadMigration(version_of(f"{number}1"), f"d/{number}1_{name}.rb", Parsed((column,))),
        ]
    opaque = Opaque(HOSTILE[3] + "\n" + HOSTILE[0], 1, "why\x1b")
    late = AddColumn("later\"<&'", Column("x", "string"), 1)
    migrations += [
        ReadMigration(version_of("900"), "d/900_a.rb", Parsed((opaque, late))),
        ReadMigration(
            version_of("901"), "d/901_b.rb", Parsed((CreateTable(Table("later\"<&'"), 1),))
        ),
    ]
    return report(build_graph(migrations))
