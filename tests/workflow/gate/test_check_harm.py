"""What a new migration would do to a database that has all that is merged."""

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, check, mend, on_main, run, started
from tests.support.histories.repositories import Repo

NEW = "20240301000000"
TITLED = "  t.string :title"
MADE = ("create_table :songs do |t|", TITLED, "end")
FORCED = ("create_table :songs, force: true do |t|", TITLED, "end")
GUARDED = (*MADE[:2], "end unless table_exists?(:songs)")
ASKED = ("create_table :songs, if_not_exists: true do |t|", TITLED, "end")
ANEW = ("remove_column :songs, :title", "add_column :songs, :title, :text")


@pytest.fixture
def repo(tmp_path) -> Repo:
    return started(tmp_path / "repo")


HARM = [
    pytest.param("MD319", MADE, "PG::DuplicateTable", id="table made again"),
    pytest.param("MD319", ["add_column :songs, :title, :text"], "PG::DuplicateColumn", id="column"),
    pytest.param("MD319", ["remove_column :songs, :n"], "PG::UndefinedColumn", id="no such column"),
    pytest.param("MD320", FORCED, "songs", id="force over rows"),
    pytest.param("MD320", ["drop_table :songs", *MADE], "songs", id="drop, then make"),
    pytest.param("MD320", ANEW, "title", id="column made anew"),
]


@pytest.mark.parametrize(("code", "body", "said"), HARM)
def test_a_new_migration_that_does_harm_for_certain_shuts_the_gate(repo: Repo, code, body, said):
    repo.add(f"{NEW}_do_harm.rb", "DoHarm", *body)
    repo.commit("harm")

    outcome = check(repo)

    assert outcome.status == 1
    found = outcome.found(code)
    assert found["severity"] == "error"
    assert said in found["what"] + found["why"]
    assert (SONGS in found["why"]) == (said != "PG::UndefinedColumn")


HARMLESS = [
    pytest.param(["create_table :cats do |t|", TITLED, "end"], id="a new table"),
    pytest.param(["drop_table :songs"], id="a removal that the text says"),
    pytest.param(["remove_column :songs, :title"], id="a column that the text removes"),
    pytest.param(ASKED, id="asked first"),
    pytest.param(GUARDED, id="guarded"),
    pytest.param(["add_column :elsewhere, :title, :string"], id="a table that no file makes"),
    pytest.param(["rename_table :songs, :tunes", *MADE], id="made room first"),
    pytest.param(["Song.where(title: 'x').update_all(title: 'y')"], id="a backfill"),
    pytest.param(["Song.find_each { |it| it.update!(title: 'y') }"], id="one row after the other"),
    pytest.param(["execute \"UPDATE songs SET title = 'y'\""], id="an UPDATE"),
    pytest.param(["change_column :songs, :title, :text"], id="another type"),
]


@pytest.mark.parametrize("body", HARMLESS)
def test_what_may_go_well_or_is_announced_passes(repo: Repo, body):
    repo.add(f"{NEW}_change.rb", "Change", *body)
    repo.commit("a change")

    assert check(repo).status == 0


MERGED_CHAINS = [
    pytest.param(
        ["add_column :songs, :nick, :string", "rename_column :songs, :nick, :name"],
        ["add_index :songs, :name, name: 'by_name'"],
        id="a column that was renamed",
    ),
    pytest.param(
        ["add_column :songs, :n, :integer", "rename_column :songs, :title, :old"],
        ["add_index :songs, :n, include: [:old], name: 'by_n'"],
        id="a column that an index carries along",
    ),
    pytest.param(
        ["rename_table :songs, :tunes", "rename_column :tunes, :title, :name"],
        ["rename_column :tunes, :name, :title"],
        id="a table that was renamed",
    ),
    pytest.param(
        ["add_index :songs, :title", "rename_table :songs, :tunes"],
        ["remove_index :tunes, name: 'index_tunes_on_title'"],
        id="an index that was renamed with its table",
    ),
    pytest.param(
        ["add_reference :albums, :song, foreign_key: true", "remove_column :albums, :song_id"],
        ["drop_table :songs"],
        id="a foreign key that went with its column",
    ),
    pytest.param(
        ["execute 'CREATE TABLE hits (LIKE elsewhere)'"],
        ["add_index :hits, :title, name: 'by_title'"],
        id="columns of a table that no file makes",
    ),
    pytest.param(
        ["rename_table :songs, :tunes"],
        ["add_column :tunes, :n, :integer if Song.column_names.include?('title')"],
        id="a class that may use another table",
    ),
]


@pytest.mark.parametrize(("merged", "new"), MERGED_CHAINS)
def test_what_merged_migrations_led_to_step_by_step_is_known(repo: Repo, merged, new):
    repo.git("checkout", "--quiet", "main")
    for place, line in enumerate(merged):
        repo.add(f"2024021000000{place}_step{place}.rb", f"Step{place}", line)
    repo.commit("steps")
    repo.git("checkout", "--quiet", "-B", "change")
    repo.add(f"{NEW}_change.rb", "Change", *new)
    repo.commit("a change")

    outcome = check(repo)

    assert outcome.status == 0, outcome.out


