"""Which files are one migration: what they do weighs more than what they are called."""

from analyzer.model.findings.diagnosis import (
    RowAmbiguous,
    RowDeleted,
    RowMatched,
    RowRenamed,
    RowReused,
)
from tests.support.commands.walks import renames, verdicts


def test_siblings_on_one_table_are_two_migrations_even_under_one_version(repo, diagnosed):
    repo.add("001_index_reviews_by_song.rb", "IndexReviewsBySong", "add_index :reviews, :song_id")
    repo.commit()
    repo.remove("001_index_reviews_by_song.rb")
    repo.commit()
    repo.add("001_index_reviews_by_user.rb", "IndexReviewsByUser", "add_index :reviews, :user_id")
    repo.commit()

    done = diagnosed(repo, ["1"])

    assert verdicts(done) == [RowReused]
    assert renames(done) == []


def test_a_migration_is_not_what_takes_it_back(repo, diagnosed):
    repo.add("001_add_index_to_songs.rb", "AddIndexToSongs", "add_index :songs, :artist_id")
    repo.commit()
    repo.remove("001_add_index_to_songs.rb")
    repo.add("002_drop_index_of_songs.rb", "DropIndexOfSongs", "remove_index :songs, :artist_id")
    repo.commit()

    done = diagnosed(repo, ["1"])

    assert verdicts(done) == [RowDeleted]
    assert renames(done) == []


def test_another_migration_under_the_name_of_one_that_is_gone_is_left_open(repo, diagnosed):
    repo.add("001_change_songs.rb", "ChangeSongs", "add_column :songs, :title, :string")
    repo.commit()
    repo.remove("001_change_songs.rb")
    repo.commit()
    repo.add("002_change_songs.rb", "ChangeSongs", "add_column :songs, :length, :integer")
    repo.commit()

    done = diagnosed(repo, ["1"])

    assert verdicts(done) == [RowAmbiguous]
    assert renames(done) == [("001_change_songs.rb", "002_change_songs.rb", "ambiguous")]


def test_what_ran_is_known_again_though_its_file_was_rewritten_before_it_went(repo, diagnosed):
    repo.add("001_create_songs.rb", "CreateSongs", "add_column :songs, :title, :string")
    repo.commit()
    many = [f"add_column :albums, :field_{number}, :string" for number in range(9)]
    repo.add("001_create_songs.rb", "CreateSongs", *many)
    repo.commit()
    repo.remove("001_create_songs.rb")
    repo.commit()
    repo.add("002_give_songs_titles.rb", "GiveSongsTitles", "add_column :songs, :title, :string")
    repo.commit()

    done = diagnosed(repo, ["1"])

    assert renames(done) == [("001_create_songs.rb", "002_give_songs_titles.rb", "probable")]


def test_a_version_that_two_files_carried_is_left_open_where_the_second_alone_stayed(
    repo, diagnosed
):
    repo.add("001_create_songs.rb", "CreateSongs")
    first = repo.commit()
    repo.add("001_create_albums.rb", "CreateAlbums")
    repo.commit()
    repo.remove("001_create_songs.rb")
    repo.commit()
    repo.move("001_create_albums.rb", "002_create_albums.rb")
    repo.commit()

    done = diagnosed(repo, ["1"])
    told = diagnosed(repo, ["1"], deployed=first)

    assert verdicts(done) == [RowAmbiguous]
    assert verdicts(told) == [RowDeleted]


def test_a_name_that_its_migration_left_may_be_anothers_by_now(repo, diagnosed):
    repo.add("001_change_songs.rb", "ChangeSongs", "add_column :songs, :title, :string")
    repo.commit()
    repo.move("001_change_songs.rb", "002_change_songs.rb")
    repo.commit()
    repo.add("001_change_songs.rb", "ChangeSongs", "add_column :songs, :length, :integer")
    repo.commit()

    done = diagnosed(repo, ["1"])

    assert verdicts(done) == [RowReused]
    assert renames(done) == [("001_change_songs.rb", "002_change_songs.rb", "certain")]


def test_what_it_was_called_for_a_while_does_not_hide_where_it_went(repo, diagnosed):
    birch = "add_column :carts, :birch, :datetime"
    repo.add("001_add_birch_to_carts.rb", "AddBirchToCarts", birch)
    repo.commit()
    repo.remove("001_add_birch_to_carts.rb")
    repo.add("001_add_birch.rb", "AddBirch", *["# many words"] * 9, birch)  # git sees no rename
    repo.add("001_add_cedar_to_carts.rb", "AddCedarToCarts", "add_column :carts, :cedar, :boolean")
    repo.commit()
    repo.move("001_add_birch.rb", "002_add_birch.rb")
    repo.commit()

    done = diagnosed(repo, ["1"])

    assert verdicts(done) == [RowReused]
    assert renames(done) == [("001_add_birch_to_carts.rb", "002_add_birch.rb", "probable")]


def test_one_name_and_other_data_is_left_open(repo, diagnosed):
    fill = "execute 'UPDATE products SET {0} = 1'"
    repo.add("001_fill_in_products.rb", "FillInProducts", fill.format("cedar"))
    repo.commit()
    repo.remove("001_fill_in_products.rb")
    repo.commit()
    repo.add("002_fill_in_products.rb", "FillInProducts", fill.format("ivory"))
    repo.commit()

    done = diagnosed(repo, ["1"])

    assert verdicts(done) == [RowAmbiguous]


