"""The rest of the path for commands that know a database, and no repair."""

from collections.abc import Collection
from datetime import UTC, datetime

from analyzer.analysis.advice.repair_path import with_singles
from analyzer.errors import AnalyzerError
from analyzer.model.core.environments import DatabasePlace
from analyzer.model.core.messages import RestOfPath
from analyzer.model.findings.diagnosis import RowMatched, RowRenamed, RowReused
from analyzer.model.plans.repair_path import PathStage, PathSteps
from analyzer.services.database import DatabaseOptions
from analyzer.services.dialogue import Dialogue
from analyzer.services.fix.rest_of_path import rest_from
from analyzer.services.fix.world import World, look_around
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.settings import find_configuration

_BEFORE_A_COPY = frozenset({PathStage.STOP, PathStage.ADVISE, PathStage.BACKUP})
"""What lies behind whoever has a backup in hand."""


def tell_rest(
    database: DatabaseOptions,
    dialogue: Dialogue,
    *,
    has_backup: bool = False,
    rows: bool = False,
    repo: str | None = None,
    recovered: Collection[str] = (),
) -> None:
    """Tell what is left to do, by a look at the database and the files around the current folder.

    Silent where that is nothing, where no repository is here, or where it is another database's:
    a backup of one that is none of the environments may be of a scratch database.

    Args:
        has_backup: the command took one, or proved it.
        rows: rows are to be rewritten, whatever else would suit.
        recovered: the tables that it has just brought back.
    """
    if has_backup and not rows and _is_beside(database.place, repo):
        return
    behind = _BEFORE_A_COPY if has_backup else ()
    dialogue.tell(RestOfPath(_rest(database, repo, behind, recovered, rows=rows)))


def _rest(
    database: DatabaseOptions,
    repo: str | None,
    behind: Collection[PathStage],
    recovered: Collection[str],
    *,
    rows: bool,
) -> PathSteps:
    request = Request(datetime.now(UTC), repo=repo, table=database.version_table)
    place = database.place
    try:
        world = look_around([request.at(place) if place is not None else request])
    except AnalyzerError:
        return ()  # the command itself did what it was asked to
    if not _is_of_these_files(world):
        return ()
    if recovered and _emptied(world) <= {it.rpartition(".")[2] for it in recovered}:
        behind = (*behind, PathStage.LOST)
    path = _by_rows(world) if rows else world.path
    return rest_from(tuple(it for it in path if it.stage not in behind), None)


def _is_beside(place: DatabasePlace | None, repo: str | None) -> bool:
    """Whether a database is none of the environments that the repository names."""
    if place is None or place.named is not None:
        return False
    try:
        return bool(find_configuration(repo).settings.environments)
    except AnalyzerError:
        return False


def _by_rows(world: World) -> PathSteps:
    """The path on which rows are rewritten, of the one environment; the best one if none does."""
    told = world.walks[0].report.environments[0].next_steps
    if world.report.several or not told.rows.open:
        return world.path
    return with_singles(told.rows.path, told.steps, git_here(world.walks[0]))


def _emptied(world: World) -> set[str]:
    """The tables that a second run may have emptied, by their own names."""
    told = (it.diagnosis for done in world.walks for it in done.report.environments)
    return {table.rpartition(".")[2] for diagnosis in told for table in diagnosis.emptied}


def _is_of_these_files(world: World) -> bool:
    """Whether any row is one of these files': a backup may be of any database."""
    rows = (
        row for done in world.walks for it in done.report.environments for row in it.diagnosis.rows
    )
    return any(isinstance(row, RowMatched | RowRenamed | RowReused) for row in rows)
