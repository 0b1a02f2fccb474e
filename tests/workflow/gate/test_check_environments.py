"""check --environment: what ran anywhere counts as deployed, by the configuration of the base."""

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, check, run, started

NOWHERE = "postgresql://nobody:hush-hush@127.0.0.1:1/none"
SETTINGS = """
[environments.production]
rows = "production.txt"
[environments.staging]
rows = "staging.txt"
[environments.dead]
url = "$DEAD_URL"
"""


@pytest.fixture
def repo(tmp_path):
    """Songs ran in production, albums in staging only; the settings are in the base."""
    made = started(tmp_path / "repo")
    made.write(".migdoctor.toml", SETTINGS, folder=".")
    made.write("production.txt", f"{SONGS[:14]}\n", folder=".")
    made.write("staging.txt", f"{ALBUMS[:14]}\n", folder=".")
    made.commit("settings")
    made.git("branch", "--force", "main")
    return made


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (["--environment", "production"], ["MD304"]),
        (["--environment", "staging"], ["MD304"]),
        (["--environment", "production", "--environment", "staging"], ["MD304", "MD304"]),
        ([], ["MD304", "MD304"]),
    ],
)
def test_what_ran_anywhere_counts_as_deployed(repo, asked, codes):
    repo.remove(SONGS)
    repo.remove(ALBUMS)
    repo.commit("both deleted")

    assert check(repo, *asked).codes == codes


def test_one_that_cannot_be_read_protects_all_and_ends_with_2(repo, monkeypatch):
    monkeypatch.setenv("DEAD_URL", NOWHERE)
    repo.remove(SONGS)
    repo.remove(ALBUMS)
    repo.commit("both deleted")

    outcome = check(repo, "--all-environments")

    assert (outcome.status, outcome.codes) == (2, ["MD304", "MD304"])
    assert "environment dead could not be read" in outcome.document["notes"][0]
    assert "hush" not in outcome.out + outcome.err


def test_a_change_does_not_say_where_the_rows_are(repo):
    repo.write(".migdoctor.toml", SETTINGS.replace("production.txt", "mine.txt"), folder=".")
    repo.write("mine.txt", "1\n", folder=".")
    repo.remove(SONGS)
    repo.commit("deleted, and pointed elsewhere")

    assert check(repo, "--environment", "production").codes == ["MD304"]


@pytest.mark.parametrize("committed", [True, False])
def test_a_change_does_not_say_what_ran(repo, committed):
    repo.write("production.txt", "1\n", folder=".")
    repo.remove(SONGS)
    if committed:
        repo.commit("deleted, and taken from the rows")

    assert check(repo, "--environment", "production").codes == ["MD304"]


@pytest.mark.parametrize("path", ["../outside.txt", "none/../../outside.txt"])
def test_a_file_of_rows_may_lie_outside_the_repository(repo, tmp_path, path):
    (tmp_path / "outside.txt").write_text(f"{SONGS[:14]}\n")
    (repo.path / "none").mkdir()
    asked = f'[environments.production]\nrows = "{path}"\n'
    repo.write(".migdoctor.toml", asked, folder=".")
    repo.commit("listed elsewhere")
    repo.git("branch", "--force", "main")
    repo.remove(SONGS)
    repo.remove(ALBUMS)
    repo.commit("both deleted")

    assert check(repo, "--environment", "production").codes == ["MD304"]


def test_an_environment_of_the_change_alone_is_not_known(repo):
    repo.write(".migdoctor.toml", SETTINGS + '[environments.mine]\nrows = "m"\n', folder=".")
    repo.commit("one more")

    outcome = run(repo, "check", "--base", "main", "--environment", "mine")

    assert (outcome.status, "there is no environment 'mine'" in outcome.err) == (2, True)


def test_an_environment_beside_rows_is_refused(repo):
    outcome = run(
        repo, "check", "--base", "main", "--environment", "production", "--rows", "production.txt"
    )

    assert (outcome.status, "were both given" in outcome.err) == (2, True)


def test_a_name_of_the_applications_own_file_is_not_taken_and_it_says_why(tmp_path):
    """That file is part of the change; the name of one of its databases is no free name either."""
    repo = started(tmp_path / "repo")
    repo.write("database.yml", "production:\n  primary:\n    database: shop\n", folder="config")
    repo.commit("the application's own file")

    outcome = check(repo, "--environment", "production:primary")

    said = " ".join(outcome.err.split())
    assert outcome.status == 2
    assert "the application's own file is not asked here: it is part of the change" in said
    assert "--environment NAME=URL-OR-FILE" in said
    assert "production:primary=" not in said
