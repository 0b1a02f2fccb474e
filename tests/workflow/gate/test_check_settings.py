"""What a team tells the gate: settings, allowances, recorded renames, what counts as deployed."""

import pytest

from analyzer.analysis.gate.all_rules import RULES
from tests.support.commands.gates import ALBUMS, SONGS, check, on_main, run, started
from tests.support.histories.repositories import FOLDER, migration

NEW = "20240301000000_create_songs.rb"
RECORD = """\
[[rename]]
old = "20240101000000_create_songs"
new = "20240301000000_create_songs"
reason = "the version was in use twice"
commit = "abc1234"
"""


@pytest.fixture
def repo(tmp_path):
    return started(tmp_path / "repo")


def merge(repo):
    """Put what was written so far into the base."""
    repo.commit("settings")
    repo.git("branch", "--force", "main")


def test_a_recorded_rename_is_allowed_and_its_reason_shown(repo):
    repo.move(SONGS, NEW)
    repo.write("renames.toml", RECORD, folder="db")
    repo.commit("renamed on purpose")

    outcome = check(repo)

    assert (outcome.status, outcome.findings) == (0, [])
    (allowed,) = outcome.document["allowed"]
    assert allowed["code"] == "MD301"
    assert allowed["reason"] == "the version was in use twice"
    assert allowed["place"] == "db/renames.toml, line 1"


def test_an_edit_that_comes_with_a_recorded_rename_is_not_allowed_by_it(repo):
    repo.remove(SONGS)
    repo.add(NEW, "CreateSongs", "create_table :songs do |t|", "  t.text :title", "end")
    repo.write("renames.toml", RECORD, folder="db")
    repo.commit("renamed and edited")

    outcome = check(repo)

    assert outcome.codes == ["MD305"]
    assert outcome.status == 1


def test_a_comment_with_a_reason_allows_one_finding_of_its_file(repo):
    repo.write(
        SONGS,
        "# migdoctor:allow MD305 the table was never used\n"
        + migration("CreateSongs", "create_table :tunes"),
    )
    repo.remove(ALBUMS)
    repo.commit("edited on purpose")

    outcome = check(repo)

    assert outcome.codes == ["MD304"]
    assert [each["reason"] for each in outcome.document["allowed"]] == ["the table was never used"]


def test_an_allowance_of_old_that_is_not_needed_any_more_is_not_reported(repo):
    repo.write(
        "20240301000000_create_cats.rb", "# migdoctor:allow MD311 once\n" + migration("CreateCats")
    )
    repo.commit("with an allowance")
    repo.git("branch", "--force", "main")
    repo.write(
        "20240301000000_create_cats.rb",
        "# migdoctor:allow MD311 once\n# more\n" + migration("CreateCats"),
    )
    repo.commit("a comment")

    assert check(repo).codes == ["MD305"]  # a note


@pytest.mark.parametrize("name", [".migdoctor.toml", "pyproject.toml"])
def test_severities_folders_and_the_start_come_from_the_settings(repo, name):
    lead = "[tool.migdoctor]\n" if name == "pyproject.toml" else ""
    repo.write(
        name,
        lead + 'folders = ["db/migrate"]\nstart-after = 20240101000000\n'
        'severity = {MD304 = "note"}\n',
        folder=".",
    )
    merge(repo)
    repo.remove(SONGS)
    repo.remove(ALBUMS)
    repo.commit("an old project begins")

    outcome = check(repo)

    assert [(each["code"], each["version"], each["severity"]) for each in outcome.findings] == [
        ("MD304", "20240201000000", "note")
    ]
    assert outcome.status == 0


def test_a_finding_that_is_switched_off_is_not_there(repo):
    repo.write(".migdoctor.toml", 'severity = {MD304 = "off"}\n', folder=".")
    merge(repo)
    repo.remove(SONGS)
    repo.commit("deleted")

    assert check(repo).findings == []


@pytest.mark.parametrize("committed", [True, False])
def test_a_change_does_not_say_how_it_is_judged(repo, committed):
    repo.write(
        ".migdoctor.toml",
        'severity = {MD304 = "off"}\nstart-after = 20240201000000\nfolders = ["elsewhere"]\n',
        folder=".",
    )
    repo.remove(SONGS)
    if committed:
        repo.commit("deleted, and switched off")

    assert check(repo).codes == ["MD304"]


@pytest.mark.parametrize("since", [[], ["--since", "main"]])
@pytest.mark.parametrize("named", ["HEAD", "change", "main"])
def test_a_change_does_not_name_its_base(repo, named, since):
    repo.write(".migdoctor.toml", f'base = "{named}"\n', folder=".")
    repo.remove(SONGS)
    repo.commit("deleted, and compared with itself")

    outcome = run(repo, "check", *since)

    assert outcome.status == (1 if since else 2), outcome
    assert since or "--base origin/main" in outcome.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("folder = []", "did you mean 'folders'", id="a key"),
        pytest.param('severity = {MD344 = "note"}', "did you mean 'MD3", id="a code"),
        pytest.param('severity = {MD304 = "loud"}', "one of error, warning, note, off", id="level"),
        pytest.param("start-after = true", "a version", id="no version"),
        pytest.param("folders = 1", "a list of folders", id="no list"),
        pytest.param('framework = "Rails"', "one of rails, dbmate", id="no framework"),
        pytest.param("folders = [", ".migdoctor.toml cannot be read", id="no TOML"),
    ],
)
def test_settings_that_are_not_understood_stop_the_gate_and_name_the_nearest(repo, text, said):
    repo.write(".migdoctor.toml", text, folder=".")

    outcome = check(repo)

    assert outcome.status == 2
    assert said in outcome.err


