"""What a repair says of the migrate after it: it is another matter, and nothing may go on to it."""

import pytest

from analyzer.analysis.repair.measure_comparison import check_migrations


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(("create_table :songs",), "the next migrate would stop: ", id="it fails"),
        pytest.param(
            ("create_table :songs, force: true",), "the next migrate would lose data: ", id="a loss"
        ),
    ],
)
def test_the_repair_is_not_what_failed(repo, diagnosed, body, said):
    repo.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.add("20250201000000_make_songs.rb", "MakeSongs", *body)
    repo.commit()

    report = diagnosed(repo, ["20250101000000"]).report
    check = check_migrations(report.environments[0], report.findings)

    assert check.passed is False
    assert check.detail.startswith(said)
    assert "; the repair worked, but do not migrate yet: " in check.detail


def test_a_migrate_that_may_run_is_told_as_left_to_run(repo, diagnosed):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.add("20250201000000_create_tags.rb", "CreateTags")
    repo.commit()

    report = diagnosed(repo, ["20250101000000"]).report

    assert check_migrations(report.environments[0], report.findings).passed is True


def test_a_shared_version_that_was_there_before_is_not_what_the_repair_left_diverged(
    repo, diagnosed
):
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.add("20250201000000_create_tags.rb", "CreateTags")
    repo.add("20250201000000_create_likes.rb", "CreateLikes")
    repo.commit()

    report = diagnosed(repo, ["20250101000000"]).report
    check = check_migrations(report.environments[0], report.findings)

    assert check.passed is False
    assert check.later
    assert "share version 20250201000000" in check.detail
    assert "do not migrate yet: " in check.detail
