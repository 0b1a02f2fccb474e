"""How far in the future a new migration may be dated: the same before a merge and before a deploy.

Clocks of computers differ, and a generator gives the next free number: up to tomorrow is ordinary
(Rails 7.2 and newer refuse more). Beyond it only where something there has to come before.
"""

from collections.abc import Callable, Collection, Iterable

from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version

Moment = Callable[[Version], str | None]


def dated_beyond(files: Iterable[MigrationFile], limit: str, moment: Moment) -> list[MigrationFile]:
    """The files dated after a moment. Args: limit: 14 digits."""
    return [file for file in files if int(moment(file.version) or 0) > int(limit)]


def dated_too_late(
    files: Collection[MigrationFile],
    before: Iterable[MigrationFile],
    tomorrow: str,
    moment: Moment,
) -> list[MigrationFile]:
    """The files that could have an earlier date.

    Args: before: what is there already, after which the files have to come.
    """
    late = dated_beyond(files, tomorrow, moment)
    if not late:
        return []
    newest = max((one for one in map(moment, (it.version for it in before)) if one), default="0")
    return dated_beyond(late, str(int(newest) + len(files)), moment)
