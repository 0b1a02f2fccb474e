"""A schema file at a version that two files share: it stands for the one that ran."""

import pytest

from analyzer.workflow.repair.repairs import plan_files

SONGS, PHONE, SHARED = "20250101000000", "20250214100000", "20250301000004"
LATER = "20250305000001"


@pytest.fixture
def app(repo):
    repo.add(f"{SONGS}_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.add("20250110000000_create_tags.rb", "CreateTags", "create_table :tags")
    repo.add(f"{PHONE}_create_phones.rb", "CreatePhones", "create_table :phones")
    repo.commit()
    repo.move(f"{SONGS}_create_songs.rb", f"{SHARED}_create_songs.rb")
    repo.move("20250110000000_create_tags.rb", f"{LATER}_create_tags.rb")
    repo.commit()
    repo.add(f"{SHARED}_create_vats.rb", "CreateVats", "create_table :vats")
    return repo


@pytest.mark.parametrize("named", [SHARED, LATER])
def test_it_does_not_come_to_stand_for_a_file_that_never_ran(app, diagnosed, named):
    line = "ActiveRecord::Schema[7.1].define(version: {}) do"
    (app.path / "db/schema.rb").write_text(line.format(named) + "\nend\n")
    app.commit()

    planned = plan_files(diagnosed(app, [SONGS, "20250110000000", PHONE]))

    (step,) = planned.plan.schema_lines
    assert step.after == line.format(PHONE)
