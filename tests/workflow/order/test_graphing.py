import json
import os
import subprocess
from xml.etree import ElementTree as ET

import pytest

from analyzer.cli.main import run
from tests.support.commands.json_schemas import demand_promised
from tests.support.histories.repositories import Repo

ARTISTS = "create_table :artists"
SCHEMA = "ActiveRecord::Schema[7.0].define(version: 2024_01_09_000000) do\nend\n"


@pytest.fixture
def repo(tmp_path):
    return Repo.make(tmp_path / "app")


def add(repo, day, slug, *body):
    name = "".join(part.capitalize() for part in slug.split("_"))
    repo.add(f"202401{day:02}000000_{slug}.rb", name, *body)


def graph(repo, *arguments, capsysbinary):
    """Status, standard output and standard error of ``migdoctor graph``."""
    status = run(["graph", "--repo", str(repo.path), *arguments])
    captured = capsysbinary.readouterr()
    demand_promised(["graph", *arguments], captured.out)
    return status, os.fsdecode(captured.out), captured.err.decode()


def healthy(repo):
    add(repo, 1, "create_artists", ARTISTS)
    add(repo, 2, "add_name", "add_column :artists, :name, :string")
    repo.commit()


def early(repo):
    """The column before its table."""
    add(repo, 1, "add_name", "add_column :artists, :name, :string")
    add(repo, 2, "create_artists", ARTISTS)
    repo.commit()


def apply_fix(repo, version, capsysbinary):
    """Write the fix, apply it with git, and return its patch."""
    status, patch, _ = graph(repo, "--fix", version, capsysbinary=capsysbinary)
    assert status == 0
    place = repo.path.parent / "fix.patch"
    place.write_bytes(os.fsencode(patch))
    repo.git("apply", "--index", str(place))
    return patch


def test_an_order_that_holds_is_status_0(repo, capsysbinary):
    healthy(repo)

    status, text, _ = graph(repo, capsysbinary=capsysbinary)

    assert status == 0
    assert text.startswith("The order holds")
    assert "20240102000000_add_name\n    20240101000000_create_artists  table artists" in text


@pytest.mark.parametrize("ran", [True, False])
def test_a_file_that_ran_is_renamed_together_with_its_row(repo, capsysbinary, ran):
    early(repo)
    rows = repo.path.parent / "rows"
    rows.write_text("20240101000000\n20240102000000\n" if ran else "20240101000000\n")

    _, text, _ = graph(repo, "--rows", str(rows), capsysbinary=capsysbinary)

    told = " ".join(text.split())
    assert ("its row must be rewritten before the next migrate" in told) is ran
    assert ("| git apply && migdoctor rewrite --apply" in told) is ran
    assert "| git apply" in told


def test_an_order_that_is_broken_is_status_1_in_every_format(repo, capsysbinary):
    early(repo)

    for format_ in ("text", "json", "mermaid", "dot", "svg"):
        assert graph(repo, "--format", format_, capsysbinary=capsysbinary)[0] == 1


def test_a_renamed_migration_breaks_the_order_from_its_rename_on(repo, capsysbinary):
    healthy(repo)
    before = repo.git("rev-parse", "HEAD").strip()
    repo.move("20240101000000_create_artists.rb", "20240109000000_create_artists.rb")
    repo.commit()

    now = json.loads(graph(repo, "--format", "json", capsysbinary=capsysbinary)[1])
    then = json.loads(
        graph(repo, "--ref", before, "--format", "json", capsysbinary=capsysbinary)[1]
    )

    assert [(it["version"], it["needs"], it["provided_by"]) for it in now["violations"]] == [
        ("20240102000000", "table:artists", "20240109000000")
    ]
    assert then["violations"] == []


def test_a_file_that_never_ran_gets_the_version_that_restores_the_order(repo, capsysbinary):
    early(repo)

    patch = apply_fix(repo, "20240101000000", capsysbinary)

    assert "rename to db/migrate/20231231235959_create_artists.rb" in patch
    assert graph(repo, capsysbinary=capsysbinary)[0] == 0


