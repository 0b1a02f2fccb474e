"""Each finding comes from a situation, on real git; together they cover the table of codes."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from analyzer.analysis.gate.all_rules import RULES
from analyzer.model.findings.finding import Finding
from analyzer.records import Struct
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.databases.schema_files import NEWEST, WHOLE
from tests.support.histories.repositories import Repo

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SONGS, ARTISTS = "20250101000000_create_songs.rb", "20250102000000_create_artists.rb"


class Situation(Struct, frozen=True, dict=True):
    code: str
    severity: str
    rows: tuple[str, ...]
    build: Callable[[Repo], None]
    words: str  # what the finding must speak of


def renamed(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs")
    repo.commit()
    repo.move(SONGS, "20250201000000_create_songs.rb")
    repo.commit()


def ambiguous(repo: Repo) -> None:
    repo.add("20250101000000_change_it.rb", "ChangeIt", "add_column :songs, :rating, :integer")
    repo.commit()
    repo.remove("20250101000000_change_it.rb")
    repo.commit()
    repo.add("20250201000000_change_it.rb", "ChangeIt", "drop_table :artists")
    repo.commit()


def deleted(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs")
    repo.add(ARTISTS, "CreateArtists")
    repo.commit()
    repo.remove(SONGS)
    repo.commit()


def squashed(repo: Repo) -> None:
    """Of what one new file holds, the change of rows is no part: it went with the rest."""
    repo.add(SONGS, "CreateSongs", "create_table :songs")
    repo.add("20250102000000_fill.rb", "Fill", *FILL)
    repo.add("20250103000000_create_albums.rb", "CreateAlbums", "create_table :albums")
    repo.commit()
    for name in (SONGS, "20250102000000_fill.rb", "20250103000000_create_albums.rb"):
        repo.remove(name)
    repo.add("20250103000000_init.rb", "Init", "create_table :songs", "create_table :albums")
    repo.commit()


def backfill_deleted(repo: Repo) -> None:
    one(repo)
    repo.add("20250102000000_fill.rb", "Fill", "execute 'UPDATE songs SET title = 1'")
    repo.commit()
    repo.remove("20250102000000_fill.rb")
    repo.commit()


def reused(repo: Repo) -> None:
    repo.add("001_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.move("001_create_songs.rb", "002_create_songs.rb")
    repo.add("001_create_artists.rb", "CreateArtists")
    repo.commit()


def slug_changed(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs", "create_table :songs")
    repo.commit()
    repo.move(SONGS, "20250101000000_create_all_songs.rb")
    repo.commit()


def renamed_in_place(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs", "create_table :songs")
    repo.commit()
    repo.remove(SONGS)
    repo.add("20250101000000_create_all_songs.rb", "CreateAllSongs", "create_table :songs")
    repo.commit()


def edited(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs", "create_table :songs")
    repo.commit()
    repo.add(SONGS, "CreateSongs", "create_table :songs", "add_index :songs, :title")
    repo.commit()


FILL = ("Rails.cache.clear", "execute \"INSERT INTO songs (title) VALUES ('a')\"")


def commented(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs", "create_table :songs")
    repo.commit()
    repo.add(SONGS, "CreateSongs", "# the songs", "create_table :songs")
    repo.commit()


def one(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs")
    repo.commit()


def late(repo: Repo) -> None:
    one(repo)
    repo.add("20240101000000_create_artists.rb", "CreateArtists")
    repo.commit()


def late_and_tied(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs", "create_table :songs")
    repo.commit()
    repo.add("20240101000000_add_mood.rb", "AddMood", "add_column :songs, :mood, :string")
    repo.commit()


def two_with_one_version(repo: Repo) -> None:
    one(repo)
    repo.add("20250101000000_create_artists.rb", "CreateArtists")
    repo.commit()


def copied(repo: Repo) -> None:
    one(repo)
    repo.add("20250301000000_create_songs.rb", "CreateSongs")
    repo.commit()


def claimed(repo: Repo) -> None:
    two_with_one_version(repo)
    repo.move("20250101000000_create_artists.rb", "20250301000000_create_artists.rb")
    repo.commit()


def illegal(repo: Repo) -> None:
    one(repo)
    repo.add("20250301000000_CreateArtists.rb", "CreateArtists")
    repo.commit()


def long_number(repo: Repo) -> None:
    one(repo)
    repo.add("202503010000000_create_artists.rb", "CreateArtists")
    repo.commit()


def future(repo: Repo) -> None:
    one(repo)
    repo.add("20991231000000_create_artists.rb", "CreateArtists")
    repo.commit()


def early(repo: Repo) -> None:
    claimed(repo)


def shifted_back(repo: Repo) -> None:
    """A state that fits and agrees with the current code, and an older one that does not."""
    repo.add("001_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.remove("001_create_songs.rb")
    repo.add("001_create_artists.rb", "CreateArtists")
    repo.commit()
    repo.add("002_create_songs.rb", "CreateSongs")
    repo.commit()


def two_applications(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs", folder="archive/db/migrate")
    repo.add(ARTISTS, "CreateArtists", folder="jukebox/db/migrate")
    repo.commit()


def linked(repo: Repo) -> None:
    one(repo)
    (repo.path / "db/migrate/20250404000000_linked.rb").symlink_to(SONGS)


def dumped(form: str, *versions: str, build: Callable[[Repo], None] = one):
    """A situation with a schema file in one of its forms."""

    def make(repo: Repo) -> None:
        build(repo)
        if form in NEWEST:
            repo.write("schema.rb", NEWEST[form](*versions), "db")
        else:
            repo.write("structure.sql", WHOLE[form][1](versions), "db")
        repo.commit()

    return make


RAN = ("20250101000000",)
OLD, NEW, NONE = "20250101000000", "20250201000000", "20190101000000"
SQUASHED = (*RAN, "20250102000000", "20250103000000")
SITUATIONS = [
    Situation("MD101", "error", RAN, renamed, "20250201000000_create_songs.rb"),
    Situation("MD102", "error", RAN, ambiguous, "20250101000000"),
    Situation("MD103", "warning", (*RAN, "20250102000000"), deleted, "git checkout"),
    Situation("MD103", "note", (*RAN, "20250102000000"), backfill_deleted, "do not miss what it"),
    Situation("MD103", "note", SQUASHED, squashed, "20250102000000_fill.rb ran and is gone"),
    Situation("MD104", "error", ("1",), reused, "001_create_artists.rb"),
    Situation("MD105", "warning", RAN, slug_changed, "name the class CreateAllSongs"),
    Situation("MD105", "note", RAN, renamed_in_place, "were renamed together"),
    Situation("MD106", "warning", RAN, edited, "something else"),
    Situation("MD106", "note", RAN, commented, "still does the same"),
    Situation("MD107", "warning", (*RAN, "2099"), one, "2099"),
    Situation("MD108", "note", ("1",), one, SONGS),
    Situation("MD109", "note", RAN, late, "the outcome is the same"),
    Situation("MD109", "warning", RAN, late_and_tied, "the outcome differs"),
    Situation("MD110", "error", RAN, two_with_one_version, "version 20250101000000"),
    Situation("MD111", "error", RAN, copied, "CreateSongs"),
    Situation("MD112", "note", RAN, claimed, "20250101000000_create_songs.rb"),
    Situation("MD113", "warning", (*RAN, "020250101000000"), one, "020250101000000"),
    Situation("MD114", "error", RAN, illegal, "20250301000000_CreateArtists.rb"),
    Situation("MD115", "warning", RAN, long_number, "15 digits"),
    Situation("MD116", "warning", RAN, future, "20991231000000_create_artists.rb"),
    Situation("MD118", "note", RAN, early, "20250301000000_create_artists.rb"),
    Situation("MD119", "error", (*RAN, "20250201000000"), renamed, "both versions"),
    Situation("MD120", "warning", ("1",), shifted_back, "--deployed COMMIT"),
    Situation("MD126", "warning", RAN, dumped("rails 7", OLD, build=renamed), "loaded"),
    Situation("MD126", "warning", RAN, dumped("rails 6", "20991231000000"), "newer than all"),
    Situation("MD126", "note", RAN, dumped("rails 4", NONE), NONE),
    Situation("MD127", "warning", RAN, dumped("descending", OLD, build=renamed), "runs them again"),
    Situation("MD127", "note", RAN, dumped("copy", OLD, NONE), NONE),
    Situation("MD128", "note", RAN, dumped("rails 3", NONE), SONGS),
    Situation("MD128", "note", RAN, dumped("ascending", NONE), SONGS),
    Situation("MD128", "warning", RAN, dumped("rails 8", OLD, build=renamed), "in line"),
    Situation("MD129", "error", RAN, dumped("ascending", OLD, OLD), "twice"),
    Situation("MD202", "note", RAN, two_applications, "jukebox/db/migrate"),
    Situation("MD203", "warning", RAN, linked, "20250404000000_linked.rb"),
]
ELSEWHERE = {"MD117", "MD121", "MD201"}  # each has a test of its own
ELSEWHERE |= {"MD204", "MD205"}  # test_what_is_not_here.py
ELSEWHERE |= {"MD206"}  # with a database: test_fleets.py
ELSEWHERE |= {"MD122", "MD123", "MD124", "MD125"}  # with a database: test_attestation.py
ELSEWHERE |= {"MD130", "MD131"}  # test_advice_law.py
ELSEWHERE |= {f"MD{number}" for number in range(132, 140)}  # of notes: test_record_evidence.py
ELSEWHERE |= {code for code in RULES if code.startswith("MD3")}  # the gate's, of `check`


def findings(repo: Repo, rows: tuple[str, ...], tmp_path, **options: str) -> list[Finding]:
    listed = tmp_path / "rows.txt"
    listed.write_text("".join(f"{row}\n" for row in rows))
    done = walk(Request(now=NOW, repo=str(repo.path), rows=str(listed), **options))
    return list(done.report.findings)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda s: f"{s.code} {s.severity}")
def test_a_situation_gives_its_finding(situation, tmp_path):
    repo = Repo.make(tmp_path / "app")
    situation.build(repo)

    found = findings(repo, situation.rows, tmp_path)

    alike = [f for f in found if (f.code, f.severity.value) == (situation.code, situation.severity)]
    assert alike, [(f.code, f.severity.value, f.what) for f in found]
    assert any(situation.words in f"{f.what} {f.why} {f.fix}" for f in alike), alike


def test_an_exchange_of_versions_is_told_once(tmp_path):
    repo = Repo.make(tmp_path / "app")
    names = ("create_songs", "create_tags", "create_moods")
    for number, name in enumerate(names, start=1):
        repo.add(f"{number}_{name}.rb", name.title().replace("_", ""), f"create_table :{name}")
    repo.commit()
    for number, name in enumerate(names, start=1):
        repo.move(f"{number}_{name}.rb", f"{number % 3 + 1}_{name}.rb.new")
    for path in (repo.path / "db/migrate").glob("*.new"):
        path.rename(path.with_suffix(""))
    repo.commit()

    found = findings(repo, ("1", "2", "3"), tmp_path, deployed="HEAD~1")

    told = [f for f in found if f.severity.value == "error"]
    assert [f.code for f in told] == ["MD101"] * 3
    assert all("runs neither again" in f.why for f in told)


def test_the_situations_cover_all_codes():
    assert {situation.code for situation in SITUATIONS} | ELSEWHERE == set(RULES)


def test_the_command_that_brings_a_deleted_file_back_does(tmp_path):
    repo = Repo.make(tmp_path / "app")
    deleted(repo)
    rows = (*RAN, "20250102000000")
    (gone,) = [f for f in findings(repo, rows, tmp_path) if f.code == "MD103"]

    _, _, command = gone.fix.partition(": ")
    repo.git(*command.split()[1:])

    assert [f.code for f in findings(repo, rows, tmp_path)] == []


def test_a_deployed_commit_that_does_not_fit_is_doubted(tmp_path):
    repo = Repo.make(tmp_path / "app")
    one(repo)
    repo.add(ARTISTS, "CreateArtists")
    repo.commit()

    found = findings(repo, (*RAN, "20250102000000"), tmp_path, deployed="HEAD~1")

    (doubt,) = [f for f in found if f.code == "MD121"]
    assert "20250102000000" in doubt.what


def test_after_a_rewrite_the_commit_of_before_is_a_note_that_says_what_to_update(tmp_path):
    repo = Repo.make(tmp_path / "app")
    one(repo)
    old, new = next((repo.path / "db/migrate").iterdir()).name, "20260101000000_moved.rb"
    repo.move(old, new.replace("moved.rb", old.partition("_")[2]))
    repo.commit()

    found = findings(repo, ("20260101000000",), tmp_path, deployed="HEAD~1")

    (told,) = [f for f in found if f.code == "MD121"]
    assert told.severity.value == "note"
    assert "after migdoctor rewrite" in told.why
    assert ".migdoctor.toml" in told.fix


def test_a_row_that_is_no_version_is_said_to_be_none(tmp_path):
    from analyzer.analysis.diagnosis.row_findings import find_in_rows
    from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
    from analyzer.model.core.origin import Origin
    from analyzer.model.core.table_row import NO_COLUMNS
    from analyzer.model.core.version import InvalidVersion
    from analyzer.model.core.version_table import AppliedRow
    from analyzer.model.findings.diagnosis import Diagnosis, RowOrphaned

    row = RowOrphaned(AppliedRow(InvalidVersion(0, "oops"), NO_COLUMNS, Origin("default", "table")))

    (finding,) = find_in_rows(Diagnosis((row,), (), (), (), (), ()), (), None, "default", RAILS)

    assert (finding.code, finding.severity.value) == ("MD117", "warning")
