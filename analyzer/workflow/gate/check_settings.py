"""By which settings a change is judged: those of its base, never its own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.sources.config.settings import TeamSettings, read_settings
from analyzer.workflow.gate.check_base import Base, find_base
from analyzer.workflow.reading.settings import known_codes, settings_at

if TYPE_CHECKING:
    from analyzer.workflow.gate.check_run import GateOptions
    from analyzer.workflow.gate.check_sides import Reader


def judging_settings(
    reader: "Reader", options: "GateOptions", variables: Mapping[str, str], since: str | None
) -> tuple[TeamSettings, Base | None]:
    """Read the settings that count, and find the base; None where nothing names one.

    The change's own settings are read all the same, so that none is merged that cannot be. They
    count only for the name of the base, where nothing else names one.

    Args: since: the commit of --since.

    Raises:
        UsageError: settings are not understood.  RepositoryError: a base is not in the clone.
    """
    repository = reader.repository
    own = read_settings(
        lambda path: reader.file_at_head(path, limits.SETTINGS_BYTES.most + 1), known_codes
    )
    base = find_base(repository, options.base, variables)
    if base is None and own.base is not None:
        base = find_base(repository, own.base, variables)
    judge = base.commit if base is not None else since or reader.head.commit
    settings = settings_at(repository, judge)
    if options.base is None and settings.base is not None:
        base = find_base(repository, settings.base, variables)
    return settings, base
