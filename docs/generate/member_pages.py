"""Frameworks and engines: what works where, as tables and pages made from the two registries."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from analyzer.engines.base import Engine
from analyzer.engines.lacking import Lacking
from analyzer.engines.registry import ENGINES, SCHEMES, USUAL, engine
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import MEMBERS, framework

_Member = TypeVar("_Member")
_HEAD = """\
# Frameworks and engines

A framework is the tool that owns the version table and decides what a migration file means; an
engine is the database server. The two are independent of each other. Both tables, and the page of
each, are made from what the program registers.
"""
_CHOSEN = """\
`--framework NAME` names one; by default it is recognised by the version table's columns, then by
the files. What is missing says so by name, and what to do instead. To add one:
[frameworks and engines of your own](extending.md).
"""
_SCENARIOS = Path(__file__).resolve().parents[2] / "fixtures"
_SHOWN = {
    "diagnose.txt": "diagnose --rows ../rows.csv | sed '/^Code:/,$d'",
    "rename_back.patch": "rename-back --format patch --rows ../rows.csv | grep -v '^#'",
    "rewrite.patch": "rewrite --format patch --rows ../rows.csv 2>&1 | sed '/^What/,$d'",
}
_FRAMEWORK_CAN: Mapping[str, Callable[[Framework], bool]] = {
    "`diagnose`, `advise`, `check`, `rename-back`, `rewrite`": lambda _: True,
    "schema file brought in line": lambda it: it.schema_file is not None,
    "`--rows` from its status command": lambda it: it.status is not None,
    "database named by its own settings file": lambda it: it.databases is not None,
    "`--follow-up` drafts a migration": lambda it: it.writer is not None,
    "`graph --fix` writes guards": lambda it: it.guards is not None,
}


def _answers(part: str, question: str) -> Callable[[Engine], bool]:
    """Whether an engine has an answer to one of its ports' questions."""
    return lambda it: not isinstance(getattr(getattr(it, part), question), Lacking)


_ENGINE_CAN: Mapping[str, Callable[[Engine], bool]] = {
    "`diagnose`, `advise`, `schema --diff`": _answers("catalog", "read_version_table"),
    "`rename-back`": lambda _: True,
    "`rewrite`, `undo`": lambda it: it.features.row_changes,
    "`rewrite --recorded`": _answers("scripts", "render_recorded"),
    "`--rows` from a dump": _answers("exports", "read_dump"),
    "`record` keeps notes in the database": _answers("scripts", "render_notes"),
    "`rehearse`": lambda it: it.scratch is not None,
    "fleets": lambda it: it.fleets is not None,
    "`backup`, `restore`": _answers("dumps", "write_dump"),
    "`recover`": _answers("databases", "create_database"),
    "a failed migration leaves nothing behind": lambda it: it.features.transactional_ddl,
}


def member_pages() -> Iterator[tuple[str, str]]:
    """The overview, then a page for each member."""
    frameworks, engines = [*map(framework, MEMBERS)], [*map(engine, ENGINES)]
    yield "frameworks/index.md", _overview(frameworks, engines)
    yield from ((f"frameworks/{it.name}.md", _framework_page(it)) for it in frameworks)
    yield from ((f"frameworks/on-{it.name}.md", _engine_page(it)) for it in engines)


def _overview(frameworks: list[Framework], engines: list[Engine]) -> str:
    named = {f"[{it.commands.title}]({it.name}.md)": it for it in frameworks}
    parts = [
        _HEAD,
        "## Frameworks\n",
        _table(_FRAMEWORK_CAN, named),
        _CHOSEN.replace("extending.md", "../extending.md"),
        "## Engines\n",
        _table(_ENGINE_CAN, {f"[{it.title}](on-{it.name}.md)": it for it in engines}),
    ]
    return "\n".join(parts)


def _table(can: Mapping[str, Callable[[_Member], bool]], members: Mapping[str, _Member]) -> str:
    rows = [
        f"| {what} | {' | '.join('yes' if asked(it) else 'no' for it in members.values())} |"
        for what, asked in can.items()
    ]
    return "\n".join([f"| | {' | '.join(members)} |", f"|---|{'---|' * len(members)}", *rows, ""])


def _framework_page(it: Framework) -> str:
    member = MEMBERS[it.name]
    facts = {
        "`--framework`": f"`{it.name}`",
        "folder": f"`{it.files.usual}`",
        "a file": f"`{it.files.example}`",
        "its tables": _codes(member.tables),
        "runs what is pending": f"`{it.commands.whole}`",
        "known by": _codes(it.files.markers) or "its table's columns, and what its files hold",
    }
    return _page(it.commands.title, facts, _FRAMEWORK_CAN, it) + _scenario(it)


def _scenario(it: Framework) -> str:
    """What happens to a migration that is renamed after it ran, by the scenario that is kept."""
    folder = _SCENARIOS / f"{it.name}-renamed"
    shown = [(name, folder / "expected" / name) for name in _SHOWN]
    if not all(place.exists() for _, place in shown):
        return ""
    told = tomllib.loads((folder / "scenario.toml").read_text("utf-8"))
    next_run = (folder / "expected" / "next_run.txt").read_text("utf-8").strip()
    again = next_run.startswith("runs again: ")
    what = f"runs it again, as `{next_run.partition(': ')[2]}`" if again else f"refuses: {next_run}"
    how, _, tool = told["proof"].partition(": ")
    proof = "That was seen by running" if how == "ran" else "That is the record of a run of"
    intro = (
        f"{proof} {tool}. `fixtures/{it.name}-renamed` keeps the story; "
        "`python -m tests.support.frameworks.renamed_scenarios FOLDER` builds its repository as "
        f"`FOLDER/{it.name}/app`, with the rows beside it.\n"
    )
    heading = "## A migration that got a later number after it ran\n"
    runs = (f"$ migdoctor {_SHOWN[name]}\n{place.read_text('utf-8')}" for name, place in shown)
    blocks = (f"```console\n{run}```\n" for run in runs)
    return "\n".join(["", heading, f"`{it.commands.whole}` {what}\n", intro, *blocks])


def _engine_page(it: Engine) -> str:
    schemes = [scheme for scheme, name in SCHEMES.items() if name == it.name]
    schemes += ["postgresql", "postgres"] if it.name == USUAL else []
    facts = {
        "in reports": f"`{it.name}`",
        "addresses begin with": _codes(f"{scheme}:" for scheme in schemes),
        "an address": f"`{it.examples.server}`",
        "client programs": _codes({it.programs.client, it.programs.dump, it.programs.restore}),
        "the variable of a password": f"`{it.examples.login_variable}`"
        if it.examples.login_variable
        else "none is needed",
    }
    return _page(it.title, facts, _ENGINE_CAN, it)


def _page(
    title: str,
    facts: Mapping[str, str],
    can: Mapping[str, Callable[[_Member], bool]],
    member: _Member,
) -> str:
    lines = [f"# {title}", "", "| | |", "|---|---|"]
    lines += [f"| {what} | {it} |" for what, it in facts.items()]
    lines += ["", "| what | works |", "|---|---|"]
    lines += [f"| {what} | {'yes' if asked(member) else 'no'} |" for what, asked in can.items()]
    return "\n".join([*lines, "", "[All frameworks and engines](index.md)", ""])


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"`{it}`" for it in sorted(words))
