"""What a runbook must know of the server beyond the plan."""

from analyzer.engines.postgresql.access.session import Gateway
from analyzer.model.recovery.recovery import FullPlan, Plan, Reach
from analyzer.operations.loading.new_database import create_statements, finish_statements
from analyzer.operations.recovery.recovery_context import read_whole, version_table_of

_FLAGS = {"host": "-h", "port": "-p", "user": "-U"}


def read_reach(gateway: Gateway, plan: Plan) -> Reach:
    """Read how programs reach the server, and what only this server's statements can say.

    Raises:
        DatabaseError: unreachable.
    """
    state = read_whole(gateway, version_table_of(plan))
    given = gateway.address.parameters
    flags = tuple(word for name, flag in _FLAGS.items() if name in given
                  for word in (flag, given[name]))  # fmt: skip
    if isinstance(plan, FullPlan):
        create = create_statements(plan.database, state.settings, state.identity.server_version)
        finish = finish_statements(plan.database, state.settings)
        return Reach(gateway.prefix, flags, tuple(create), tuple(finish))
    if plan.source_backup is None:
        return Reach(gateway.prefix, flags)
    words = ("migdoctor", "restore", plan.source_backup, "--into-new", plan.side, "--no-owner")
    return Reach(gateway.prefix, flags, restore=(*words, "--yes"))
