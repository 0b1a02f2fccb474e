"""An environment that could not be read, as JSON has it in every document."""

from typing import Any

from analyzer.model.findings.across import UnreadEnvironment


def unread_entry(environment: UnreadEnvironment) -> dict[str, Any]:
    """Its name, and what, why and how to fix it."""
    error = environment.error
    return {
        "name": environment.name,
        "error": {"what": error.what, "why": error.why, "fix": error.fix},
        **({"members": list(environment.members)} if environment.members else {}),
    }
