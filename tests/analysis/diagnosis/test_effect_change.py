"""Whether an edit changed what a migration does."""

import pytest

from analyzer.analysis.diagnosis.effect_change import effects_differ
from analyzer.frameworks.rails.language.migrations import parse_ruby
from tests.support.histories.repositories import migration


def does(*body: str):
    return parse_ruby(migration("ChangeSongs", *body).encode()).effects


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        pytest.param(
            ["create_table :songs"], ["# why", "create_table(:songs)"], False, id="layout only"
        ),
        pytest.param(
            ["add_column :songs, :a, :string"],
            ["add_column :songs, :a, :text"],
            True,
            id="another type",
        ),
        pytest.param(
            ["add_column :songs, :a, :string"],
            ["add_column :songs, :a, :string", "add_index :songs, :a"],
            True,
            id="one effect more",
        ),
        pytest.param(
            ["drop_table :a", "drop_table :b"],
            ["drop_table :b", "drop_table :a"],
            True,
            id="another order",
        ),
        pytest.param(["Secret.call(1)"], ["Secret.call(2)"], None, id="only Ruby could know"),
    ],
)
def test_an_edit_is_judged_by_what_the_migration_does(before, after, changed):
    assert effects_differ(does(*before), does(*after)) is changed
