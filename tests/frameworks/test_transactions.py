"""Whether a tool runs a migration in a transaction, and how a migration says that it wants none.

That the real tools do the same is shown by ``tests/proofs/tools_of_npm.py``.
"""

import pytest

from analyzer.frameworks.registry import framework
from tests.support.frameworks.tools import OF_NPM, READY, Tool

_INDEX = "CREATE INDEX CONCURRENTLY songs_id ON songs (id)"
_TWO = f"CREATE TABLE songs (id integer); {_INDEX}"
TOOLS = {tool.name: tool for tool in (*READY, *OF_NPM)}
NONE = {"sequelize", "prisma", "supabase"}  # sent as it is, a statement alone has no transaction
_JAVASCRIPT = "exports.up = async (knex) => {{\n  {}\n}};"


def in_transaction(tool: str, text: str) -> bool:
    return framework(tool).language.parse(text.encode()).ddl_transaction


def alone(tool: Tool) -> str:
    return tool.running(_INDEX, "SELECT 1").replace("{table}", "indexes")


@pytest.mark.parametrize("name", sorted(TOOLS.keys() - {"liquibase"}))
def test_each_tool_begins_a_transaction_or_not(name):
    assert in_transaction(name, alone(TOOLS[name])) is (name not in NONE)


@pytest.mark.parametrize("name", sorted(it for it in TOOLS if TOOLS[it].outside is not None))
def test_a_migration_that_asks_for_none_has_none(name):
    told = TOOLS[name].outside
    assert told is not None
    assert not in_transaction(name, alone(TOOLS[name]).replace(*told, 1))


@pytest.mark.parametrize(
    ("tool", "text", "expected"),
    [
        ("knex", _JAVASCRIPT.format("// transaction: false"), True),  # a comment asks for nothing
        ("knex", _JAVASCRIPT.format("knex.raw('a')") + "exports.config={transaction:false}", False),
        ("typeorm", "class Add1735700000000 { transaction = false; up(q) {} }", False),
        ("mikro-orm", "class A { isTransactional(): boolean { return false } up() {} }", False),
        ("mikro-orm", "class A { isTransactional(): boolean { return true } up() {} }", True),
        ("knex", "exports.config = {'transaction': false}; exports.up = (knex) => {}", False),
        ("typeorm", "class A1735700000000 { transaction: boolean = false; up(q) {} }", False),
        ("mikro-orm", "class A { isTransactional = () => false; up() {} }", False),
        ("yoyo", "from yoyo import step\n__transactional__: bool = False\nstep('SELECT 1')", False),
        ("laravel", "<?php return new class { public function up() {} // $withinTransaction", True),
        ("prisma", f"{_INDEX};", False),
        ("prisma", f"{_TWO};", True),
        ("golang-migrate", f"{_INDEX};", False),
        ("golang-migrate", f"{_TWO};", True),
        ("flyway", f"{_INDEX};", False),
        ("flyway", f"{_TWO};", True),
        ("supabase", f"{_TWO};", False),
        ("supabase", "CREATE TABLE songs (id integer);", True),
        ("sqlx", f"-- no-transaction\n{_INDEX};", False),
        ("sqlx", f"-- no-transaction\n{_TWO};", True),
        ("sqlx", f"{_INDEX};", True),
        ("drizzle", f"{_INDEX};", True),
    ],
)
def test_what_a_text_says_of_it(tool, text, expected):
    assert in_transaction(tool, text) is expected


def test_several_statements_that_sequelize_sends_at_once_are_one_transaction():
    one = "module.exports={async up(queryInterface){ await queryInterface.sequelize.query(`%s`) }}"
    each = one.replace("`%s`", f"`{_INDEX}`); await queryInterface.sequelize.query(`SELECT 1`")

    assert in_transaction("sequelize", one % _TWO)
    assert not in_transaction("sequelize", one % _INDEX)
    assert not in_transaction("sequelize", each)
