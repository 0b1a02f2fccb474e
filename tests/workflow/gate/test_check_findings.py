"""Every finding of the gate: the situation in a real repository, the code, and the way out of it.

The commands that the gate prints are run as they are; then it must let the change pass.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.commands.gates import ALBUMS, SONGS, check, mend, on_main, started
from tests.support.histories.repositories import FOLDER, Repo, migration

Situation = Callable[[Repo], None]


def renamed(repo: Repo) -> None:
    repo.move(SONGS, "20240301000000_create_songs.rb")


def renamed_and_edited(repo: Repo) -> None:
    repo.remove(SONGS)
    repo.write(
        "20240301000000_create_songs.rb",
        migration(
            "CreateSongs", "create_table :songs do |t|", "  t.text :title, null: false", "end"
        ),
    )


def renamed_in_every_way(repo: Repo) -> None:
    repo.remove(SONGS)
    repo.write(
        "20240301000000_make_songs.rb",
        migration(
            "MakeSongs", "create_table :songs do |t|", "  t.string :title", "  t.integer :n", "end"
        ),
    )


def versions_swapped(repo: Repo) -> None:
    repo.move(SONGS, "20240201000000_create_songs.rb")
    repo.move(ALBUMS, "20240101000000_create_albums.rb")


def slug_changed(repo: Repo) -> None:
    repo.remove(SONGS)
    repo.write(
        "20240101000000_make_songs.rb",
        migration("MakeSongs", "create_table :songs do |t|", "  t.string :title", "end"),
    )


def moved_elsewhere(repo: Repo) -> None:
    repo.add("20240301000000_create_cats.rb", "CreateCats", folder="other/db/migrate")
    repo.commit("another application")
    repo.git("branch", "--force", "main")
    (repo.path / FOLDER / SONGS).rename(repo.path / "other" / FOLDER / SONGS)


def deleted(repo: Repo) -> None:
    repo.remove(SONGS)


def edited(repo: Repo) -> None:
    repo.add(SONGS, "CreateSongs", "create_table :songs do |t|", "  t.string :name", "end")


def edited_beyond_reading(repo: Repo) -> None:
    repo.write(
        SONGS,
        (repo.path / FOLDER / SONGS)
        .read_bytes()
        .replace(b"  end\nend", b"    send(ENV['WHAT'], :songs)\n  end\nend"),
    )


def version_reused(repo: Repo) -> None:
    repo.remove(SONGS)
    repo.add("20240101000000_create_cats.rb", "CreateCats")


def duplicate_version(repo: Repo) -> None:
    repo.add("20240201000000_create_cats.rb", "CreateCats")


def duplicate_version_on_the_base(repo: Repo) -> None:
    repo.add("20240301000000_create_cats.rb", "CreateCats")
    repo.commit("ours")
    on_main(repo, "20240301000000_create_dogs.rb", "CreateDogs")


def duplicate_class(repo: Repo) -> None:
    repo.add("20240301000000_create_songs.rb", "CreateSongs", "create_table :other_songs")


def copied(repo: Repo) -> None:
    content = (repo.path / FOLDER / SONGS).read_bytes()
    repo.write("20240301000000_create_songs.rb", content)


def class_mismatch(repo: Repo) -> None:
    repo.add("20240301000000_create_cats.rb", "CreateDogs")


def no_class(repo: Repo) -> None:
    repo.write("20240301000000_create_cats.rb", "# nothing yet\n")


def illegal_name(repo: Repo) -> None:
    repo.add("20240301000000_Create-Cats.rb", "CreateCats")


def late_where_it_matters(repo: Repo) -> None:
    repo.add("20240210000000_add_n_to_albums.rb", "AddNToAlbums", "add_column :albums, :n, :text")
    repo.commit("ours")
    on_main(
        repo,
        "20240220000000_remove_n_from_albums.rb",
        "RemoveNFromAlbums",
        "remove_column :albums, :n, :text",
    )


def future(repo: Repo) -> None:
    version = datetime.now(UTC) + timedelta(days=400)
    repo.add(f"{version:%Y%m%d%H%M%S}_create_cats.rb", "CreateCats")


def too_short(repo: Repo) -> None:
    repo.add("2024030100000_create_cats.rb", "CreateCats")


def too_long(repo: Repo) -> None:
    repo.add("202403010000001_create_cats.rb", "CreateCats")


def no_date(repo: Repo) -> None:
    repo.add("20241399000000_create_cats.rb", "CreateCats")


def stale_schema(repo: Repo) -> None:
    text = "ActiveRecord::Schema[7.0].define(version: 2024_02_01_000000) do\nend\n"
    repo.write("schema.rb", text, folder="db")
    repo.commit("schema")
    repo.git("branch", "--force", "main")
    repo.move(ALBUMS, "20240301000000_create_albums.rb")


def too_early(repo: Repo) -> None:
    repo.add("20240301000000_add_n_to_cats.rb", "AddNToCats", "add_column :cats, :n, :integer")
    repo.add(
        "20240302000000_create_cats.rb",
        "CreateCats",
        "create_table :cats do |t|",
        "  t.string :name",
        "end",
    )


def moved_behind_its_user(repo: Repo) -> None:
    repo.add("20240301000000_add_n_to_songs.rb", "AddNToSongs", "add_column :songs, :n, :integer")
    repo.commit("a user")
    repo.git("branch", "--force", "main")
    repo.move(SONGS, "20240401000000_create_songs.rb")


def pointless_allowance(repo: Repo) -> None:
    repo.write(
        "20240301000000_create_cats.rb",
        "# migdoctor:allow MD305 a typo\n" + migration("CreateCats"),
    )


def unknown_allowance(repo: Repo) -> None:
    repo.write(
        "20240301000000_create_cats.rb",
        "# migdoctor:allow MD999 whatever\n" + migration("CreateCats"),
    )


def allowance_without_reason(repo: Repo) -> None:
    repo.write(SONGS, "# migdoctor:allow MD305\n" + migration("CreateSongs", "create_table :cats"))


def record_without_reason(repo: Repo) -> None:
    renamed(repo)
    repo.write(
        "renames.toml",
        '[[rename]]\nold = "20240101000000_create_songs"\nnew = "20240301000000_create_songs"\n',
        folder="db",
    )


def record_that_leads_nowhere(repo: Repo) -> None:
    repo.write(
        "renames.toml", '[[rename]]\nold = "1_a"\nnew = "2_a"\nreason = "why not"\n', folder="db"
    )


def linked(repo: Repo) -> None:
    (repo.path / FOLDER / "20240301000000_create_cats.rb").symlink_to("/etc/hostname")


SITUATIONS: list[tuple[str, Situation]] = [
    ("MD301", renamed),
    ("MD301", renamed_and_edited),
    ("MD301", renamed_in_every_way),
    ("MD301", versions_swapped),
    ("MD302", slug_changed),
    ("MD303", moved_elsewhere),
    ("MD304", deleted),
    ("MD305", edited),
    ("MD305", edited_beyond_reading),
    ("MD306", version_reused),
    ("MD307", duplicate_version),
    ("MD307", duplicate_version_on_the_base),
    ("MD308", duplicate_class),
    ("MD308", copied),
    ("MD309", class_mismatch),
    ("MD309", no_class),
    ("MD310", illegal_name),
    ("MD311", late_where_it_matters),
    ("MD312", future),
    ("MD313", too_short),
    ("MD313", too_long),
    ("MD313", no_date),
    ("MD314", stale_schema),
    ("MD315", too_early),
    ("MD315", moved_behind_its_user),
    ("MD317", pointless_allowance),
    ("MD317", unknown_allowance),
    ("MD317", allowance_without_reason),
    ("MD317", record_without_reason),
    ("MD317", record_that_leads_nowhere),
    ("MD318", linked),
]


@pytest.mark.parametrize(
    ("code", "situation"),
    [pytest.param(code, it, id=f"{code} {it.__name__}") for code, it in SITUATIONS],
)
def test_the_gate_shuts_and_its_own_commands_open_it(tmp_path, code, situation):
    repo = started(tmp_path / "repo")
    situation(repo)
    repo.commit("the change")

    outcome = check(repo)

    assert outcome.status == 1, outcome.err
    assert code in outcome.codes
    mend(repo, outcome)
    repo.commit("repaired")
    again = check(repo)
    assert again.status == 0, again.out


@pytest.mark.parametrize(
    ("code", "situation"),
    [pytest.param(code, it, id=f"{code} {it.__name__}") for code, it in SITUATIONS],
)
def test_what_is_not_committed_is_seen_and_mended_as_well(tmp_path, code, situation):
    repo = started(tmp_path / "repo")
    situation(repo)
    repo.git("add", "-A")

    outcome = check(repo)

    assert code in outcome.codes
    mend(repo, outcome)
    again = check(repo)
    assert again.status == 0, again.out


def test_a_branch_that_collides_with_another_open_one_is_told(tmp_path):
    repo = started(tmp_path / "repo")
    repo.git("checkout", "--quiet", "-b", "other")
    repo.add("20240301000000_create_dogs.rb", "CreateDogs")
    repo.add("20240302000000_create_birds.rb", "CreateBirds")
    repo.commit("theirs")
    repo.git("checkout", "--quiet", "change")
    repo.add("20240301000000_create_cats.rb", "CreateCats")
    repo.add("20240303000000_create_birds.rb", "CreateBirds", "create_table :flock")
    repo.add("20240304000000_make_dogs.rb", "MakeDogs", "create_table :createdogs")
    repo.commit("ours")

    alone, together = check(repo), check(repo, "--also", "other")

    assert alone.status == 0
    assert together.status == 1
    assert together.codes.count("MD316") == 3
    shared = " ".join(each["what"] for each in together.findings)
    assert "the version 20240301000000" in shared
    assert "the class name CreateBirds" in shared
    assert "the table createdogs, which both create" in shared
    mend(repo, together)
    repo.commit("repaired")
    assert check(repo, "--also", "other").status == 0


def test_several_other_branches_may_follow_one_also(tmp_path):
    repo = started(tmp_path / "repo")
    for name in ("one", "two"):
        repo.git("checkout", "--quiet", "-b", name, "main")
        repo.add(f"20240301000000_create_{name}.rb", f"Create{name.title()}")
        repo.commit(name)
    repo.git("checkout", "--quiet", "change")
    repo.add("20240301000000_create_cats.rb", "CreateCats")
    repo.commit("ours")

    outcome = check(repo, "--also", "one", "two")

    assert outcome.codes == ["MD316", "MD316"]


@pytest.mark.parametrize(
    "situation", [duplicate_class, copied, class_mismatch, illegal_name, renamed_and_edited]
)
def test_the_commands_of_a_commit_hook_put_right_what_is_to_be_committed(situation, tmp_path):
    repo = started(tmp_path / "repo")
    situation(repo)
    repo.git("add", "-A")
    refused = check(repo, "--staged")
    assert refused.status == 1

    mend(repo, refused)

    assert repo.git("diff", "--name-only") == ""
    assert check(repo, "--staged").status == 0
