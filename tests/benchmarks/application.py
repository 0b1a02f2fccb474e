"""An ordinary Rails application with a live database: all its migrations ran, by the real Rails."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.records import Struct
from tests.benchmarks.generate_history import FOLDER, Shape, generate
from tests.benchmarks.measure import run
from tests.support.databases.servers import debian_programs, fresh_database, running
from tests.support.frameworks import rails

RENAMED = 5  # of the newest migrations, after they ran


class Application(Struct, frozen=True, dict=True):
    """A work tree and its production."""

    tree: Path
    url: str

    @property
    def migrations(self) -> Path:
        """The folder of the files."""
        return self.tree / FOLDER

    def rake_status(self) -> None:
        """What Rails itself says of rows and files."""
        rails.typed("db:migrate:status", self.migrations, self.url)

    def diagnose(self) -> None:
        """What migdoctor says of them."""
        where = ["--repo", str(self.tree), "--database-url", self.url]
        run([sys.executable, "-m", "analyzer", "diagnose", *where], self.tree.parent / "caches")

    def rename(self) -> None:
        """Give the newest migrations new versions, as is done when two branches meet."""
        for number, file in enumerate(sorted(self.migrations.iterdir())[-RENAMED:]):
            name = f"2012010100000{number}_{file.name.partition('_')[2]}"
            self._git("mv", str(file), str(file.with_name(name)))
        self._commit("Put them in order")

    def migrate(self) -> None:
        """Run the migrations, and keep the schema that they make beside them."""
        done = rails.migrate(self.migrations, self.url)
        assert done.status == 0, done.output
        rails.schema_dump(self.migrations, self.url, self.tree / "db" / "schema.rb")
        self._git("add", "-A")
        self._commit("Dump the schema")

    def _commit(self, message: str) -> None:
        self._git(
            "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-qm", message
        )

    def _git(self, *args: str) -> None:
        subprocess.run(["git", "-C", str(self.tree), *args], check=True)


@contextmanager
def application(folder: Path, shape: Shape) -> Iterator[Application]:
    """Make one, with a database on a server of its own that ends with the block."""
    rails.demand_rails()
    bare = generate(folder / "application.git", shape)
    tree = folder / "application"
    subprocess.run(["git", "clone", "-q", str(bare), str(tree)], check=True)
    with running(debian_programs()) as server, fresh_database(server) as database:
        made = Application(tree, database.url)
        made.migrate()
        yield made
