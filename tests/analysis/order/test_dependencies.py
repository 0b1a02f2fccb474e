from random import Random

import pytest

from analyzer.analysis.order.dependencies import build_graph
from analyzer.engines.registry import usual_engine
from analyzer.frameworks.integer_versions import read as version_of
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.model.findings.dependency import Tie
from analyzer.model.findings.schema_state import ReadMigration
from tests.support.frameworks.migrations import read, ruby, written


def edges(graph, *ties):
    """Before, after and because, by version."""
    return [
        (number(edge.before), number(edge.after), str(edge.because))
        for edge in graph.edges
        if not ties or edge.tie in ties
    ]


def violations(graph):
    """Who needs what, and who provides it, by version."""
    return [
        (number(each.path), str(each.needs), each.provided_by and number(each.provided_by))
        for each in graph.violations
    ]


def number(path):
    return int(path.rpartition("/")[2].partition("_")[0])


SONGS = "create_table(:songs) { |t| t.string :title }"


@pytest.mark.parametrize(
    ("first", "second", "because"),
    [
        pytest.param(SONGS, "add_column :songs, :year, :integer", "table:songs", id="its table"),
        pytest.param(SONGS, "add_index :songs, :title", "column:songs.title", id="its column"),
        pytest.param(
            SONGS,
            'add_index :songs, "lower(title)", name: "x"',
            "column:songs.title",
            id="a column in an expression",
        ),
        pytest.param(
            SONGS,
            "create_table(:plays) { |t| t.references :song, foreign_key: true }",
            "table:songs",
            id="the table of a foreign key",
        ),
        pytest.param(
            f"{SONGS}\nadd_index :songs, :title",
            "remove_index :songs, :title",
            "index:index_songs_on_title",
            id="an index that is named by its column",
        ),
        pytest.param(
            "create_enum :mood, %w[happy sad]",
            "create_table(:songs) { |t| t.enum :mood, enum_type: :mood }",
            "type:mood",
            id="an enum type",
        ),
        pytest.param(
            "enable_extension 'citext'",
            "create_table(:songs) { |t| t.citext :title }",
            "extension:citext",
            id="an extension",
        ),
        pytest.param(
            SONGS,
            "execute 'CREATE VIEW titles AS SELECT title FROM songs'",
            "table:songs",
            id="the table of a view",
        ),
        pytest.param(
            "execute 'CREATE VIEW titles AS SELECT 1 AS one'",
            "execute 'CREATE VIEW more AS SELECT one FROM titles'",
            "view:titles",
            id="a view that is used like a table",
        ),
        pytest.param(
            SONGS, "execute \"UPDATE songs SET title = 'x'\"", "table:songs", id="rows by SQL"
        ),
        pytest.param(
            SONGS,
            "execute 'CREATE TABLE old_songs (LIKE songs)'",
            "table:songs",
            id="a table that takes over another one's columns",
        ),
    ],
)
def test_a_migration_comes_after_the_one_that_provides_what_it_needs(first, second, because):
    graph = build_graph(read(one=first, two=second))

    assert (1, 2, because) in edges(graph, Tie.NEEDS)
    assert graph.violations == ()


def test_a_model_needs_its_table_and_the_columns_that_are_named():
    graph = build_graph(read(one=SONGS, two="Song.where(title: nil).update_all(title: 'x')"))

    assert {(1, 2, "table:songs"), (1, 2, "column:songs.title")} <= set(edges(graph, Tie.NEEDS))


def test_a_renamed_table_is_provided_by_the_renaming_one():
    graph = build_graph(
        read(
            one=SONGS,
            two="rename_table :songs, :tracks",
            three="add_index :tracks, :title",
        )
    )

    assert edges(graph, Tie.NEEDS) == [
        (1, 2, "table:songs"),
        (2, 3, "column:tracks.title"),
        (2, 3, "table:tracks"),
    ]


def test_who_only_touched_a_table_provides_nothing_of_it():
    graph = build_graph(
        read(one=SONGS, two="add_column :songs, :year, :integer", three="add_index :songs, :title")
    )

    assert not [edge for edge in edges(graph) if edge[:2] == (2, 3)]


