"""A schema file has what the migrations make that it counts as run, and nothing besides."""

import pytest

from tests.support.commands.gates import SONGS, check, mend, on_main, started
from tests.support.histories.repositories import Repo

LATE = "20240115000000_rename_title.rb"
TABLES = {"songs": "title", "albums": "name"}


def schema(version: str = "2024_02_01_000000", **tables: str) -> str:
    told = "".join(
        f'  create_table "{table}", force: :cascade do |t|\n'
        + "".join(f'    t.string "{column}"\n' for column in columns.split())
        + "  end\n\n"
        for table, columns in tables.items()
    )
    return f"ActiveRecord::Schema[6.1].define(version: {version}) do\n{told}end\n"


@pytest.fixture
def repo(tmp_path) -> Repo:
    repo = started(tmp_path / "repo")
    repo.write("schema.rb", schema(**TABLES), folder="db")
    repo.commit("schema")
    repo.git("branch", "--force", "main")
    return repo


def _gap(repo: Repo) -> str | None:
    return next((it["what"] for it in check(repo).findings if it["code"] == "MD314"), None)


def test_an_edit_is_taken_back_with_what_the_schema_file_got_by_it(repo: Repo):
    body = ("create_table :songs do |t|", "  t.string :title", "  t.string :words", "end")
    repo.add(SONGS, "CreateSongs", *body)
    repo.write("schema.rb", schema(songs="title words", albums="name"), folder="db")
    repo.commit("edit")
    outcome = check(repo)
    assert outcome.codes == ["MD305"]

    mend(repo, outcome)

    assert (check(repo).status, repo.git("diff", "main").strip()) == (0, "")


def test_half_of_an_edit_that_was_taken_back_is_seen(repo: Repo):
    repo.write("schema.rb", schema(songs="title words", albums="name"), folder="db")
    repo.commit("half")
    outcome = check(repo)

    assert outcome.found("MD314")["what"] == (
        "db/schema.rb has column songs.words, which the migrations do not make"
    )
    mend(repo, outcome)
    assert check(repo).status == 0


def test_a_late_migration_that_no_loaded_database_gets_is_seen(repo: Repo):
    repo.add(LATE, "RenameTitle", "rename_column :songs, :title, :name")
    repo.commit("late")

    assert _gap(repo) == (
        "db/schema.rb lacks column songs.name, which migrations make that it counts as run, and "
        "has column songs.title, which the migrations do not make"
    )
    repo.write("schema.rb", schema(songs="name", albums="name"), folder="db")
    assert _gap(repo) is None


def test_a_conflict_settled_with_one_side_left_out_is_seen(repo: Repo):
    on_main(repo, "20240301000000_create_cats.rb", "CreateCats", "create_table(:cats)")
    repo.git("checkout", "--quiet", "main")
    repo.write("schema.rb", schema("2024_03_01_000000", **TABLES, cats=""), folder="db")
    repo.commit("cats")
    repo.git("checkout", "--quiet", "change")
    repo.add("20240302000000_create_dogs.rb", "CreateDogs", "create_table(:dogs)")
    repo.write("schema.rb", schema("2024_03_02_000000", **TABLES, dogs=""), folder="db")
    repo.commit("dogs")
    repo.git("merge", "--quiet", "--strategy-option", "ours", "main")

    assert _gap(repo) == (
        "db/schema.rb lacks table cats, which migrations make that it counts as run"
    ), (repo.path / "db/schema.rb").read_text()
    both = schema("2024_03_02_000000", **TABLES, cats="", dogs="")
    repo.write("schema.rb", both, folder="db")
    assert _gap(repo) is None


def test_what_was_so_before_the_change_is_none_of_its_business(repo: Repo):
    repo.git("checkout", "--quiet", "main")
    repo.write("schema.rb", schema(songs="title other", albums="name"), folder="db")
    repo.commit("a column that no migration makes")
    repo.git("checkout", "--quiet", "-B", "change", "main")
    repo.add("20240302000000_add_age.rb", "AddAge", "add_column :songs, :age, :string")
    text = schema("2024_03_02_000000", songs="title other age", albums="name")
    repo.write("schema.rb", text, folder="db")
    repo.commit("one more")

    assert check(repo).codes == []


def test_what_cannot_be_read_may_be_the_reason(repo: Repo):
    repo.add("20240302000000_add_age.rb", "AddAge", "Helper.add_all(:songs)")
    text = schema("2024_03_02_000000", songs="title age", albums="name")
    repo.write("schema.rb", text, folder="db")
    repo.commit("by code elsewhere")

    assert check(repo).codes == []


def test_the_revert_of_a_new_migration_is_taken_back_whole(repo: Repo):
    repo.git("checkout", "--quiet", "main")
    repo.add("20240301000000_create_cats.rb", "CreateCats", "create_table(:cats)")
    repo.write("schema.rb", schema("2024_03_01_000000", **TABLES, cats=""), folder="db")
    repo.commit("cats")
    repo.git("checkout", "--quiet", "-B", "change", "main")
    repo.git("revert", "--no-edit", "HEAD")
    outcome = check(repo)
    assert outcome.codes == ["MD304"]

    mend(repo, outcome)

    assert (check(repo).status, repo.git("diff", "main").strip()) == (0, "")


def test_a_version_that_went_back_alone_brings_the_content_back(repo: Repo):
    repo.write("schema.rb", schema("2024_01_01_000000", songs="title"), folder="db")
    repo.commit("an older dump")
    outcome = check(repo)

    mend(repo, outcome)

    assert (check(repo).status, repo.git("diff", "main").strip()) == (0, "")
