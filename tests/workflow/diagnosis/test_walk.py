"""From a repository and a list of versions to a report, on real git."""

import pytest

from analyzer.errors import RepositoryError, UsageError
from analyzer.model.findings.diagnosis import (
    FileApplied,
    FilePending,
    RowDeleted,
    RowMatched,
    RowReused,
)
from analyzer.model.findings.rename import Confidence, Decision
from analyzer.operations.demo.scenario import build_repository, load_scenario
from tests.support.commands.scenarios import every_scenario, expected_renames, git
from tests.support.commands.walks import codes, renames, verdicts

# scenarios


@every_scenario
def test_a_scenario_gives_the_renames_it_tells_of(name, tmp_path, diagnosed):
    scenario = load_scenario(name)
    repository = build_repository(scenario, tmp_path / "repo")
    options = {"deployed": deployed_of(scenario, repository)} if name == "swap" else {}

    done = diagnosed(None, scenario.rows, repo=str(repository), **options)

    assert sorted((old, new) for old, new, _ in renames(done)) == sorted(
        (old, new) for old, new, _ in expected_renames(scenario)
    )


def deployed_of(scenario, repository) -> str:
    position = [commit.id for commit in scenario.commits].index(scenario.deployed)
    return git(repository, "rev-list", "--reverse", "main").split()[position]


# renames