def test_settings_in_two_places_are_refused(repo):
    repo.write(".migdoctor.toml", "", folder=".")
    repo.write("pyproject.toml", "[tool.migdoctor]\n", folder=".")

    assert check(repo).status == 2


def test_settings_behind_a_link_that_leads_out_are_not_read(repo, tmp_path):
    (tmp_path / "outside.toml").write_text('severity = {MD304 = "off"}\n')
    (repo.path / ".migdoctor.toml").symlink_to(tmp_path / "outside.toml")
    repo.remove(SONGS)

    assert check(repo).codes == ["MD304"]


def test_what_a_branch_adds_and_renames_itself_is_fine(repo):
    repo.add("20240301000000_create_cats.rb", "CreateCats")
    repo.commit("added")
    repo.move("20240301000000_create_cats.rb", "20240302000000_create_cats.rb")
    repo.commit("renamed")

    outcome = check(repo)

    assert (outcome.status, outcome.findings) == (0, [])


def test_there_and_back_is_nothing(repo):
    repo.move(SONGS, NEW)
    repo.commit("there")
    repo.move(NEW, SONGS)
    repo.commit("back")

    assert check(repo).findings == []


def test_what_the_base_did_since_is_no_part_of_the_change(repo):
    repo.add("20240401000000_create_cats.rb", "CreateCats")
    repo.commit("ours")
    repo.git("checkout", "--quiet", "main")
    repo.move(SONGS, NEW)
    repo.remove(ALBUMS)
    repo.commit("main goes on")
    repo.git("checkout", "--quiet", "change")

    assert check(repo).findings == []


def test_a_late_migration_that_has_nothing_to_do_with_the_newer_ones_is_a_note(repo):
    repo.add("20240301000000_create_cats.rb", "CreateCats")
    repo.commit("ours")
    on_main(repo, "20240401000000_create_dogs.rb", "CreateDogs")

    outcome = check(repo)

    assert [(each["code"], each["severity"]) for each in outcome.findings] == [("MD311", "note")]
    assert outcome.status == 0


def test_only_what_a_release_had_counts_since_it(repo):
    repo.git("tag", "v1")
    repo.add("20240301000000_create_cats.rb", "CreateCats")
    repo.commit("merged after the release")
    repo.git("branch", "--force", "main")
    repo.move("20240301000000_create_cats.rb", "20240302000000_create_cats.rb")
    repo.commit("renamed")

    assert check(repo).codes == ["MD301"]
    assert check(repo, "--base", "main", "--since", "v1").findings == []
    repo.move(SONGS, NEW)
    assert "MD301" in check(repo, "--base", "main", "--since", "v1").codes
    assert "MD301" in check(repo, "--since", "v1").codes


def test_only_what_ran_somewhere_counts_with_rows(repo, tmp_path):
    rows = tmp_path / "rows"
    rows.write_text("20240201000000\n")
    repo.move(SONGS, NEW)
    repo.commit("never ran")

    assert check(repo, "--rows", str(rows)).findings == []
    rows.write_text("20240101000000\n20240201000000\n")
    assert check(repo, "--rows", str(rows)).codes == ["MD301"]


def test_what_a_branch_renames_after_it_ran_is_found_with_rows(repo, tmp_path):
    rows = tmp_path / "rows"
    rows.write_text("20240101000000\n20240201000000\n20240301000000\n")
    repo.add("20240301000000_create_cats.rb", "CreateCats")
    repo.commit("tried on staging")
    repo.move("20240301000000_create_cats.rb", "20240302000000_create_cats.rb")
    repo.commit("renamed")

    assert check(repo, "--rows", str(rows)).codes == ["MD301"]


def test_what_is_staged_is_checked_and_nothing_else(repo):
    repo.move(SONGS, NEW)
    assert check(repo, "--staged").findings == []

    repo.git("add", "-A")
    repo.move(NEW, SONGS)

    assert check(repo, "--staged").codes == ["MD301"]


@pytest.mark.parametrize("code", [code for code in RULES if code.startswith("MD3")])
def test_every_finding_is_explained(repo, code):
    done = run(repo, "check", "--explain", code.lower()) if code == "MD301" else None

    if done is not None:
        assert done.status == 0
        assert RULES[code].title in done.out
        assert "migdoctor:allow MD301" in done.out
    assert RULES[code].explanation


def test_an_unknown_code_is_answered_with_the_nearest(repo):
    done = run(repo, "check", "--explain", "MD31")

    assert done.status == 2
    assert "did you mean MD3" in done.err


def test_the_shell_completes_codes_and_options(repo):
    def completed(words: str, place: int) -> str:
        asked = {"_MIGDOCTOR_COMPLETE": "bash_complete", "COMP_WORDS": words}
        return run(repo, **asked, COMP_CWORD=str(place)).out

    assert "plain,MD301" in completed("migdoctor check --explain MD30", 3)
    assert "plain,--staged" in completed("migdoctor check --st", 2)


def test_a_huge_migration_is_read_to_its_first_megabyte_and_said_so(repo):
    repo.write(
        "20240301000000_create_cats.rb", migration("CreateCats").encode() + b"# x\n" * 30_000_000
    )
    repo.commit("huge")

    outcome = check(repo, "--ref", "change")

    assert outcome.status == 0
    assert outcome.document["notes"] == [
        f"larger than 1 MB, and read to there only: {FOLDER}/20240301000000_create_cats.rb"
    ]
