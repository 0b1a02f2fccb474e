import pytest

from analyzer.model.effects.inverse import inverse
from analyzer.model.effects.objects import ObjectRef, summary
from tests.support.frameworks.migration_text import effects, replayed


def names(refs):
    return sorted(str(ref) for ref in refs)


@pytest.mark.parametrize(
    ("body", "role", "expected"),
    [
        pytest.param(
            "create_table(:songs) { |t| t.string :title, index: true }",
            "creates",
            ["column:songs.id", "column:songs.title", "index:index_songs_on_title", "table:songs"],
            id="create table",
        ),
        pytest.param(
            "add_column :songs, :title, :string", "alters", ["table:songs"], id="add column alters"
        ),
        pytest.param("drop_table :songs", "drops", ["table:songs"], id="drop table"),
        pytest.param("rename_table :a, :b", "drops", ["table:a"], id="rename drops"),
        pytest.param("rename_table :a, :b", "creates", ["table:b"], id="rename creates"),
        pytest.param(
            "add_foreign_key :songs, :artists",
            "needs",
            ["column:songs.artist_id", "table:artists"],
            id="foreign key",
        ),
        pytest.param(
            "add_column :a, :b, :enum, enum_type: :mood", "needs", ["type:mood"], id="enum"
        ),
        pytest.param(
            "add_column :a, :b, :citext", "needs", ["extension:citext"], id="extension of a type"
        ),
        pytest.param(
            "add_column :a, :b, :uuid, default: -> { 'uuid_generate_v4()' }",
            "needs",
            ["extension:uuid-ossp"],
            id="extension of a default",
        ),
        pytest.param(
            "add_index :a, :b, using: :gin, opclass: :gin_trgm_ops",
            "needs",
            ["column:a.b", "extension:pg_trgm"],
            id="extension of an index",
        ),
        pytest.param(
            "SystemSetting.create!(key: 'a')", "writes", ["data:system_settings"], id="rows written"
        ),
        pytest.param(
            "SystemSetting.create!(key: 'a')",
            "needs",
            ["table:system_settings"],
            id="rows need their table",
        ),
        pytest.param("Song.first", "reads", ["data:songs"], id="rows read"),
        pytest.param(
            "drop_table :a if table_exists?(:a)", "drops", ["table:a"], id="under a condition"
        ),
    ],
)
def test_an_effect_names_the_objects_it_touches(body, role, expected):
    assert names(getattr(summary(effects(body)), role)) == expected


def test_a_summary_counts_what_cannot_be_known():
    assert summary(effects("execute foo\nbar(1)")).opaque == 2


def test_an_object_is_shown_by_kind_and_name():
    assert str(ObjectRef("table", "songs")) == "table:songs"


@pytest.mark.parametrize(
    "body",
    [
        "create_table(:songs) { |t| t.string :title, index: true }",
        "add_column :base, :note, :text",
        "add_index :base, :kept",
        "rename_table :base, :other",
        "rename_column :base, :kept, :other",
        "change_column_null :base, :kept, false",
        "change_column_default :base, :kept, from: nil, to: 'x'",
        "add_check_constraint :base, 'kept > 0', name: 'c'",
        "create_enum :mood, %w[happy]",
        "enable_extension 'hstore'",
        "create_view :v",
    ],
)
def test_an_effect_and_its_inverse_leave_the_schema_as_it_was(body):
    base = "create_table(:base) { |t| t.string :kept }"

    assert replayed(base, body, f"revert do\n{body}\nend").schema == replayed(base).schema


def test_what_loses_its_definition_has_no_inverse():
    (found,) = effects("drop_table :songs")

    assert inverse(found) is None
