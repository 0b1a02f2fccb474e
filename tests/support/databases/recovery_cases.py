"""Recoveries as tests plan them, run them and take them back, and a small database for them."""

from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.engines.registry import open_gateway
from analyzer.model.core.progress import Silent
from analyzer.operations.recovery.full_recovery import FullRecovery
from analyzer.operations.recovery.recovery_context import Surroundings
from analyzer.operations.recovery.recovery_journal import new_recovery, open_recovery
from analyzer.operations.recovery.recovery_planning import RecoveryWish, plan_full, plan_tables
from analyzer.operations.recovery.recovery_run import RunResult
from analyzer.operations.recovery.rollback import take_back
from analyzer.operations.recovery.table_recovery import TableRecovery
from tests.support.databases.servers import Database, Server

if TYPE_CHECKING:
    from analyzer.engines.sessions import Gateway

SMALL = """
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE artists (id serial PRIMARY KEY, name text, best integer);
CREATE TABLE albums (id serial PRIMARY KEY, artist_id integer REFERENCES artists, title text);
ALTER TABLE artists ADD CONSTRAINT best FOREIGN KEY (best) REFERENCES albums;
CREATE TABLE plays (id serial PRIMARY KEY, album_id integer REFERENCES albums);
INSERT INTO schema_migrations VALUES ('1');
"""
ROWS = """
INSERT INTO artists (name) VALUES ('a'), ('b');
INSERT INTO albums (artist_id, title) VALUES (1, 'x'), (2, 'y');
UPDATE artists SET best = 3 - id;
INSERT INTO plays (album_id) VALUES (1), (2), (2)
"""


class Case:
    """One database, and the recoveries that are tried on it."""

    def __init__(self, database: Database, folder: Path, prefix: tuple[str, ...] = ()) -> None:
        self.database, self.folder = database, folder
        self.gateway: Gateway = open_gateway(database.url, prefix)
        self.around = Surroundings(self.gateway, self.gateway, Silent(), {})

    def plan(self, migrate: str, **wish: object) -> Path:
        """Plan option 1, and make its folder."""
        plan = plan_full(self.gateway, RecoveryWish(migrate_command=migrate, **wish))
        folder = self.folder / f"{plan.id}.recovery"
        new_recovery(folder, plan)
        return folder

    def plan_tables(self, *tables: str, **wish: object) -> Path:
        """Plan option 3, and make its folder."""
        plan = plan_tables(self.gateway, RecoveryWish(tables=tables, **wish))
        folder = self.folder / f"{plan.id}.recovery"
        new_recovery(folder, plan)
        return folder

    def run(self, folder: Path) -> RunResult:
        """Carry out, or go on."""
        plan, journal = open_recovery(folder)
        kind = FullRecovery if hasattr(plan, "aside") else TableRecovery
        return kind(plan, journal, self.around).run()

    def back(self, folder: Path) -> str:
        """Take it back."""
        plan, journal = open_recovery(folder)
        return take_back(plan, journal, self.around)


def databases(server: Server) -> set[str]:
    """Name every database of a server."""
    with server.connect() as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def set_aside(database: Database) -> str:
    """Name the database that a recovery of this one has put aside; others' are no concern."""
    start = f"{database.name}_before_"
    (found,) = [name for name in databases(database.server) if name.startswith(start)]
    return found


def migrations(case: Case, text: str) -> str:
    """Write what runs every migration on the case's database, and return the command."""
    script = case.folder / "migrations.sql"
    script.write_text(text)
    psql = case.database.server.bin / "psql"
    return f"'{psql}' -X -q -v ON_ERROR_STOP=1 -d '{case.database.url}' -f '{script}'"
