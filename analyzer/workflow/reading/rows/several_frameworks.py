"""Whose version table a database has, where the repository has migrations of several frameworks."""

from collections.abc import Sequence

from analyzer.errors import NotItsTableError
from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import TableName
from analyzer.workflow.reading.ahead import Later
from analyzer.workflow.reading.files.current_files import TargetFiles
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import Environment, read_environment


def read_for_one(
    request: Request, targets: Sequence[TargetFiles], reading: Later[Environment]
) -> tuple[Environment, tuple[TargetFiles, ...]]:
    """The environment as the first framework reads it that has rows there, and its applications.

    Where none has rows it is as the first one reads it.

    Args: reading: what was begun for the framework of the first application.

    Raises:
        AnalyzerError: the place cannot be read, or no framework's table is there but another's.
    """
    refused: NotItsTableError | None = None
    empty: tuple[Environment, Framework] | None = None
    for number, framework in enumerate(dict.fromkeys(it.framework for it in targets)):
        if empty is not None and _form(empty[1]) == _form(framework):
            continue  # it would read the same
        try:
            found = reading.result() if number == 0 else read_environment(request, framework)
        except NotItsTableError as error:
            refused = refused or error
            continue
        if found.table.rows:
            return found, _sharing(targets, framework)
        empty = empty or (found, framework)
        if request.rows is not None:  # standard input can be read only once
            break
    if empty is not None:
        return empty[0], _sharing(targets, empty[1])
    assert refused is not None  # noqa: S101  there is a framework, so that it was read or refused
    raise refused


def _sharing(targets: Sequence[TargetFiles], reader: Framework) -> tuple[TargetFiles, ...]:
    """The applications whose frameworks keep the same table as the one that was read."""
    return tuple(it for it in targets if _form(it.framework) == _form(reader))


def _form(framework: Framework) -> tuple[TableName, str]:
    return framework.usual_table, framework.store.version_column