def test_an_edited_rename_below_gits_threshold_is_found_by_its_name(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.commit()
    repo.remove("20250101000000_create_songs.rb")
    body = [f"add_column :songs, :c{number}, :string" for number in range(40)]
    repo.add("20250601000000_create_songs.rb", "CreateSongs", "create_table :songs", *body)
    repo.commit()

    done = diagnosed(repo, ["20250101000000"])

    assert [(old, new) for old, new, _ in renames(done)] == [
        ("20250101000000_create_songs.rb", "20250601000000_create_songs.rb")
    ]


def test_a_chain_of_hops_is_one_rename(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.move("20250101000000_create_songs.rb", "20250201000000_create_songs.rb")
    repo.commit()
    repo.move("20250201000000_create_songs.rb", "20250301000000_create_songs.rb")
    repo.commit()

    done = diagnosed(repo, ["20250101000000"])

    assert renames(done) == [
        ("20250101000000_create_songs.rb", "20250301000000_create_songs.rb", "certain")
    ]


def test_there_and_back_is_no_rename(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.move("20250101000000_create_songs.rb", "20250201000000_create_songs.rb")
    repo.commit()
    repo.move("20250201000000_create_songs.rb", "20250101000000_create_songs.rb")
    repo.commit()

    done = diagnosed(repo, ["20250101000000"])

    assert renames(done) == []
    assert not codes(done)


def test_boilerplate_siblings_never_pair(repo, diagnosed):
    columns = ("t.string :name, null: false", "t.timestamps")
    repo.add(
        "20250101000000_create_songs.rb",
        "CreateSongs",
        "create_table :songs do |t|",
        *columns,
        "end",
    )
    repo.commit()
    repo.remove("20250101000000_create_songs.rb")
    repo.add(
        "20250201000000_create_artists.rb",
        "CreateArtists",
        "create_table :artists do |t|",
        *columns,
        "end",
    )
    repo.commit()

    done = diagnosed(repo, ["20250101000000"])

    assert renames(done) == []
    assert verdicts(done) == [RowDeleted]


def test_a_rename_that_is_not_committed_yet_is_found(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.move("20250101000000_create_songs.rb", "20250201000000_create_songs.rb")

    done = diagnosed(repo, ["20250101000000"])

    assert [new for _, new, _ in renames(done)] == ["20250201000000_create_songs.rb"]


def test_a_rename_inside_a_merge_is_found(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.git("checkout", "-qb", "side")
    repo.add("20250105000000_create_artists.rb", "CreateArtists")
    repo.commit()
    repo.git("checkout", "-q", "-")
    repo.write("readme", "x", folder="")
    repo.commit()
    repo.git("merge", "-q", "--no-ff", "--no-commit", "side")
    repo.move("20250105000000_create_artists.rb", "20250301000000_create_artists.rb")
    repo.commit("merge")

    done = diagnosed(repo, ["20250101000000", "20250105000000"])

    assert [(old, new) for old, new, _ in renames(done)] == [
        ("20250105000000_create_artists.rb", "20250301000000_create_artists.rb")
    ]


def test_a_row_of_a_branch_that_was_rebased_is_found_on_the_branch(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.git("checkout", "-qb", "feature")
    repo.add("20250105000000_create_artists.rb", "CreateArtists")
    repo.commit()
    repo.git("checkout", "-q", "-")
    repo.add("20250201000000_create_artists.rb", "CreateArtists")
    repo.commit()

    done = diagnosed(repo, ["20250101000000", "20250105000000"])

    assert [(old, new) for old, new, _ in renames(done)] == [
        ("20250105000000_create_artists.rb", "20250201000000_create_artists.rb")
    ]
    assert done.report.environments[0].deployed.ref == "feature"


def test_renames_in_the_commit_that_moved_the_whole_application_are_found(repo, diagnosed):
    for number, name in enumerate(["Songs", "Artists", "Genres"], start=1):
        repo.add(f"2025010{number}000000_create_{name.lower()}.rb", f"Create{name}")
    repo.commit()
    (repo.path / "archive/db/migrate").mkdir(parents=True)
    for number, name in enumerate(["songs", "artists", "genres"], start=1):
        old = f"db/migrate/2025010{number}000000_create_{name}.rb"
        new = f"archive/db/migrate/2025020{number}000000_create_{name}.rb"
        (repo.path / old).rename(repo.path / new)
    repo.commit()

    done = diagnosed(repo, ["20250101000000", "20250102000000", "20250103000000"])

    assert [(old[:8], new[:8]) for old, new, _ in renames(done)] == [
        ("20250101", "20250201"),
        ("20250102", "20250202"),
        ("20250103", "20250203"),
    ]


# reuse, and versions that two carried


def test_numbers_shifted_by_one_leave_no_row_without_a_file_and_are_found(repo, diagnosed):
    repo.add("001_create_users.rb", "CreateUsers")
    repo.add("002_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.move("002_create_songs.rb", "003_create_songs.rb")
    repo.add("002_create_artists.rb", "CreateArtists")
    repo.commit()

    done = diagnosed(repo, ["1", "2"])

    assert renames(done) == [("002_create_songs.rb", "003_create_songs.rb", "certain")]
    assert verdicts(done) == [RowMatched, RowReused]


def test_a_version_in_two_hands_belongs_to_the_migration_that_had_it_alone(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.add("20250101000000_create_artists.rb", "CreateArtists")
    repo.commit()
    repo.move("20250101000000_create_artists.rb", "20250301000000_create_artists.rb")
    repo.commit()

    done = diagnosed(repo, ["20250101000000"])

    assert verdicts(done) == [RowMatched]
    assert [new for _, new, _ in renames(done)] == ["20250301000000_create_artists.rb"]
    assert "MD112" in codes(done)


# decisions


def test_what_is_ambiguous_asserts_nothing_until_it_is_settled(repo, diagnosed):
    body = ["add_column :songs, :rating, :integer"]
    repo.add("20250101000000_change_it.rb", "ChangeIt", *body)
    repo.commit()
    repo.remove("20250101000000_change_it.rb")
    repo.commit()
    repo.add("20250201000000_change_it.rb", "ChangeIt", "drop_table :artists, if_exists: true")
    repo.commit()

    asked = diagnosed(repo, ["20250101000000"])
    yes = Decision("20250101000000", "20250201000000", accept=True)
    no = Decision("20250101000000", "20250201000000", accept=False)

    assert [confidence for *_, confidence in renames(asked)] == [Confidence.AMBIGUOUS]
    assert [c for *_, c in renames(diagnosed(repo, ["20250101000000"], decisions=(yes,)))] == [
        "certain"
    ]
    assert renames(diagnosed(repo, ["20250101000000"], decisions=(no,))) == []


def test_a_decision_that_names_no_file_is_refused(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()

    with pytest.raises(UsageError, match="2099"):
        diagnosed(repo, ["20250101000000"], decisions=(Decision("2099", "2098", accept=True),))


# what lies in the folders


def test_legacy_numbers_scopes_and_sub_folders_are_read_as_rails_reads_them(repo, diagnosed):
    repo.add("013_create_songs.rb", "CreateSongs")
    repo.add("20250101000000_create_blobs.active_storage.rb", "CreateBlobs")
    repo.add("2025/20250201000000_create_artists.rb", "CreateArtists")
    repo.write("README.md", "not a migration")
    repo.write("20250301000000create.rb", "ignored by Rails: no underscore")
    repo.commit()

    done = diagnosed(repo, ["13", "20250101000000", "20250201000000"])

    assert verdicts(done) == [RowMatched] * 3
    assert not codes(done)


def test_several_folders_share_one_table(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.add("20250102000000_fill_songs.rb", "FillSongs", "execute 'x'", folder="db/post_migrate")
    repo.commit()

    done = diagnosed(repo, ["20250101000000", "20250102000000"])

    assert done.report.repository.files.directories == ("db/migrate", "db/post_migrate")
    assert verdicts(done) == [RowMatched, RowMatched]


def test_of_several_applications_the_one_that_the_rows_fit_is_taken(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs", folder="archive/db/migrate")
    repo.add("20250102000000_create_users.rb", "CreateUsers", folder="jukebox/db/migrate")
    repo.commit()

    done = diagnosed(repo, ["20250102000000"])

    assert done.report.repository.files.directories == ("jukebox/db/migrate",)
    assert "MD202" in codes(done)


def test_a_bare_repository_is_read_at_head(repo, diagnosed, tmp_path):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    bare = tmp_path / "bare.git"
    repo.git("clone", "-q", "--bare", ".", str(bare))

    done = diagnosed(None, ["20250101000000"], repo=str(bare))

    assert verdicts(done) == [RowMatched]


def test_a_linked_worktree_is_read_as_it_is(repo, diagnosed, tmp_path):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "-q", str(linked))
    (linked / "db/migrate/20250101000000_create_songs.rb").rename(
        linked / "db/migrate/20250202000000_create_songs.rb"
    )

    done = diagnosed(None, ["20250101000000"], repo=str(linked / "db"))

    assert [new for _, new, _ in renames(done)] == ["20250202000000_create_songs.rb"]


def test_a_shallow_clone_is_said_to_be_one_with_the_cure(repo, diagnosed, tmp_path):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.commit("second")
    shallow = tmp_path / "shallow"
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(shallow))

    done = diagnosed(None, ["20250101000000"], repo=str(shallow))

    (finding,) = done.report.findings
    assert finding.code == "MD201"
    assert "git fetch --unshallow" in finding.fix


def test_what_a_shallow_clone_lacks_is_fetched_before_anything_is_advised(
    repo, diagnosed, tmp_path
):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.move("20250101000000_create_songs.rb", "20250201000000_create_songs.rb")
    repo.commit("renamed")
    shallow = tmp_path / "shallow"
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(shallow))
    whole, rows = tmp_path / "whole", ["20250101000000"]
    repo.git("clone", "-q", f"file://{repo.path}", str(whole))

    cut, full = (diagnosed(None, rows, repo=str(it)) for it in (shallow, whole))

    paths = [done.report.environments[0].next_steps.path for done in (cut, full)]
    typed = [line for step in paths[0] for line in step.commands]
    assert typed[0] == f"git -C {shallow} fetch --unshallow"
    assert [line.split(" --repo ")[0] for line in typed[1:]] == ["migdoctor diagnose"]
    assert not any("fetch" in line for step in paths[1] for line in step.commands)
    assert not any(it.command for it in cut.report.findings)


def test_nothing_in_the_repository_changes(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.move("20250101000000_create_songs.rb", "20250201000000_create_songs.rb")
    before = {path: path.stat().st_mtime_ns for path in repo.path.rglob("*")}

    diagnosed(repo, ["20250101000000"])

    assert {path: path.stat().st_mtime_ns for path in repo.path.rglob("*")} == before


def test_a_repository_without_a_commit_is_read(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")

    done = diagnosed(repo, ["1"])

    (verdict,) = done.report.environments[0].diagnosis.files
    assert isinstance(verdict, FilePending)


def test_files_and_rows_get_one_verdict_each(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.add("20250102000000_create_artists.rb", "CreateArtists")
    repo.commit()

    diagnosis = diagnosed(repo, ["20250101000000", "2099"]).report.environments[0].diagnosis

    assert [type(verdict) for verdict in diagnosis.files] == [FileApplied, FilePending]
    assert [row.row.version.text for row in diagnosis.rows] == ["20250101000000", "2099"]


# what cannot be read


def test_no_repository_is_an_error_that_says_how_to_fix_it(tmp_path, diagnosed):
    with pytest.raises(RepositoryError, match="not in a git repository"):
        diagnosed(None, [], repo=str(tmp_path))


def test_an_unknown_revision_is_an_error(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()

    with pytest.raises(RepositoryError, match="no commit 'v9'"):
        diagnosed(repo, ["1"], ref="v9")


def test_an_option_cannot_be_smuggled_in_as_a_revision(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()

    with pytest.raises(RepositoryError, match="no commit"):
        diagnosed(repo, ["1"], ref="--output=/tmp/x")


def test_a_folder_that_never_was_is_an_error(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()

    with pytest.raises(RepositoryError, match="no folder 'db/migrations'"):
        diagnosed(repo, ["1"], directories=("db/migrations",))
