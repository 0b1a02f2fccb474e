import pytest

from analyzer.model.effects import effect as e
from tests.support.frameworks.migration_text import effects


def created(body, version):
    (found,) = effects(f"create_table :songs do |t|\n  {body}\nend", version)
    return found.table


@pytest.mark.parametrize(
    ("version", "kind"),
    [("", "integer"), ("4.2", "integer"), ("5.0", "integer"), ("5.1", "bigint")],
)
def test_keys_and_references_are_bigint_from_5_1(version, kind):
    table = created("t.references :artist", version)

    assert [column.type for column in table.columns] == [kind, kind]


@pytest.mark.parametrize(("version", "indexed"), [("", 0), ("4.2", 0), ("5.0", 1), ("8.1", 1)])
def test_references_are_indexed_from_5_0(version, indexed):
    assert len(created("t.references :artist", version).indexes) == indexed


@pytest.mark.parametrize(("version", "null"), [("", True), ("4.2", True), ("5.0", False)])
def test_timestamps_forbid_null_from_5_0(version, null):
    assert {column.null for column in created("t.timestamps", version).columns[1:]} == {null}


@pytest.mark.parametrize(
    ("version", "stamps", "datetime"), [("5.2", None, None), ("6.0", 6, None), ("7.0", 6, 6)]
)
def test_precision_comes_with_6_0_for_timestamps_and_7_0_for_all(version, stamps, datetime):
    table = created("t.timestamps\n  t.datetime :at", version)

    assert [it.precision for it in table.columns[1:]] == [stamps, stamps, datetime]


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("7.0", "index_account_linked_accounts_on_account_id_and_linked_account_id"),
        ("7.1", "idx_on_account_id_linked_account_id_48ab9f79d2"),  # as Rails wrote it
    ],
)
def test_a_long_index_name_is_shortened_from_7_1(version, name):
    (found,) = effects(
        "add_index :account_linked_accounts, %i[account_id linked_account_id]", version
    )

    assert found.index.name == name


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("6.0", "index_notes_on_owner_type_and_owner_id"),
        ("6.1", "index_notes_on_owner"),
    ],
)
def test_a_polymorphic_index_is_named_by_its_reference_from_6_1(version, name):
    found = effects("add_reference :notes, :owner, polymorphic: true", version)

    assert [it.index.name for it in found if isinstance(it, e.AddIndex)] == [name]


def test_several_columns_could_be_removed_at_once_before_versions():
    found = effects("remove_column :songs, :a, :b, :c", "")

    assert [it.name for it in found] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("version", "default"), [("5.0", "uuid_generate_v4()"), ("5.1", "gen_random_uuid()")]
)
def test_a_uuid_key_gets_the_default_of_its_time(version, default):
    (found,) = effects("create_table :songs, id: :uuid", version)

    assert found.table.columns[0].default.text == default
