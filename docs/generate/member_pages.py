"""Frameworks and engines: what works where, as tables made from the two registries."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from analyzer.engines.base import Engine
from analyzer.engines.registry import ENGINES, engine
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import MEMBERS, framework

_Member = TypeVar("_Member")
_HEAD = """\
# Frameworks and engines

A framework is the tool that owns the version table and decides what a migration file means; an
engine is the database server. The two are independent of each other. Both tables are made from what
the program registers.
"""
_CHOSEN = """\
`--framework NAME` names one; by default it is recognised by the version table's columns, then by
the files.
"""
_FRAMEWORK_CAN: Mapping[str, Callable[[Framework], bool]] = {
    "diagnose, advise, check": lambda _: True,
    "schema file brought in line": lambda it: it.schema_file is not None,
    "rows from its status command": lambda it: it.status is not None,
    "database named by its own file": lambda it: it.databases is not None,
    "`--follow-up` drafts": lambda it: it.writer is not None,
    "`graph --fix` guards": lambda it: it.guards is not None,
}
_ENGINE_CAN: Mapping[str, Callable[[Engine], bool]] = {
    "diagnose, rewrite, undo": lambda _: True,
    "a script is taken back whole by an error": lambda it: it.features.transactional_ddl,
    "rehearse": lambda it: it.scratch is not None,
    "fleets": lambda it: it.fleets is not None,
    "recovery into a new database": lambda it: it.features.rename_database,
    "backup from one snapshot in several sessions": lambda it: it.features.exported_snapshots,
}


def frameworks_page() -> str:
    """Render one table of frameworks, one of engines."""
    frameworks = {f"{it.commands.title} (`{it.name}`)": it for it in map(framework, MEMBERS)}
    engines = {f"{it.title} (`{it.name}`)": it for it in map(engine, ENGINES)}
    parts = [
        _HEAD,
        "## Frameworks\n",
        _table(_FRAMEWORK_CAN, frameworks),
        _CHOSEN,
        "## Engines\n",
        _table(_ENGINE_CAN, engines),
    ]
    return "\n".join(parts)


def _table(can: Mapping[str, Callable[[_Member], bool]], members: Mapping[str, _Member]) -> str:
    rows = [
        f"| {name} | {' | '.join('yes' if asked(it) else 'no' for asked in can.values())} |"
        for name, it in members.items()
    ]
    return "\n".join([f"| | {' | '.join(can)} |", f"|---|{'---|' * len(can)}", *rows, ""])
