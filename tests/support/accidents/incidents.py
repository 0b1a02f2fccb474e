"""Incidents as they come about, each with the database that the real Rails left."""

from collections.abc import Callable
from pathlib import Path

from tests.support.databases.servers import Database
from tests.support.frameworks.many_migrates import Outcome
from tests.support.histories.repositories import FOLDER, Repo

Migrate = Callable[[Path, str], Outcome]
"""Runs what is pending in a folder, on the database of an address, as Rails does."""
SONGS, RENAMED = "20250101000000_create_songs.rb", "20250601000000_create_songs.rb"
_TABLE = "create_table(:songs) { |t| t.string :title }"


class Incident:
    """A repository and a database, which a deploy brings together."""

    def __init__(self, folder: Path, database: Database, migrate: Migrate) -> None:
        self.repo, self.database = Repo.make(folder), database
        self._migrate = migrate

    def deploy(self, message: str = "deployed") -> None:
        self.repo.commit(message)
        done = self._migrate(self.repo.path / FOLDER, self.database.url)
        assert done.error is None, done


def rename_back(it: Incident) -> None:
    it.repo.add(SONGS, "CreateSongs", _TABLE)
    it.deploy()
    it.repo.move(SONGS, RENAMED)
    it.repo.commit("renamed")


def uncommitted(it: Incident) -> None:
    """The rename is only in the working tree, and there is a migration that git does not know."""
    it.repo.add(SONGS, "CreateSongs", _TABLE)
    it.deploy()
    it.repo.move(SONGS, RENAMED)
    it.repo.add("20250603000000_create_tags.rb", "CreateTags", "create_table :tags")


def rewrite(it: Incident) -> None:
    """Somebody recorded the new version by hand: its file must keep it."""
    rename_back(it)
    it.database.run("INSERT INTO schema_migrations VALUES ('20250601000000')")


def both(it: Incident) -> None:
    """Besides, somebody made by hand what a migration would make: its row is missing."""
    rename_back(it)
    it.repo.add("20250603000000_create_tags.rb", "CreateTags", "create_table :tags")
    it.repo.commit("tags")
    it.database.run("CREATE TABLE tags (id bigserial PRIMARY KEY)")


def follow_up(it: Incident) -> None:
    rename_back(it)
    it.repo.add(RENAMED, "CreateSongs", "create_table :songs do |t|", "  t.string :title",
                "  t.integer :rating", "end")  # fmt: skip
    it.repo.commit("edited")


def needed_follow_up(it: Incident) -> None:
    """A migration that never ran needs what the edit of a renamed one adds."""
    follow_up(it)
    it.repo.add("20250603000000_add_index.rb", "AddIndex", "add_index :songs, :rating")
    it.repo.commit("indexed")


def ambiguous(it: Incident) -> None:
    """A column that came and went: whether its migration ran, the database cannot tell."""
    it.repo.add(SONGS, "CreateSongs", _TABLE)
    it.repo.add("20250102000000_add_album.rb", "AddAlbum", "add_column :songs, :album, :string")
    removed = "remove_column :songs, :album, :string"
    it.repo.add("20250103000000_remove_album.rb", "RemoveAlbum", removed)
    it.deploy()
    it.repo.move("20250102000000_add_album.rb", "20250602000000_add_album.rb")
    it.repo.commit("renamed")


def nothing(it: Incident) -> None:
    it.repo.add(SONGS, "CreateSongs", _TABLE)
    it.deploy()
