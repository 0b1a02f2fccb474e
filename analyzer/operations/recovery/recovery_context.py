"""What a recovery is given from outside: the server, the user's commands, who watches."""

from collections.abc import Mapping

from analyzer.engines.sessions import Gateway
from analyzer.model.core.progress import Progress
from analyzer.model.core.version_table import TableName
from analyzer.model.recovery.recovery import Plan
from analyzer.model.schema.database_state import DatabaseState
from analyzer.operations.user_commands import run_command
from analyzer.records import Struct, replace


class Surroundings(Struct, frozen=True):
    """What a recovery is given by the command line, anew for every run.

    ``gateway`` reaches the server; which database it names does not matter. ``environment`` is for
    the user's commands.
    """

    gateway: Gateway
    scratch: Gateway | None
    progress: Progress
    environment: Mapping[str, str]

    def labelled(self, plan: Plan) -> "Surroundings":
        """Sign every session with the recovery's id, so that it can be known again."""
        return replace(self, gateway=self.gateway.named(f"migdoctor {plan.id}"))

    def run_if_given(self, command: str | None, option: str) -> None:
        """Run one of the user's commands, if there is one.

        Raises:
            EnvironmentToolError: it fails.
        """
        if command:
            run_command(command, option, self.progress.say, self.environment)


def version_table_of(plan: Plan) -> TableName:
    """Read the plan's version table."""
    schema, _, name = plan.version_table.rpartition(".")
    return TableName(name, schema or None)


def read_whole(gateway: Gateway, table: TableName) -> DatabaseState:
    """Read a database's state at one moment, without counts."""
    with gateway.session() as session:
        session.begin_snapshot()
        return session.engine.catalog.read_state(session, table)