def test_taking_something_away_comes_after_all_who_use_it():
    graph = build_graph(
        read(
            one=SONGS,
            two="add_column :songs, :year, :integer",
            three="Song.update_all(title: 'x')",
            four="drop_table :songs",
        )
    )

    assert edges(graph, Tie.DESTROYS) == [(2, 4, "table:songs"), (3, 4, "table:songs")]


def test_making_something_anew_comes_after_it_was_taken_away():
    graph = build_graph(read(one=SONGS, two="drop_table :songs", three=SONGS, four="Song.count"))

    assert (2, 3, "table:songs") in edges(graph, Tie.REUSES)
    assert edges(graph, Tie.NEEDS)[-1] == (3, 4, "table:songs")


@pytest.mark.parametrize(
    "later",
    [
        pytest.param("Song.where(title: 'x').delete_all", id="rows that are deleted"),
        pytest.param("change_column_null :songs, :title, false", id="no more NULLs"),
        pytest.param("add_index :songs, :title, unique: true", id="a unique index"),
        pytest.param("add_check_constraint :songs, 'title > 1', name: 'x'", id="a constraint"),
    ],
)
def test_who_depends_on_rows_comes_after_who_wrote_them(later):
    graph = build_graph(read(one=SONGS, two="Song.create!(title: 'x')", three=later))

    assert edges(graph, Tie.DATA) == [(2, 3, "data:songs")]


def test_taking_another_migration_back_undoes_what_it_did():
    graph = build_graph(
        read(one=SONGS, two="add_index :songs, :title", three="revert Two", four="revert Two")
    )

    assert (2, 3, "index:index_songs_on_title") in edges(graph, Tie.NEEDS)
    assert violations(graph) == [(4, "index:index_songs_on_title", None)]


# violations


def test_needing_what_only_a_later_one_creates_is_a_violation():
    graph = build_graph(
        read(
            settings="execute \"INSERT INTO system_settings (key) VALUES ('a')\"",
            create="create_table(:system_settings) { |t| t.string :key }",
        )
    )

    assert violations(graph) == [
        (1, "table:system_settings", 2),
        (1, "column:system_settings.key", 2),
    ]
    assert graph.cycles == ()


def test_only_the_order_of_the_versions_decides():
    table, user = "create_table(:songs)", "add_column :songs, :title, :string"

    right = [written("013", "create_songs", table), written("20", "add_title", user)]
    wrong = [written("20", "add_title", user), written("113", "create_songs", table)]

    assert build_graph(right).violations == ()
    assert violations(build_graph(wrong)) == [(20, "table:songs", 113)]


def test_needing_what_was_taken_away_before_is_a_violation():
    graph = build_graph(read(one=SONGS, two="drop_table :songs", three="Song.update_all(title: 1)"))

    assert violations(graph) == [(3, "table:songs", None)]
    assert number(graph.violations[0].removed_by) == 2


def test_one_violation_does_not_pull_others_behind_it():
    graph = build_graph(
        read(
            one="add_column :songs, :year, :integer",
            two="create_table(:songs)",
            three="add_index :songs, :year",
        )
    )

    assert violations(graph) == [(1, "table:songs", 2)]


@pytest.mark.parametrize(
    "user",
    [
        pytest.param("add_column :songs, :year, :integer if table_exists?(:songs)", id="if"),
        pytest.param("return unless table_exists?(:songs)\nSong.delete_all", id="return unless"),
        pytest.param("drop_table :songs, if_exists: true", id="if_exists"),
        pytest.param("execute 'DROP TABLE IF EXISTS songs'", id="SQL's own"),
        pytest.param("begin\n Song.delete_all\nrescue\nend", id="rescued"),
    ],
)
def test_what_is_guarded_is_no_violation(user):
    assert build_graph(read(one=user, two=SONGS)).violations == ()


def test_a_change_that_its_guard_leaves_out_of_a_new_database_is_told():
    guarded = "if table_exists?(:songs)\n  add_column :songs, :year, :integer\nend"
    graph = build_graph(read(one=guarded, two=SONGS))

    (skipped,) = graph.skipped
    assert (str(skipped.change), str(skipped.waits_for)) == ("column:songs.year", "table:songs")
    assert number(skipped.provided_by) == 2


