"""Stopping the application, and making sure that nobody is connected."""

import time

from analyzer.engines.sessions import Session
from analyzer.errors import DatabaseError
from analyzer.model.recovery.recovery import Plan
from analyzer.operations.recovery.recovery_context import Surroundings

_PATIENCE = 5  # seconds
_OFTEN = 0.1  # seconds between two looks


def stop_application(around: Surroundings, plan: Plan) -> None:
    """Run the stop command, and make sure before the long work that everybody is gone.

    Raises:
        DatabaseError: somebody is still connected.
    """
    around.run_if_given(plan.stop_command, "--stop-command")
    with around.gateway.engine.databases.maintenance(around.gateway, plan.database) as session:
        _wait_until_gone(session, plan.database)
        demand_nobody(session, plan.database)
    around.progress.say("  pass     application-stopped: nobody else is connected")


def demand_nobody(session: Session, database: str, again: str = "resume") -> None:
    """Make sure that nobody else is connected.

    Args:
        session: in another database.
        database: which.
        again: the command that goes on afterwards.

    Raises:
        DatabaseError: somebody is; everybody is named.
    """
    others = session.engine.databases.other_sessions(session, database)
    if others:
        raise DatabaseError(
            f"{len(others)} other {'session is' if len(others) == 1 else 'sessions are'} "
            f"connected to {database}",
            why="; ".join(map(str, others[:5])),
            fix="stop the application (--stop-command 'docker compose stop archive' does it); "
            f"whoever is left is disconnected with {session.engine.examples.end_session}; then "
            "continue: "
            f"migdoctor recover {again}",
        )


def _wait_until_gone(session: Session, database: str) -> None:
    """Wait a moment: an application that was told to stop closes its connections one by one."""
    end = time.monotonic() + _PATIENCE
    while session.engine.databases.other_sessions(session, database) and time.monotonic() < end:
        time.sleep(_OFTEN)
