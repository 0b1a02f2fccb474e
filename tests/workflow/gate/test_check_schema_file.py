"""What the gate sees in db/schema.rb and db/structure.sql, and what it leaves alone."""

import subprocess

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, Outcome, check, mend, started
from tests.support.histories.repositories import Repo

AT_ALBUMS = "2024_02_01_000000"
HEAD = "ActiveRecord::Schema[7.0].define(version: {version}) do\n"


def schema(version: str = AT_ALBUMS, body: str = "") -> str:
    return f"{HEAD.format(version=version)}{body}end\n"


def structure(*versions: str, table: str = "schema_migrations") -> str:
    rows = ",\n".join(f"('{version}')" for version in versions)
    return f'INSERT INTO "{table}" (version) VALUES\n{rows};\n'


@pytest.fixture
def repo(tmp_path) -> Repo:
    return started(tmp_path / "repo")


def before(repo: Repo, **files: str) -> None:
    for name, text in files.items():
        repo.write(name.replace("_rb", ".rb").replace("_sql", ".sql"), text, folder="db")
    repo.commit("schema")
    repo.git("branch", "--force", "main")


def told(outcome: Outcome, severity: str = "error") -> list[str]:
    found = outcome.findings
    return [it["what"] for it in found if it["code"] == "MD314" and it["severity"] == severity]


def test_a_version_that_went_back_is_seen_and_put_back_as_rails_writes_it(repo: Repo):
    before(repo, schema_rb=schema())
    repo.write("schema.rb", schema("2024_01_01_000000"), folder="db")
    repo.commit("lowered")

    outcome = check(repo)

    assert told(outcome) == [
        "db/schema.rb says 2024_01_01_000000, and said 2024_02_01_000000 before the change"
    ]
    mend(repo, outcome)
    assert (repo.path / "db/schema.rb").read_text() == schema()
    assert check(repo).status == 0


def test_a_version_that_went_back_with_its_migration_is_no_matter(repo: Repo):
    """The branch's own migration is taken away again; what is left is in line."""
    before(repo, schema_rb=schema("2024_03_01_000000"))
    repo.write("schema.rb", schema(), folder="db")
    repo.commit("lowered")

    assert told(check(repo)) == []


@pytest.mark.parametrize("name", ["schema.rb", "structure.sql"])
def test_both_sides_of_a_conflict_are_seen(repo: Repo, name):
    sides = "<<<<<<< HEAD\n-- one\n=======\n-- other\n>>>>>>> theirs\n"
    before(repo, **{name.replace(".", "_"): schema() if name == "schema.rb" else "SELECT 1;\n"})
    repo.write(name, sides + schema(), folder="db")
    repo.commit("merged in haste")

    outcome = check(repo)

    assert told(outcome) == [f"db/{name} holds both sides of a merge conflict"]
    assert outcome.found("MD314")["line"] == 1


def test_a_heading_of_equals_signs_is_no_conflict(repo: Repo):
    before(repo, structure_sql=structure("20240101000000", "20240201000000"))
    text = "-- Title\n=======\n" + structure("20240101000000", "20240201000000")
    repo.write("structure.sql", text, folder="db")
    repo.commit("a comment")

    assert told(check(repo)) == []


def test_a_version_listed_twice_is_seen_and_its_second_line_deleted(repo: Repo):
    before(repo, structure_sql=structure("20240101000000", "20240201000000"))
    doubled = structure("20240101000000", "20240101000000", "20240201000000")
    repo.write("structure.sql", doubled, folder="db")
    repo.commit("merged")

    outcome = check(repo)

    assert told(outcome) == ["db/structure.sql lists 20240101000000 twice"]
    mend(repo, outcome)
    text = (repo.path / "db/structure.sql").read_text()
    assert text == structure("20240101000000", "20240201000000")


def test_a_doubled_last_version_is_deleted_without_breaking_the_statement(repo: Repo):
    before(repo, structure_sql=structure("20240101000000", "20240201000000"))
    doubled = structure("20240101000000", "20240201000000", "20240201000000")
    repo.write("structure.sql", doubled, folder="db")
    repo.commit("merged")

    mend(repo, check(repo))

    text = (repo.path / "db/structure.sql").read_text()
    assert text == structure("20240101000000", "20240201000000")


def test_a_recorded_rename_that_the_schema_file_does_not_know_is_seen(repo: Repo):
    before(repo, schema_rb=schema())
    repo.move(SONGS, "20240301000000_create_songs.rb")
    record = '[[rename]]\nold = "20240101000000"\nnew = "20240301000000"\nreason = "agreed"\n'
    repo.write("renames.toml", record, folder="db")
    repo.commit("renamed on purpose")

    outcome = check(repo)

    assert told(outcome, "warning") == [
        "db/schema.rb does not count 20240301000000_create_songs.rb as run"
    ]
    mend(repo, outcome)
    assert (repo.path / "db/schema.rb").read_text() == schema("2024_03_01_000000")
    assert check(repo).status == 0


def test_a_structure_file_that_nobody_writes_any_more_is_left_alone(repo: Repo):
    before(repo, schema_rb=schema(), structure_sql=structure("20230101000000"))
    repo.add("20240301000000_create_cats.rb", "CreateCats", "create_table :cats")
    repo.write("schema.rb", schema("2024_03_01_000000", '  create_table "cats"\n'), folder="db")
    repo.commit("cats")

    outcome = check(repo)

    assert outcome.codes == []


def test_the_list_of_data_migrations_is_another_matter(repo: Repo):
    rows = structure("20240101000000", "20240201000000")
    before(repo, structure_sql=rows)
    other = structure("20200101000000", "20200101000000", table="data_migrations")
    repo.write("structure.sql", rows + other, folder="db")
    repo.write("data_schema.rb", "DataMigrate::Data.define(version: 20990101000000)\n", folder="db")
    repo.commit("data")

    assert check(repo).codes == []


def test_a_rename_that_must_go_back_leaves_the_schema_file_as_it_was(repo: Repo):
    before(repo, schema_rb=schema())
    repo.move(ALBUMS, "20240301000000_create_albums.rb")
    repo.commit("renamed")

    outcome = check(repo)
    for command in outcome.commands:
        subprocess.run(["sh", "-ec", command], cwd=repo.path, check=True, capture_output=True)

    assert (repo.path / "db/schema.rb").read_text() == schema()
    assert check(repo).status == 0


DUMPED = {
    "schema.rb": (schema(), schema("2024_04_01_000002")),
    "structure.sql": (
        structure("20240101000000", "20240201000000"),
        structure("20240401000001", "20240401000002"),
    ),
}


@pytest.mark.parametrize("name", DUMPED)
def test_a_rename_goes_back_with_the_line_that_its_dump_changed(repo: Repo, name):
    """As whoever renames migrations finds it: they migrated, and Rails wrote the file anew."""
    was, is_ = DUMPED[name]
    before(repo, **{name.replace(".", "_"): was})
    repo.move(SONGS, "20240401000001_create_songs.rb")
    repo.move(ALBUMS, "20240401000002_create_albums.rb")
    repo.write(name, is_, folder="db")
    repo.commit("renumbered, and dumped")

    outcome = check(repo)
    for command in outcome.commands:
        subprocess.run(["sh", "-ec", command], cwd=repo.path, check=True, capture_output=True)

    assert "by hand" not in outcome.out
    assert (repo.path / "db" / name).read_text() == was
    assert check(repo).status == 0