def test_a_version_is_found_between_two_that_are_taken(repo, capsysbinary):
    repo.add("5_one.rb", "One", "create_table :things")
    repo.add("6_two.rb", "Two", "add_reference :artists, :thing")
    repo.add(
        "9_three.rb",
        "Three",
        "create_table(:artists) { |t| t.references :thing, foreign_key: true }",
    )
    repo.commit()

    patch = apply_fix(repo, "6", capsysbinary)

    assert "rename from db/migrate/6_two.rb\nrename to db/migrate/10_two.rb" in patch
    assert graph(repo, capsysbinary=capsysbinary)[0] == 0


def test_structure_sql_tells_which_of_two_never_ran(repo, capsysbinary):
    early(repo)
    ran = "INSERT INTO \"schema_migrations\" (version) VALUES\n('20240102000000');\n"
    repo.write("structure.sql", ran, folder="db")

    patch = apply_fix(repo, "20240101000000", capsysbinary)

    assert "rename to db/migrate/20240102000001_add_name.rb" in patch
    assert graph(repo, capsysbinary=capsysbinary)[0] == 0


def test_files_that_ran_keep_their_versions_and_the_statement_is_split_off(repo, capsysbinary):
    early(repo)
    repo.write("schema.rb", SCHEMA, folder="db")

    apply_fix(repo, "20240101000000", capsysbinary)

    new = repo.path / "db/migrate/20240102000001_add_name_after_create_artists.rb"
    old = repo.path / "db/migrate/20240101000000_add_name.rb"
    assert "if table_exists?(:artists)\n      add_column" in old.read_text()
    assert "class AddNameAfterCreateArtists < ActiveRecord::Migration[6.1]" in new.read_text()
    assert "unless column_exists?(:artists, :name)\n      add_column" in new.read_text()
    assert graph(repo, capsysbinary=capsysbinary)[0] == 0


def test_what_has_nothing_to_do_yet_gets_a_guard_only(repo, capsysbinary):
    statement = ("execute <<~SQL", "  DELETE FROM plays", "SQL")
    add(repo, 1, "clean", *statement)
    add(repo, 2, "create_plays", "create_table :plays")
    repo.write("schema.rb", SCHEMA, folder="db")
    repo.commit()

    patch = apply_fix(repo, "20240101000000", capsysbinary)

    assert "+    if table_exists?(:plays)" in patch
    assert "new file" not in patch
    assert graph(repo, capsysbinary=capsysbinary)[0] == 0


def test_two_that_need_each_other_are_split(repo, capsysbinary):
    key = "  t.references :song, null: false, foreign_key: { on_delete: :cascade }"
    add(repo, 1, "create_a", "create_table :albums do |t|", key, "end")
    add(
        repo,
        2,
        "create_b",
        "create_table :songs do |t|",
        "  t.references :album, foreign_key: true",
        "end",
    )
    repo.commit()
    status, text, _ = graph(repo, capsysbinary=capsysbinary)
    assert status == 1
    assert "1 cycle: no order is right" in text

    patch = apply_fix(repo, "20240101000000", capsysbinary)

    assert "+      t.references :song, null: false\n" in patch
    assert "add_foreign_key :albums, :songs, column: :song_id, on_delete: :cascade" in patch
    assert graph(repo, capsysbinary=capsysbinary)[0] == 0


def test_a_loop_is_split_off_as_a_whole(repo, capsysbinary):
    add(
        repo,
        1,
        "add_two",
        "%w[name city].each do |column|",
        "  add_column :artists, column, :string",
        "end",
    )
    add(repo, 2, "create_artists", ARTISTS)
    repo.write("schema.rb", SCHEMA, folder="db")
    repo.commit()

    patch = apply_fix(repo, "20240101000000", capsysbinary)

    assert "+      %w[name city].each do |column|" in patch
    assert graph(repo, capsysbinary=capsysbinary)[0] == 0


def test_rows_that_would_be_inserted_twice_are_left_to_a_person(repo, capsysbinary):
    add(repo, 1, "fill", "execute \"INSERT INTO artists (name) VALUES ('x')\"")
    add(repo, 2, "create_artists", "create_table(:artists) { |t| t.string :name }")
    repo.write("schema.rb", SCHEMA, folder="db")
    repo.commit()

    status, patch, said = graph(repo, "--fix", "20240101000000", capsysbinary=capsysbinary)

    assert (status, patch) == (1, "")
    assert "Not written: move what needs table:artists into a new migration after" in said


