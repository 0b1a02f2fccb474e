"""A small application that is deployed step by step: files, rows, and notes of what ran."""

import json

from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

_ROWS = "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar(255) PRIMARY KEY)"
NOTES = "SELECT version, kind, path, commit_id FROM migdoctor_notes ORDER BY number"
# what a CI system that runs these tests says of itself
_QUIET = {"GITHUB_SHA": "", "CI_COMMIT_SHA": "", "GIT_COMMIT": ""}


class Deploys(Struct, frozen=True, dict=True):
    """A repository and the database that it is deployed to."""

    repo: Repo
    database: Database
    through: tuple[str, ...] = ()  # words of --exec

    @classmethod
    def make(cls, folder, database: Database, *, through: tuple[str, ...] = ()) -> "Deploys":
        database.run(_ROWS)
        return cls(Repo.make(folder / "app"), database, through)

    def deploy(self, *names: str, rows: tuple[str, ...] = ()) -> str:
        """Commit files that create a table each, and let them run; return the commit."""
        for name in names:
            slug = name.partition("_")[2].removesuffix(".rb")
            class_name = "".join(part.capitalize() for part in slug.split("_"))
            self.repo.add(name, class_name)
        commit = self.repo.commit()
        for row in (*(name.partition("_")[0] for name in names), *rows):
            self.row(row)
        return commit

    def row(self, version: str) -> None:
        self.database.run(f"INSERT INTO schema_migrations VALUES ('{version}')")

    def run(self, *words: str, **variables: str) -> Done:
        where = ["--database-url", self.database.url, *self.through]
        return migdoctor(self.repo.path, *words, *where, **{**_QUIET, **variables})

    def record(self, *words: str, **variables: str) -> Done:
        done = self.run("record", *words, **variables)
        assert done.status == 0, done.err
        return done

    def diagnosis(self, *words: str) -> dict:
        done = self.run("diagnose", "--format", "json", *words)
        assert done.status in (0, 1), done.err
        return json.loads(done.out)

    @property
    def notes(self) -> list[tuple]:
        return self.database.run(NOTES)
