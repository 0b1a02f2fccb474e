"""The commands of a recovery that is taken up again: typed again where they were not kept."""

from collections.abc import Collection
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.model.recovery.recovery import Plan, commands_of, with_fields
from analyzer.model.secrets.redaction import holds_secret
from analyzer.operations.recovery.recovery_journal import PLAN
from analyzer.operations.recovery.trusted_plans import is_remembered
from analyzer.services.recovery.options import UserCommands


def with_commands(
    plan: Plan, folder: Path, commands: UserCommands, needed: Collection[str]
) -> Plan:
    """Give a plan the commands that were typed.

    Args:
        plan: as it was read from its folder.
        folder: where it lies.
        commands: what was typed now.
        needed: the fields whose commands may run now.

    Raises:
        UsageError: a command must be typed again, as it held a password, which is not kept, or as
            somebody else wrote it.
    """
    has, given = commands_of(plan), commands.by_field()
    typed = {name: given[name] for name in needed if name in has and name in given}
    rest = {name: has[name] for name in needed if name in has and name not in typed}
    for name, command in rest.items():
        if holds_secret(command):
            raise _to_type(name, command, "it holds a password, and none is kept in a file")
    if rest and not is_remembered(folder / PLAN):
        name, command = next(iter(rest.items()))
        why = f"{folder / PLAN} was written by somebody else, on another computer, or was edited"
        raise _to_type(name, command, why)
    return with_fields(plan, typed)


def _to_type(name: str, command: str, why: str) -> UsageError:
    option = f"--{name.replace('_', '-')}"
    return UsageError(
        f"the command of {option} must be typed again: {command}",
        why=why,
        fix=f"run the same command again with {option} 'COMMAND'",
    )
