"""Whose version table a database has, where the repository has migrations of several frameworks."""

from collections.abc import Sequence

from analyzer.errors import NotItsTableError, RowsError
from analyzer.frameworks.base import Framework
from analyzer.model.core.version_table import TableName
from analyzer.workflow.reading.ahead import Later
from analyzer.workflow.reading.files.current_files import TargetFiles
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import Environment, read_environment

_STDIN = "-"  # it can be read only once


def read_for_one(
    request: Request, targets: Sequence[TargetFiles], reading: Later[Environment]
) -> tuple[Environment, tuple[TargetFiles, ...]]:
    """The environment as the first framework reads it that has rows there, and its applications.

    Where none has rows it is as the first one reads it.

    Args: reading: what was begun for the framework of the first application.

    Raises:
        AnalyzerError: the place cannot be read, or no framework's table is there but another's.
    """
    if request.rows not in (None, _STDIN):
        return _read_file(request, targets)
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
        if request.rows is not None:
            break
    if empty is not None:
        return empty[0], _sharing(targets, empty[1])
    assert refused is not None  # noqa: S101  there is a framework, so that it was read or refused
    raise refused


def _read_file(
    request: Request, targets: Sequence[TargetFiles]
) -> tuple[Environment, tuple[TargetFiles, ...]]:
    """The rows of a file as those frameworks read them that understand it and have most of them.

    A list has no name of a table: one column ``name`` may be anybody's. Which of the applications
    it belongs to, their files say.
    """
    refused: RowsError | None = None
    found: dict[Framework, Environment] = {}
    for framework in dict.fromkeys(it.framework for it in targets):
        try:
            found[framework] = read_environment(request, framework)
        except RowsError as error:
            refused = refused or error
    if not found:
        assert refused is not None  # noqa: S101  there is a framework, so that it was read or refused
        raise refused
    most = max(targets, key=lambda it: _rows_with_files(it, found.get(it.framework)))
    texts = _texts(found[most.framework])
    alike = {it for it, environment in found.items() if _texts(environment) == texts}
    same = tuple(it for it in targets if it.framework in alike)
    return found[same[0].framework], same


def _rows_with_files(target: TargetFiles, environment: Environment | None) -> int:
    """How many rows have a file of today; one that cannot be read has less than none."""
    if environment is None:
        return -1
    own = {file.version.key for file in target.files.files}
    return sum(row.version.key in own for row in environment.table.rows)


def _texts(environment: Environment) -> tuple[str, ...]:
    return tuple(row.version.text for row in environment.table.rows)


def _sharing(targets: Sequence[TargetFiles], reader: Framework) -> tuple[TargetFiles, ...]:
    """The applications whose frameworks keep the same table as the one that was read."""
    return tuple(it for it in targets if _form(it.framework) == _form(reader))


def _form(framework: Framework) -> tuple[TableName, str]:
    return framework.usual_table, framework.store.version_column
