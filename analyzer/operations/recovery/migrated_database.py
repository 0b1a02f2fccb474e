"""The new database of a full recovery: made in the old one's place, and migrated from scratch.

Databases are known by their number, which no rename changes, so each of these steps can be
repeated after an interruption.
"""

from analyzer.engines.sessions import Session
from analyzer.errors import DatabaseError
from analyzer.model.recovery.recovery import FullPlan
from analyzer.operations.recovery.application_stop import demand_nobody
from analyzer.operations.recovery.recovery_claim import demand_planned
from analyzer.operations.recovery.recovery_context import Surroundings, read_whole, version_table_of
from analyzer.operations.recovery.recovery_journal import Journal
from analyzer.operations.user_commands import run_command


class MigratedDatabase:
    """Takes the old database's name, once that one is renamed aside."""

    def __init__(self, plan: FullPlan, journal: Journal, around: Surroundings) -> None:
        self.plan, self.journal, self.around = plan, journal, around
        self.gateway, self.table = around.gateway, version_table_of(plan)

    def rename_old(self) -> None:
        """Rename the old database, which is only read from then on."""
        with self._maintenance() as session:
            if (
                session.engine.databases.database_name(session, self.plan.old_oid)
                == self.plan.aside
            ):
                return
            demand_nobody(session, self.plan.database)
            demand_planned(session, self.plan, (self.plan.database,))
            session.engine.databases.rename_database(session, self.plan.database, self.plan.aside)

    def create(self) -> None:
        """Make the new database under a name that is ours alone; the rename is the last thing."""
        settings = read_whole(self.gateway.at(self.plan.aside), self.table).settings
        with self._maintenance() as session:
            noted = self.journal.fact("new_oid")
            if (
                noted is not None
                and session.engine.databases.database_name(session, noted) == self.plan.database
            ):
                return
            self._demand_free(session)
            session.engine.databases.drop_database(session, self.plan.making)
            session.engine.databases.create_database(session, self.plan.making, settings)
            self.journal.note(
                "created", new_oid=session.engine.databases.database_oid(session, self.plan.making)
            )
            session.engine.databases.rename_database(session, self.plan.making, self.plan.database)

    def migrate(self) -> None:
        """Run the migrate command on a database that is new; a run that was cut off starts anew."""
        if self.journal.fact("migrating"):
            self._drop_half_migrated()
            self.create()
        self.journal.note("migrate", migrating=True)
        around = self.around
        run_command(
            self.plan.migrate_command, "--migrate-command", around.progress.say, around.environment
        )
        versions = read_whole(self.gateway.at(self.plan.database), self.table).versions
        if not versions:
            raise DatabaseError(
                f"the migrate command left no applied versions in {self.plan.database}",
                why="it reported success, but used another database, or did nothing",
                fix="make it use this database (DATABASE_URL is set for it), then resume; or pass "
                "another one: migdoctor recover resume --migrate-command ...",
            )
        self.journal.note("migrated", versions=list(versions))

    def finish(self) -> None:
        """Give the new database the limits that were in the way while it was filled."""
        settings = read_whole(self.gateway.at(self.plan.aside), self.table).settings
        with self._maintenance() as session:
            session.engine.databases.finish_database(session, self.plan.database, settings)

    def demand_alone(self) -> None:
        """Make sure that no application found the new database by its old name meanwhile."""
        with self._maintenance() as session:
            demand_nobody(session, self.plan.database)

    def _maintenance(self) -> Session:
        return self.gateway.engine.databases.maintenance(self.gateway, self.plan.database)

    def _drop_half_migrated(self) -> None:
        with self._maintenance() as session:
            if session.engine.databases.database_oid(
                session, self.plan.database
            ) == self.journal.fact("new_oid"):
                session.engine.databases.drop_database(
                    session, self.plan.database
                )  # ours, and nothing but migrations

    def _demand_free(self, session: Session) -> None:
        taken = session.engine.databases.database_oid(session, self.plan.database)
        quoted = session.engine.scripts.identifier
        if taken is not None:
            raise DatabaseError(
                f"somebody else created a database {self.plan.database} in the meantime",
                why=f"it has the number {taken}, and migdoctor did not make it",
                fix=f"look at it, and rename it if you want to keep it: ALTER DATABASE "
                f"{quoted(self.plan.database)} RENAME TO ...; then resume",
            )