def test_a_line_without_its_line_feed_and_carriage_returns_survive_the_fix(repo, capsysbinary):
    text = (
        "class A < ActiveRecord::Migration[7.0]\r\n  def up\r\n    Play.delete_all\r\n  end\r\nend"
    )
    repo.write("20240101000000_a.rb", text.encode() + b" # caf\xe9")
    add(repo, 2, "create_plays", "create_table :plays")
    repo.write("schema.rb", SCHEMA, folder="db")
    repo.commit()

    apply_fix(repo, "20240101000000", capsysbinary)

    fixed = (repo.path / "db/migrate/20240101000000_a.rb").read_bytes()
    assert b"    if table_exists?(:plays)\r\n      Play.delete_all\r\n    end\r\n" in fixed
    assert fixed.endswith(b"end # caf\xe9")


def test_a_folder_with_an_awkward_name_can_be_fixed(repo, capsysbinary):
    folder = 'odd "name"\té\\/db/migrate'
    repo.add("20240101000000_add_name.rb", "AddName", "add_column :a, :b, :string", folder=folder)
    repo.add("20240102000000_create_a.rb", "CreateA", "create_table :a", folder=folder)
    repo.commit()

    apply_fix(repo, "20240101000000", capsysbinary)

    assert (repo.path / folder / "20231231235959_create_a.rb").exists()


def test_nothing_to_fix_is_said_and_is_status_0(repo, capsysbinary):
    healthy(repo)

    status, patch, said = graph(repo, "--fix", "20240102000000", capsysbinary=capsysbinary)

    assert (status, patch) == (0, "")
    assert "there is nothing to fix" in said


def test_around_a_version_what_it_drags_along_is_named(repo, capsysbinary):
    healthy(repo)
    add(repo, 3, "create_albums", "create_table :albums")
    repo.commit()

    status, text, _ = graph(repo, "--around", "20240102000000", capsysbinary=capsysbinary)

    assert status == 0
    assert "1 migration must run before it\n  20240101000000_create_artists" in text
    assert "create_albums" not in text


@pytest.mark.parametrize("option", ["--around", "--fix"])
def test_a_version_that_no_file_has_is_status_2(repo, capsysbinary, option):
    healthy(repo)

    status, out, said = graph(repo, option, "1", capsysbinary=capsysbinary)

    assert (status, out) == (2, "")
    assert f"{option} 1: no migration has this version" in said


def test_of_several_applications_the_largest_is_taken_and_the_others_are_named(repo, capsysbinary):
    healthy(repo)
    repo.add("20240101000000_create_plays.rb", "CreatePlays", folder="aaa/db/migrate")
    repo.commit()

    largest = graph(repo, capsysbinary=capsysbinary)[1]
    given = graph(repo, "--dir", "aaa/db/migrate", capsysbinary=capsysbinary)[1]

    assert "Code:  db/migrate in the working tree, 2 files" in largest
    assert "also there: aaa/db/migrate" in largest
    assert "Code:  aaa/db/migrate in the working tree, 1 file" in given


def test_a_broken_file_is_told_and_the_rest_goes_on(repo, capsysbinary):
    healthy(repo)
    repo.write("20240103000000_broken.rb", b"class Broken < \xff(((\0 def change do\n create_table")
    repo.write("20240104000000_huge.rb", b"# " + b"x" * (11 << 20))
    repo.commit()

    status, text, _ = graph(repo, capsysbinary=capsysbinary)

    assert status == 0
    assert "incomplete" in text
    assert "20240104000000_huge.rb" in text
    assert "20240101000000_create_artists  table artists" in text


def test_a_bare_repository_will_do(repo, tmp_path, capsysbinary):
    early(repo)
    bare = tmp_path / "bare"
    subprocess.run(["git", "clone", "-q", "--bare", repo.path, bare], check=True)

    status, patch, _ = graph(Repo(bare), "--fix", "20240101000000", capsysbinary=capsysbinary)

    assert status == 0
    assert "rename to db/migrate/20231231235959_create_artists.rb" in patch


def test_the_drawing_goes_into_a_file(repo, tmp_path, capsysbinary):
    healthy(repo)
    place = tmp_path / "graph.svg"

    status, out, _ = graph(repo, "--format", "svg", "-o", str(place), capsysbinary=capsysbinary)

    assert (status, out) == (0, "")
    assert ET.parse(place).getroot().tag.endswith("svg")