def test_a_guard_that_somebody_makes_good_later_is_not_told():
    guarded = "add_column(:songs, :year, :integer) if table_exists?(:songs)"
    later = "add_column :songs, :year, :integer"

    assert build_graph(read(one=guarded, two=SONGS, three=later)).skipped == ()


def test_creating_only_what_is_not_there_leaves_the_first_provider():
    graph = build_graph(
        read(
            one=SONGS,
            two="create_table(:songs, if_not_exists: true)",
            three=f"{SONGS} unless table_exists?(:songs)",
            four="Song.count",
        )
    )

    assert edges(graph) == [(1, 4, "table:songs")]


def test_two_that_need_each_other_are_a_cycle():
    graph = build_graph(
        read(
            one="create_table(:albums) { |t| t.references :song, foreign_key: true }",
            two="create_table(:songs) { |t| t.references :album, foreign_key: true }",
        )
    )

    (cycle,) = graph.cycles
    assert [(number(it.before), number(it.after), str(it.because)) for it in cycle.edges] == [
        (2, 1, "table:songs"),
        (1, 2, "table:albums"),
    ]


def test_an_order_that_could_be_right_is_no_cycle():
    graph = build_graph(
        read(
            one="add_column :songs, :year, :integer",
            two="drop_table :songs, if_exists: true",
            three=SONGS,
        )
    )

    assert violations(graph) == [(1, "table:songs", 3)]
    assert graph.cycles == ()


# what cannot be told


@pytest.mark.parametrize(
    ("user", "needs", "why"),
    [
        pytest.param("add_column :users, :age, :integer", "table:users", "schema file", id="table"),
        pytest.param(
            "add_column :active_storage_blobs, :service_name, :string",
            "table:active_storage_blobs",
            "Active Storage",
            id="an engine's table",
        ),
    ],
)
def test_what_nobody_creates_is_noted_with_the_reason_why_that_may_be_fine(user, needs, why):
    graph = build_graph(read(one=user))

    (missing,) = graph.missing
    assert (str(missing.needs), graph.violations) == (needs, ())
    assert why in missing.why


def test_tables_that_rails_and_the_database_make_are_not_missing():
    body = "execute 'DELETE FROM schema_migrations'\nexecute 'SELECT * FROM pg_class'"

    assert build_graph(read(one=body), usual_engine().types).missing == ()


def test_code_that_cannot_be_read_is_told_with_its_place():
    graph = build_graph(read(one="create_table(:songs)\nexecute File.read('x')"))

    (part,) = graph.opaque
    assert (part.path, part.line) == ("db/migrate/1_one.rb", 4)


def test_a_table_whose_columns_are_not_known_lacks_none():
    graph = build_graph(
        read(
            one="execute 'CREATE TABLE songs AS SELECT * FROM pg_class'",
            two="add_index :songs, :title",
        )
    )

    assert (graph.violations, graph.missing) == ((), ())


def test_nothing_makes_an_empty_graph():
    graph = build_graph([])

    assert (graph.nodes, graph.edges, graph.violations) == ((), (), ())


@pytest.mark.parametrize("seed", range(5))
def test_files_that_were_cut_off_anywhere_break_nothing(seed):
    random = Random(seed)
    whole = [ruby("cut_off", *body).encode() for body in BODIES]
    cut = [text[: random.randrange(len(text))] for text in whole for _ in range(30)]

    migrations = [
        ReadMigration(version_of(str(place)), f"{place}_x.rb", parse_ruby(text))
        for place, text in enumerate(cut, start=1)
    ]

    assert len(build_graph(migrations).nodes) == len(cut)


BODIES = (
    ["create_table :songs do |t|", "  t.references :album, foreign_key: true", "end"],
    ["execute <<~SQL", "  UPDATE songs SET a = 1", "SQL", "rename_table :songs, :tracks"],
    ["revert do", "  drop_table :songs if table_exists?(:songs)", "end", "Song.find_each(&:save)"],
)
