"""The engines stand behind their ports: what each answers, and who still names one outside."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import analyzer
from analyzer.engines import base
from analyzer.engines.lacking import Lacking
from analyzer.engines.ports import (
    access,
    catalog,
    databases,
    dumps,
    exports,
    fleets,
    loading,
    parser,
    preconditions,
    scratch,
    scripts,
    types,
)
from analyzer.engines.registry import ENGINES, engine
from analyzer.errors import EnvironmentToolError
from tests.guards.package_code import tree

PACKAGE = Path(analyzer.__file__).parent
NAMED = re.compile(r"postgres|psycopg|pglast|psql|libpq|\bpg_|\bPG::", re.IGNORECASE)
EXCEPTED = ("engines/postgresql/", "engines/registry.py", "operations/demo/")
# Who names PostgreSQL outside its wing, docstrings and options' help excepted, and why. May only
# shrink.
NAMING = {
    "analysis/schema/schema_store.py": "a mark for temporary tables that no other schema can have",
    "frameworks/db_migrate/framework.py": "the name of another tool",
    "frameworks/laravel/framework.py": "the name of another tool",
    "frameworks/rails/language/ruby_harmless.py": "methods of Rails' connection",
    "frameworks/rails/language/ruby_questions.py": "what Rails' connection says it is",
    "frameworks/typeorm/framework.py": "the name of another tool",
    "limits.py": "commands to type",
    "model/effects/objects.py": "the extension that an operator class needs",
}


# Where no database is in hand, so that the usual engine is meant, and why. May only shrink.
USUAL = {
    "operations/backup/backup_folder.py": 1,  # words of a message
    "operations/backup/restoration.py": 1,  # a manifest that names none
    "operations/backup/snapshot.py": 1,  # the file of a snapshot
    "operations/demo/demonstration.py": 1,  # the demo
    "operations/recovery/recovery_journal.py": 1,  # a plan is read before anything is reached
    "services/database.py": 1,  # words of messages
    "services/demo.py": 1,  # the demo
    "services/repair/options.py": 1,  # options are checked before anything is reached
    "services/repair/rows/recorded.py": 1,  # for databases that nobody has looked at
    "services/repair/rehearsal/rehearse.py": 1,  # of a dump
    "sources/rows/listing.py": 1,  # words of messages
    "sources/rows/open_rows_file.py": 2,  # words of messages
    "workflow/places/chosen_by.py": 1,
    "workflow/reading/rows/environments.py": 1,  # variables of the usual engine's client
    "workflow/reading/request.py": 1,  # a file of rows
}


def test_the_usual_engine_is_meant_only_where_no_database_is_in_hand():
    calls = {
        path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8").count("usual_engine()")
        for path in PACKAGE.rglob("*.py")
    }
    del calls["engines/registry.py"]

    assert {place: number for place, number in calls.items() if number} == USUAL


def test_no_engine_is_had_without_its_name():
    with pytest.raises(TypeError):
        engine()


def said(node: ast.AST) -> Iterator[str]:
    """The words of a syntax tree: names, imports, texts; neither docstrings nor options' help."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docstring = node.body[0] if isinstance(node, documented) and ast.get_docstring(node) else None
    for _, value in ast.iter_fields(node):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str | bytes):
                yield one if isinstance(one, str) else one.decode("latin-1")
            elif isinstance(one, ast.keyword) and one.arg == "help":
                continue
            elif isinstance(one, ast.AST) and one is not docstring and not is_remark(one):
                yield from said(one)


def is_remark(node: ast.AST) -> bool:
    """A text that stands alone: the description of an attribute."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def naming() -> set[str]:
    places = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    return {
        place
        for place, path in places.items()
        if not place.startswith(EXCEPTED)
        and "_fixtures" not in path.parts
        and any(map(NAMED.search, said(tree(path))))
    }


def test_an_engine_is_named_in_its_wing_only():
    assert naming() == NAMING.keys()


PORTS = {
    "access": access.Access,
    "catalog": catalog.CatalogueReader,
    "scripts": scripts.Scripts,
    "parser": parser.Parser,
    "types": types.Types,
    "preconditions": preconditions.EnginePreconditions,
    "exports": exports.Exports,
    "databases": databases.Databases,
    "loading": loading.Loading,
    "dumps": dumps.Dumps,
    "scratch": scratch.Scratch,
    "fleets": fleets.Fleets,
}
FUNCTIONS = [
    (name, port, function)
    for name in ENGINES
    for port in PORTS
    if getattr(engine(name), port) is not None
    for function in sorted(vars(PORTS[port]))
    if not function.startswith("_")
]


@pytest.mark.parametrize(("name", "port", "function"), FUNCTIONS)
def test_an_engine_answers_each_question_of_its_ports(name, port, function):
    answer = getattr(getattr(engine(name), port), function)
    if isinstance(answer, Lacking):
        with pytest.raises(EnvironmentToolError, match=f"is not possible on {engine(name).title}"):
            answer()
        return
    asked = inspect.signature(getattr(PORTS[port], function))
    answered = inspect.signature(answer)

    given = [one for one in asked.parameters.values() if one.name != "self"]
    assert [(one.name, one.kind) for one in given] == [
        (one.name, one.kind) for one in answered.parameters.values()
    ]
    required = {one.name for one in given if one.default is one.empty}
    assert required == {
        one.name for one in answered.parameters.values() if one.default is one.empty
    }


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_says_nothing_that_no_port_asks(name):
    for port, protocol in PORTS.items():
        asked = {one for one in vars(protocol) if not one.startswith("_")}
        part = getattr(engine(name), port)
        assert part is None or set(dir(part)) == asked


def test_the_ports_are_those_of_the_bundle():
    parts = set(base.Engine.__struct_fields__)

    assert parts - {"name", "title", "features", "programs", "examples"} == set(PORTS)
    assert all(engine(name).name == name for name in ENGINES)
