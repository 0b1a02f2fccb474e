"""By which settings a change is judged: those of its base, never its own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.errors import UsageError
from analyzer.sources.config.settings import OWN_FILE, SHARED_FILE, TeamSettings, read_settings
from analyzer.workflow.gate.check_base import Base, find_base
from analyzer.workflow.reading.settings import known_codes, settings_at

if TYPE_CHECKING:
    from analyzer.workflow.gate.check_comparison import GateOptions
    from analyzer.workflow.gate.check_sides import Reader


def judging_settings(
    reader: "Reader", options: "GateOptions", variables: Mapping[str, str], since: str | None
) -> tuple[TeamSettings, Base | None]:
    """Read the settings that count, and find the base; None where nothing names one.

    The change's own settings are read all the same, so that none is merged that cannot be. They
    count for nothing: one that named its base would compare itself with what it likes.

    Args: since: the commit of --since.

    Raises:
        UsageError: settings are not understood, or only the change's own name a base.
        RepositoryError: a base is not in the clone.
    """
    repository = reader.repository
    reader.expect_at_head((OWN_FILE, SHARED_FILE))
    own = read_settings(
        lambda path: reader.file_at_head(path, limits.SETTINGS_BYTES.most + 1), known_codes
    )
    base = find_base(repository, options.base, variables)
    judge = base.commit if base is not None else since
    if judge is None:
        _demand_no_other_name(own)
        return own, None
    settings = settings_at(repository, judge)
    if options.base is None and settings.base is not None:
        base = find_base(repository, settings.base, variables)
    return settings, base


def _demand_no_other_name(own: TeamSettings) -> None:
    """Say why a base that only the change itself names does not count."""
    if own.base is None:
        return
    raise UsageError(
        f"only the change itself names its base: {own.base}",
        why=f"a change must not say how it is checked, so the base in its own {own.path} does not "
        "count; no --base was given, no variable of a CI system names one, and the clone has no "
        "origin/HEAD",
        fix="pass the branch that the change goes into: --base origin/main",
    )
