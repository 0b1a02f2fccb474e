"""What a runbook must know of the server beyond the plan."""

from analyzer.engines.sessions import Gateway
from analyzer.model.recovery.recovery import FullPlan, Plan, Reach
from analyzer.operations.recovery.recovery_context import read_whole, version_table_of


def read_reach(gateway: Gateway, plan: Plan) -> Reach:
    """Read how programs reach the server, and what only this server's statements can say.

    Raises:
        DatabaseError: unreachable.
    """
    state = read_whole(gateway, version_table_of(plan))
    flags = gateway.call.flags
    if isinstance(plan, FullPlan):
        create = gateway.engine.databases.create_statements(
            plan.database, state.settings, state.identity.server_version
        )
        finish = gateway.engine.databases.finish_statements(plan.database, state.settings)
        return Reach(gateway.prefix, flags, tuple(create), tuple(finish))
    if plan.source_backup is None:
        return Reach(gateway.prefix, flags)
    words = ("migdoctor", "restore", plan.source_backup, "--into-new", plan.side, "--no-owner")
    return Reach(gateway.prefix, flags, restore=(*words, "--yes"))
