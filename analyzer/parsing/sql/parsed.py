"""The one place that asks sqlglot for a tree."""

from sqlglot import exp
from sqlglot import parse as read_statements
from sqlglot.errors import SqlglotError
from sqlglot.parser import logger

from analyzer.parsing.sql.dialect import Dialect

logger.disabled = True  # what it does not know, we tell


class UnknownStatementError(Exception):
    """sqlglot does not know the statement."""


def parsed(text: str, dialect: Dialect) -> exp.Expression:
    """One statement's tree.

    Raises:
        UnknownStatementError: it is not one that sqlglot knows.
    """
    try:
        found = [it for it in read_statements(text, read=dialect.name) if it is not None]
    except (SqlglotError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise UnknownStatementError(str(error)) from error
    if len(found) != 1 or isinstance(found[0], exp.Command):
        raise UnknownStatementError("no rule for this statement")
    node = found[0]
    if not isinstance(node, exp.Expression):
        raise UnknownStatementError("it is not a statement")
    return node
