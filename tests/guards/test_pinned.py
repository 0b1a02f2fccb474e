"""Whatever speaks to a database passes the one place that pins the search path."""

import ast
from functools import cache
from pathlib import Path

import analyzer
from analyzer.engines.postgresql.access.pinned_settings import (
    PIN,
    PIN_HERE,
    READING,
    SESSION,
    USER_PATH_HERE,
)
from tests.guards.package_code import nodes, tree

PACKAGE = Path(analyzer.__file__).parent
# the two ways to hold a session, each the only place that connects so
TRANSPORTS = {
    "DriverSession": "engines/postgresql/access/driver_session.py",
    "PsqlSession": "engines/postgresql/access/psql_session.py",
}
GATEWAY = "engines/postgresql/access/gateway.py"  # opens them, and pins what it opens
# who starts another client program, and what pins it
CLIENTS = {
    "engines/postgresql/access/psql_session.py": "as the gateway opens it",
    "engines/postgresql/tools/dump_loading.py": "pinned.PIN comes first; pg_restore empties it",
    "engines/postgresql/tools/dump_writing.py": "pg_dump empties the path itself",
    "engines/postgresql/scratch/database_copy.py": "pg_dump empties the path; a copy differs",
}
_NOT_OF_POSTGRESQL = {
    "engines/mysql/access/client_session.py",
    "engines/mysql/recovery/dump_loading.py",
    "engines/mysql/recovery/dump_writing.py",
    "engines/mysql/recovery/scratch.py",
    "engines/shared/client_pipe.py",
    "engines/shared/client_runs.py",  # whoever runs something there is among its callers
    "engines/sqlite/access/client_session.py",
    "services/repair/rehearsal/working_copy.py",
    "operations/demo/demonstration.py",
    "operations/demo/scenario.py",
    "operations/user_commands.py",
    "services/repair/rehearsal/migrate_command.py",
    "operations/repair/script_run.py",
    "operations/backup/disk_space.py",
    "engines/postgresql/scratch/scratch_postgres.py",  # SQLite has no search path to pin
}
_SETTING = ("SET search_path", "SET LOCAL search_path", "RESET search_path")
_PROGRAMS = {"command", "running"}


def module(place):
    return tree(PACKAGE / place)


@cache
def calls():
    """Each call of the package: its module, the name that is called, and what it is called of."""
    places = (path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
    return [
        (place, *_named(node.func))
        for place in places
        for node in nodes(PACKAGE / place)
        if isinstance(node, ast.Call)
    ]


def callers(names, *, of=None):
    """The modules that call something of these names."""
    return {place for place, name, whose in calls() if name in names and (of in (None, whose))}


def _named(function):
    if isinstance(function, ast.Attribute):
        whose = function.value.id if isinstance(function.value, ast.Name) else None
        return function.attr, whose
    return (function.id, None) if isinstance(function, ast.Name) else (None, None)


def test_one_place_connects():
    assert callers({"connect"}, of="psycopg") == {TRANSPORTS["DriverSession"]}
    assert callers({"AsyncConnection", "Connection", "ConnectionPool"}) == set()


def test_only_the_gateway_holds_transports():
    assert callers(set(TRANSPORTS)) == {GATEWAY}


def test_the_gateway_opens_no_session_without_its_pins():
    """Each of its ways opens one with ``_open``, and says at once what comes first."""
    tree = module(GATEWAY)
    opening = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "self._open(" in ast.unparse(node)
    ]
    first = {"session": "*SESSION", "reading": "*READING", "file_session": "*FILE"}

    assert {function.name for function in opening} == set(first)
    for function in opening:
        begun = next(
            node
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "_begun"
        )
        assert first[function.name].strip("*") in ast.unparse(begun)
        assert ast.unparse(function).count("self._open(") == 1


def test_a_file_of_ours_is_pinned_by_whatever_runs_it():
    for place in TRANSPORTS.values():
        (runs,) = [
            node
            for node in ast.walk(module(place))
            if isinstance(node, ast.FunctionDef) and node.name == "run_file"
        ]
        assert "pinned(text)" in ast.unparse(runs)


def test_every_client_program_is_known_and_pinned():
    found = callers(_PROGRAMS)
    others = {place for place in found if place.startswith(("cli/", "frameworks/"))}  # no programs

    assert found - others - _NOT_OF_POSTGRESQL == set(CLIENTS)


def test_only_the_gates_start_programs():
    started = callers({"run", "Popen"}, of="subprocess") | callers({"run_bounded"})
    started -= {*_NOT_OF_POSTGRESQL, "sources/files/bounded.py"}
    ours = {place for place in started if not place.startswith("sources/git")}

    assert ours == {
        "engines/postgresql/access/psql_session.py",
        "engines/shared/program_versions.py",
    }


def test_a_path_is_set_only_where_it_is_pinned():
    """Everybody else says ``PIN``, ``PIN_HERE`` or ``user_path``."""
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(words in path.read_text("utf-8") for words in _SETTING)
    }

    assert users == {
        "engines/postgresql/access/pinned_settings.py",
        "engines/postgresql/parser/sql_objects.py",
    }  # the latter reads the user's
    assert USER_PATH_HERE not in (PIN, PIN_HERE)


def test_what_comes_before_the_pin_uses_no_name_without_its_schema():
    for settings, pin in ((READING, PIN_HERE), (SESSION, PIN)):
        before = settings[: settings.index(pin)]
        queries = [one for one in before if not one.startswith("SET ")]
        assert all(one.startswith("SELECT pg_catalog.set_config(") for one in queries)
        assert not any(mark in one for one in queries for mark in ("=", "||", " ~", "<", ">"))
