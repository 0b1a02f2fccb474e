"""The printed SQL, read by PostgreSQL's own parser: pinned before anything else is named."""

import re

import pytest

from analyzer.analysis.repair.row_plan import rows_after
from analyzer.engines.postgresql.access.pinned_settings import (
    KEEP_AND_PIN,
    USE_KEPT_PATH,
    USE_PINNED_PATH,
)
from analyzer.engines.postgresql.scripts.recorded_sql import render_recorded
from analyzer.engines.postgresql.scripts.rewrite_sql import render_rewrite
from analyzer.engines.postgresql.scripts.sql_file import for_server
from analyzer.model.core.version_table import TableName
from analyzer.model.plans.audit_note import AuditNote
from analyzer.model.plans.plan import RowPlan
from analyzer.model.plans.recorded_change import RecordedChange
from tests.support.commands.plans import PROVENANCE, deleting, inserting, updating

pglast = pytest.importorskip("pglast")
RECORDED = RecordedChange("1", "2", "2", "a"), RecordedChange("2", "3", "3", "b")
STEPS = deleting("9"), updating("2", "3"), updating("1", "2"), inserting("7"), deleting("5")
BEFORE = ("1", "2", "5", "5", "9")


def rewrite(schema, **options):
    table = TableName("schema_migrations", schema)
    plan = RowPlan(table, BEFORE, STEPS, tuple(rows_after(BEFORE, STEPS)))
    return render_rewrite(plan, PROVENANCE, **options)


SCRIPTS = [
    pytest.param(rewrite("public"), id="rewrite"),
    pytest.param(rewrite(None), id="rewrite along the search path"),
    pytest.param(rewrite("public", audit=AuditNote("r", "rewrite", "t")), id="with an audit"),
    pytest.param(
        render_recorded(
            RECORDED, TableName("schema_migrations"), PROVENANCE, (), lock_timeout="5s"
        ),
        id="recorded",
    ),
]


def statements(script):
    text = for_server(script)
    return [(type(one.stmt).__name__, one.stmt) for one in pglast.parse_sql(text)]


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_transaction_pins_the_path_before_it_names_anything(script):
    pinned, pins = False, 0
    for kind, statement in statements(script):
        if kind == "TransactionStmt":
            pinned = False
        elif kind == "DoStmt":
            body = statement.args[0].arg.sval
            pins += body in KEEP_AND_PIN
            pinned = pinned or body in KEEP_AND_PIN
            assert pinned, body
        elif kind == "SelectStmt":  # the last word
            assert unqualified(statement, columns_only=True) == []
        else:
            assert kind == "VariableSetStmt" or pinned, kind

    assert pins == 2


@pytest.mark.parametrize("script", SCRIPTS)
def test_on_the_users_path_every_name_has_its_schema(script):
    known = not script.partition("\\set")[0].count("search path decides")
    found = list(on_the_users_path(script))

    for piece in found:
        for one in pglast.parse_sql(plain(piece)):
            assert unqualified(one.stmt, columns_only=not known or "recorded" in script) == []
    assert found


def on_the_users_path(script):
    """What stands between the change to the user's path and the way back."""
    for piece in script.split(f"PERFORM {USE_KEPT_PATH};")[1:]:
        yield piece.split(f"PERFORM {USE_PINNED_PATH};")[0]


def plain(piece):
    """Make SQL of PL/pgSQL's words."""
    for pattern, sql in (
        (r"\bPERFORM\b", "SELECT"),
        (r"\w+ := (.*?);", r"SELECT \1;"),
        (r"IF (.*?) THEN", r"SELECT \1;"),
        (r"\bELSE\b|\bEND IF;|\bRETURN;|GET DIAGNOSTICS [^;]*;", ""),
        (r" INTO (STRICT )?\w+;", ";"),
    ):
        piece = re.sub(pattern, sql, piece, flags=re.DOTALL)
    return piece


def unqualified(statement, *, columns_only):
    """Names of functions, operators, types (and tables) without their schema."""
    return list(_Names(columns_only=columns_only)(statement))


class _Names:
    def __init__(self, *, columns_only):
        self.columns_only = columns_only

    def __call__(self, node):
        if isinstance(node, tuple):
            for one in node:
                yield from self(one)
        if not hasattr(node, "__slots__") or not isinstance(node, pglast.ast.Node):
            return
        yield from self._own(node)
        for name in node:
            yield from self(getattr(node, name))

    def _own(self, node):
        kind = type(node).__name__
        if kind == "A_Expr" and len(node.name) < 2:
            yield "operator", node.name[0].sval
        if kind == "FuncCall" and len(node.funcname) < 2:
            yield "function", node.funcname[0].sval
        if kind == "TypeName" and node.names and len(node.names) < 2:
            yield "type", node.names[0].sval
        if kind == "RangeVar" and node.schemaname is None and not self.columns_only:
            yield "table", node.relname
