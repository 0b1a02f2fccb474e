"""The real dbmate, and applications whose migrations are its own."""

import subprocess
import sys
from pathlib import Path

from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

FOLDER = "db/migrations"


def migration(up: str, down: str = "", options: str = "") -> str:
    """A migration's text."""
    head = f"-- migrate:up {options}".rstrip()
    return f"{head}\n{up}\n\n-- migrate:down\n{down}\n"


def making(table: str) -> str:
    """A migration that runs twice without an error, and then shows it by two rows."""
    return migration(
        f"CREATE TABLE IF NOT EXISTS {table} (id integer);\nINSERT INTO {table} VALUES (1);",
        f"DROP TABLE {table};",
    )


class Application(Struct, frozen=True):
    """A repository with dbmate's migrations, and its database."""

    repo: Repo
    database: Database
    state: Path

    @classmethod
    def make(cls, folder: Path, database: Database) -> "Application":
        """An empty one."""
        return cls(Repo.make(folder / "app"), database, folder / "state")

    def write(self, name: str, text: str) -> None:
        """Write a migration."""
        self.repo.write(name, text, FOLDER)

    def move(self, old: str, new: str) -> None:
        """Give a migration another name."""
        self.repo.move(old, new, FOLDER)

    def dbmate(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the real program in the application's folder."""
        program = Path(sys.executable).parent / "dbmate"
        return subprocess.run(
            [
                program,
                "--url",
                f"{self.database.url}?sslmode=disable",
                "--no-dump-schema",
                *arguments,
            ],
            cwd=self.repo.path,
            capture_output=True,
            text=True,
            check=False,
        )

    def up(self) -> list[str]:
        """Run what is pending; the files that it ran.

        Raises:
            AssertionError: it failed.
        """
        done = self.dbmate("up")
        assert done.returncode == 0, done.stderr
        lines = (done.stdout + done.stderr).splitlines()
        return [line.partition(": ")[2] for line in lines if line.startswith("Applying: ")]

    def pending(self) -> list[str]:
        """The files that ``dbmate status`` says are still to run."""
        told = self.dbmate("status").stdout.splitlines()
        return [line.removeprefix("[ ] ") for line in told if line.startswith("[ ] ")]

    def rows(self) -> list[str]:
        """The version table."""
        found = self.database.run("SELECT version FROM schema_migrations ORDER BY version")
        return [text for (text,) in found]

    def run(self, *arguments: str) -> Done:
        """Run migdoctor on repository and database."""
        options = (
            ()
            if arguments[0] in ("graph", "check", "undo")
            else ("--database-url", self.database.url)
        )
        return migdoctor(self.repo.path, *arguments, *options, XDG_STATE_HOME=str(self.state))