def both(force: str = "") -> list[str]:
    return [
        f"create_table :songs{force} do |t|",
        TITLED,
        "end",
        f"create_table :albums{force} do |t|",
        "  t.string :name",
        "end",
    ]


def squashed(repo: Repo, version: str, force: str = "") -> None:
    repo.remove(SONGS)
    repo.remove(ALBUMS)
    repo.add(f"{version}_init_schema.rb", "InitSchema", *both(force))
    repo.commit("squash")


@pytest.mark.parametrize("force", ["", ", force: true"])
def test_a_squash_that_takes_over_the_last_version_is_sound(repo: Repo, force):
    squashed(repo, "20240201000000", force)

    outcome = check(repo)

    assert outcome.status == 0, outcome.out
    assert sorted(outcome.codes) == ["MD304", "MD304", "MD306"]
    assert all(found["command"] is None for found in outcome.findings)


@pytest.mark.parametrize("force", ["", ", force: true"])
@pytest.mark.parametrize("version", [NEW, "20240101000000"])
def test_a_squash_under_another_version_is_given_the_last_one(repo: Repo, force, version):
    squashed(repo, version, force)

    outcome = check(repo)

    assert outcome.status == 1
    assert set(outcome.commands) == {
        f"git mv -- db/migrate/{version}_init_schema.rb db/migrate/20240201000000_init_schema.rb"
    }
    mend(repo, outcome)
    repo.commit("repaired")
    assert check(repo).status == 0


def test_a_squash_that_makes_more_than_was_there_is_none(repo: Repo):
    repo.remove(SONGS)
    repo.remove(ALBUMS)
    repo.add("20240201000000_init_schema.rb", "InitSchema", *both(), "create_table :cats")
    repo.commit("squash and more")

    outcome = check(repo)

    assert outcome.status == 1
    assert outcome.found("MD304")["severity"] == "error"
    mend(repo, outcome)
    repo.commit("repaired")
    assert check(repo).status == 0


@pytest.mark.parametrize("setting", ["color.ui", "color.grep"])
def test_colours_that_git_is_told_to_write_hide_no_harm(repo: Repo, setting):
    repo.add("20240401000000_add_title.rb", "AddTitle", "add_column :songs, :title, :string")
    repo.git("config", setting, "always")

    assert "MD319" in check(repo).codes


def test_a_name_that_no_program_can_be_asked_about_hides_no_harm(repo: Repo):
    repo.add(
        "20240401000000_add_title.rb",
        "AddTitle",
        r'add_column "so\0ngs", :x, :string',
        "add_column :songs, :title, :string",
    )

    outcome = check(repo)

    assert outcome.status == 1, outcome.err
    assert "MD319" in outcome.codes


@pytest.mark.parametrize("setting", [r'folders = ["db\u0000/migrate"]', r'base = "ma\u0000in"'])
def test_a_setting_that_no_program_can_be_asked_about_is_told(repo: Repo, setting):
    repo.write(".migdoctor.toml", setting, folder=".")

    outcome = run(repo, "check")

    assert outcome.status == 2
    assert "NUL" in outcome.err


def test_squashes_of_many_are_tried_a_limited_number_of_times(repo: Repo, monkeypatch):
    from analyzer.analysis.gate import merged_database
    from analyzer.workflow.gate.check_run import GateRun

    names = [f"Thing{number}" for number in range(20)]
    for number, name in enumerate(names):
        repo.add(
            f"202403010000{number:02}_create_{name.lower()}.rb",
            f"Create{name}",
            f"create_table :{name.lower()}",
        )
    repo.commit("many")
    repo.git("branch", "--force", "main")
    for number, name in enumerate(names):
        repo.remove(f"202403010000{number:02}_create_{name.lower()}.rb")
    for number in range(10):
        made = names[2 * number : 2 * number + 2]
        repo.add(
            f"202403020000{number:02}_squash{number}.rb",
            f"Squash{number}",
            *(f"create_table :{name.lower()}" for name in made),
        )
    counts = {"reports": 0, "worlds": 0}

    def counted(owner, method, what):
        kept = getattr(owner, method)

        def call(*args):
            counts[what] += 1
            return kept(*args)

        monkeypatch.setattr(owner, method, call)

    counted(GateRun, "report", "reports")
    counted(merged_database.MergedDatabase, "world", "worlds")

    check(repo)

    assert counts["reports"] <= 42
    assert counts["worlds"] <= 42 * 25


RENAMED = "20240220000000_rename_title.rb"


@pytest.mark.parametrize(
    ("newer", "fix"),
    [
        ("rename_column :songs, :title, :name", "name it name, and give the file a version after"),
        (
            "remove_column :songs, :title",
            "leave out the line, or make in this migration what it needs",
        ),
    ],
    ids=["renamed", "removed"],
)
def test_what_a_newer_migration_took_away_is_named_with_its_new_name(repo: Repo, newer, fix):
    repo.add("20240210000000_index_title.rb", "IndexTitle", "add_index :songs, :title")
    repo.commit("ours")
    on_main(repo, RENAMED, "RenameTitle", newer)

    outcome = check(repo)

    found = outcome.found("MD319")
    assert RENAMED in found["why"]
    assert fix in found["fix"]
    assert RENAMED in found["fix"]
    assert "if_not_exists" not in found["fix"]
    assert "the outcome is the same" not in outcome.found("MD311")["why"]