def test_two_branches_gave_one_name_to_two_migrations(repo, diagnosed):
    ran, other = "change_column_null :concerts, :title, false", "create_table :addresses"
    repo.add("001_create_songs.rb", "CreateSongs")
    repo.commit()
    repo.git("checkout", "-qb", "side")
    repo.add("006_change_concerts.rb", "ChangeConcerts", ran)
    repo.commit()
    repo.git("checkout", "-q", "-")
    repo.add("006_change_concerts.rb", "ChangeConcerts", other)
    repo.commit()
    repo.git("merge", "-qs", "ours", "--no-edit", "side")
    repo.add("015_change_concerts.rb", "ChangeConcerts", ran)
    repo.commit()

    done = diagnosed(repo, ["1", "6"], deployed="side")

    assert verdicts(done)[-1] is RowReused
    assert renames(done) == [("006_change_concerts.rb", "015_change_concerts.rb", "certain")]


def test_what_a_side_branch_swapped_is_not_taken_for_an_edit(repo, diagnosed):
    one, other = "add_column :reviews, :ember, :integer", "change_column_null :artists, :t, false"
    repo.add("009_create_birch.rb", "CreateBirch", one)
    repo.add("010_create_birch.rb", "CreateBirch", other)
    repo.commit()
    repo.git("tag", "deployed")
    repo.git("checkout", "-qb", "side")
    repo.add("009_create_birch.rb", "CreateBirch", "# restyled", other)
    repo.add("010_create_birch.rb", "CreateBirch", "# restyled", one)
    repo.commit()
    repo.remove("009_create_birch.rb")
    repo.remove("010_create_birch.rb")
    repo.commit()
    repo.git("checkout", "-q", "-")
    repo.move("010_create_birch.rb", "016_create_birch.rb")
    repo.remove("009_create_birch.rb")
    many = [f"add_index :ember, :field_{number}" for number in range(9)]
    repo.add("015_create_birch.rb", "CreateBirch", one, *many)
    repo.commit()
    repo.move("016_create_birch.rb", "009_create_birch.rb")
    repo.commit()
    repo.git("merge", "-qs", "ours", "--no-edit", "side")

    done = diagnosed(repo, ["9", "10"], deployed="deployed")

    assert {(old, new) for old, new, _ in renames(done)} == {
        ("009_create_birch.rb", "015_create_birch.rb"),
        ("010_create_birch.rb", "009_create_birch.rb"),
    }


def test_an_emptied_file_under_another_path_still_leads_on_from_what_ran(repo, diagnosed):
    repo.add("001_add_birch.rb", "AddBirch", "add_column :venues, :birch, :string")
    repo.commit()
    (repo.path / "db/migrate/archive").mkdir()
    repo.move("001_add_birch.rb", "archive/001_add_birch.rb")
    repo.add("archive/001_add_birch.rb", "AddBirch", "")
    repo.add("archive/001_create_cedar.rb", "CreateCedar")
    repo.commit()
    repo.move("archive/001_add_birch.rb", "archive/003_add_birch.rb")
    repo.remove("archive/001_create_cedar.rb")
    repo.commit()

    done = diagnosed(repo, ["1"])

    assert renames(done) == [("001_add_birch.rb", "003_add_birch.rb", "ambiguous")]


def test_two_of_one_name_that_changed_places_are_not_one(repo, diagnosed):
    first, second = "remove_column :countries, :birch", "create_table :playlists"
    repo.add("002_change.rb", "Change", first)
    repo.add("004_change.rb", "Change", second)
    repo.commit()
    repo.add("002_change.rb", "Change", second)
    repo.add("004_change.rb", "Change", first)
    repo.commit()
    repo.remove("004_change.rb")
    repo.commit()
    repo.move("002_change.rb", "004_change.rb")
    repo.commit()

    done = diagnosed(repo, ["2", "4"])

    assert verdicts(done) == [RowDeleted, RowMatched]


def test_rows_that_a_repair_gave_the_new_names_of_a_chain_are_right(repo, diagnosed):
    first = chain(repo)

    done = diagnosed(repo, ["2", "3"])
    told = diagnosed(repo, ["2", "3"], deployed=first)
    once = diagnosed(repo, ["1", "2", "3"])

    assert verdicts(done) == verdicts(told) == [RowMatched, RowMatched]
    assert renames(done) == renames(told) == []
    assert verdicts(once) == [RowRenamed, RowReused, RowMatched]  # the second one ran twice


def test_the_first_of_a_chain_that_is_new_to_the_history_changes_nothing(repo, diagnosed):
    repo.add("002_seed_songs.rb", "SeedSongs", "execute 'INSERT INTO songs VALUES (1)'")
    first = repo.commit()
    repo.move("002_seed_songs.rb", "003_seed_songs.rb")
    repo.add("002_seed_users.rb", "SeedUsers", "execute 'INSERT INTO users VALUES (1)'")
    repo.commit()

    done = diagnosed(repo, ["2", "3"], deployed=first)

    assert verdicts(done) == [RowReused, RowMatched]


def chain(repo):
    """Migration 1 becomes 2, and what had been 2 becomes 3; two others went, as in a squash."""
    for version, table in (("001", "songs"), ("002", "artists")):
        name, model = f"{version}_seed_{table}.rb", f"Seed{table.title()}"
        repo.add(name, model, f"execute \"INSERT INTO {table} (title) VALUES ('seed')\"")
    first = repo.commit()
    repo.move("002_seed_artists.rb", "003_seed_artists.rb")
    repo.move("001_seed_songs.rb", "002_seed_songs.rb")
    repo.commit()
    return first
