"""Databases that recoveries are tried on; whatever they put beside is dropped afterwards."""

import pytest
from psycopg import sql

from tests.support.databases.recovery_cases import ROWS, SMALL, databases
from tests.support.databases.servers import fresh_database

_DROP = sql.SQL("DROP DATABASE {} WITH (FORCE)")


@pytest.fixture
def swept(any_database):
    """A database; whatever recoveries put beside it is dropped afterwards."""
    server, before = any_database.server, databases(any_database.server)
    yield any_database
    with server.connect() as connection:
        for name in databases(server) - before:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )
        if any_database.name not in databases(server):
            connection.execute(f'CREATE DATABASE "{any_database.name}"')


@pytest.fixture
def small(postgres18):
    """Two tables that refer to each other, and one more, in a database of its own name."""
    before = databases(postgres18)
    with fresh_database(postgres18) as database:
        database.run(SMALL + ROWS)
        yield database
        with postgres18.connect() as connection:
            for name in databases(postgres18) - before - {database.name}:
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )
            if database.name not in databases(postgres18):
                connection.execute(f'CREATE DATABASE "{database.name}"')