def test_a_folder_without_migrations_makes_an_empty_graph(repo, capsysbinary):
    repo.write("README.md", "none yet")
    repo.commit()

    for format_ in ("text", "json", "mermaid", "dot", "svg"):
        assert graph(repo, "--format", format_, capsysbinary=capsysbinary)[0] == 0


def test_of_a_long_history_a_picture_shows_what_breaks_the_order(tmp_path, capsysbinary):
    repo = Repo.make(tmp_path / "long")
    for number in range(70):
        repo.add(
            f"{20240101000000 + number}_make_t{number}.rb",
            f"MakeT{number}",
            f"create_table :t{number}",
        )
    repo.add("20230101000000_early.rb", "Early", "add_column :t5, :x, :integer")
    repo.commit()

    status, brief, said = graph(repo, "--format", "dot", capsysbinary=capsysbinary)
    _, whole, _ = graph(repo, "--format", "dot", "--all", capsysbinary=capsysbinary)
    _, text, _ = graph(repo, "--format", "json", capsysbinary=capsysbinary)

    assert status == 1
    assert ("make_t5" in brief, "make_t6" in brief) == (True, False)
    assert "--all draws them too" in said
    assert "make_t69" in whole
    assert "make_t69" in text


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """70 migrations of which nothing breaks the order; the 41st was renamed after it ran."""
    repo = Repo.make(tmp_path_factory.mktemp("long") / "app")
    names = [f"{20240101000000 + number}_make_t{number}.rb" for number in range(70)]
    for number, name in enumerate(names):
        repo.add(name, f"MakeT{number}", f"create_table :t{number}")
    repo.add("20250101000000_more.rb", "More", "add_column :t40, :x, :integer")
    repo.commit()
    repo.move(names[40], "20241231000000_make_t40.rb")
    repo.commit()
    rows = [*(name[:14] for name in names[:69]), "20250101000000"]
    repo.write("rows", "\n".join(rows) + "\n", ".")
    return repo


def test_of_a_long_history_a_picture_shows_what_was_renamed(long, capsysbinary):
    status, text, said = graph(
        long, "--rows", str(long.path / "rows"), "--format", "dot", capsysbinary=capsysbinary
    )

    assert status == 0
    assert "make_t40\\nrenamed, ran as 20240101000040" in text
    assert "more\\napplied" in text
    assert "make_t39" not in text
    assert "Drawn: 2 migrations" in said
    assert "69 are left out, and --all draws them too" in said


@pytest.mark.parametrize("format_", ["text", "dot", "svg", "mermaid"])
def test_where_nothing_is_amiss_the_newest_are_shown(long, format_, capsysbinary):
    _, text, said = graph(long, "--format", format_, capsysbinary=capsysbinary)

    assert "make_t69" in text or format_ == "text"
    assert "make_t3<" not in text
    assert "the newest" in " ".join((text + said).split())
    assert "no database was read" in " ".join((text + said).split())


def test_the_whole_is_shown_on_request_and_json_always_has_it(long, capsysbinary):
    rows = ("--rows", str(long.path / "rows"))
    _, whole, said = graph(long, "--all", "--format", "dot", *rows, capsysbinary=capsysbinary)
    _, text, _ = graph(long, "--format", "json", *rows, capsysbinary=capsysbinary)

    assert "make_t3\\napplied" in whole
    assert "Drawn" not in said
    found = json.loads(text)
    states = [node["state"] for node in found["nodes"]]
    assert [states.count(it) for it in ("applied", "renamed", "pending")] == [69, 1, 1]
    assert found["marks"]["why"] is None


def test_a_database_that_was_named_must_be_readable_and_one_that_was_not_need_not(
    long, capsysbinary, monkeypatch
):
    nowhere = "postgresql://nobody:hush@127.0.0.1:1/none"
    status, _, said = graph(long, "--database-url", nowhere, capsysbinary=capsysbinary)
    assert (status, "127.0.0.1:1" in said) == (2, True)

    monkeypatch.setenv("DATABASE_URL", nowhere)
    status, text, said = graph(long, capsysbinary=capsysbinary)
    assert status == 0
    assert "Marks: none of applied, renamed, pending: no PostgreSQL server answers" in " ".join(
        text.split()
    )
    assert "hush" not in text + said
