"""How the commands that a recovery prints name the database that this one was about."""

from datetime import UTC, datetime

from analyzer.model.recovery.checklist import Checklist
from analyzer.records import replace
from analyzer.services.database import DatabaseOptions
from analyzer.workflow.next_steps.typed_commands import naming
from analyzer.workflow.reading.request import Request

_OF_THIS_DATABASE = ("migdoctor backup --verify", "migdoctor recover full")


def named_again(database: DatabaseOptions) -> str:
    """The options that name a database, as they can be typed; empty where none is needed."""
    request = Request(datetime.now(UTC), table=database.version_table)
    return naming(request.at(database.place) if database.place is not None else request).database


def with_naming(checklist: Checklist, database: DatabaseOptions) -> Checklist:
    """The checklist with its commands as they can be typed: each names the database."""
    named = named_again(database)
    return (
        checklist
        if not named
        else replace(
            checklist,
            items=tuple(replace(it, fix=_with_options(it.fix, named)) for it in checklist.items),
        )
    )


def _with_options(fix: str, named: str) -> str:
    for command in _OF_THIS_DATABASE:
        fix = fix.replace(command, f"{command} {named}")
    return fix
