"""Which commit the database was deployed from: the one whose migrations best explain the rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from analyzer.analysis.renames.commit_fit import CommitFit
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.records import Struct

MOST_GROUPS = 25  # states that explain the rows equally well; more are hardly ever seen


Witness = Callable[[Sequence[MigrationFile], Sequence[MigrationFile]], MigrationFile | None]
"""The one of several migrations whose objects are there, given all others; None where unknown."""


class DeployedChoice(Struct, frozen=True):
    """The commit chosen, and those that explain the rows as well with other names."""

    commit: str
    rivals: tuple[str, ...]


def best_explanations(
    commit_fits: Iterable[CommitFit], mainline: frozenset[str] = frozenset()
) -> tuple[CommitFit, ...]:
    """Of all commits the closest to the rows, one for each set of file names.

    Args: mainline: the commits of the branch itself, and not of what was merged into it: a deploy
        takes these, so that what a merged branch held on its way counts only where they do not.
    Returns: the first commit of each set, because what ran is the text that was there first; in
        the order of their last commits, oldest first.
    """
    first: dict[VersionKey, CommitFit] = {}
    last: dict[int, int] = {}
    closest: int | None = None
    for fit in commit_fits:
        if closest is not None and fit.distance > closest:
            continue
        if closest is None or fit.distance < closest:
            closest, first, last = fit.distance, {}, {}
        known = first.get(fit.names, fit)
        first[fit.names] = min(
            known, fit, key=lambda one: (one.commit not in mainline, one.position)
        )
        last[fit.names] = max(last.get(fit.names, 0), fit.position)
    found = sorted(first.values(), key=lambda fit: last[fit.names])
    return tuple(found[-MOST_GROUPS:])


def choose(
    candidates: Sequence[CommitFit],
    files_at: Mapping[str, FileSet],
    target: FileSet,
    applied: frozenset[VersionKey],
) -> DeployedChoice:
    """Choose between commits, at least one, that are equally close to the rows.

    The rows alone cannot tell them apart, so the choice leans to what is worth knowing: the latest
    state that disagrees with the current code about a version that both have. Were it passed
    over for one that agrees, a version that changed hands would go unseen. What disagreed for a
    while only, and was taken back since, is no such state.
    """
    runnable = [fit for fit in candidates if not fit.doubled] or list(candidates)
    names_today = _names(target.files, applied)
    disagreeing = [
        fit
        for fit in runnable
        if _disagrees(_names(files_at[fit.commit].files, applied), names_today)
    ]
    first = min((it.position for it in runnable if it not in disagreeing), default=None)
    taken_back = [it for it in disagreeing if first is not None and first < it.position]
    not_taken_back = [it for it in runnable if it not in taken_back]
    chosen = ([it for it in disagreeing if it not in taken_back] or not_taken_back)[-1]
    rivals = (it.commit for it in not_taken_back if it is not chosen)
    return DeployedChoice(chosen.commit, tuple(rivals))


def borne_out(
    candidates: Sequence[CommitFit],
    files_at: Mapping[str, FileSet],
    applied: frozenset[VersionKey],
    witness: Witness,
) -> tuple[CommitFit, ...]:
    """The candidates but those whose work the database lacks, where it has another one's.

    Where they have other migrations under the same versions, the rows cannot tell which of them
    ran, but what these made may.
    """
    files = {fit.commit: _by_name(files_at[fit.commit].files, applied) for fit in candidates}
    known = {key: file for found in files.values() for key, file in reversed(found.items())}
    left = tuple(candidates)
    for version in {key[0] for key in known if any(key not in it for it in files.values())}:
        rivals = [file for key, file in known.items() if key[0] == version]
        others = [file for key, file in known.items() if key[0] != version]
        ran = witness(rivals, others) if rivals[1:] else None
        if ran is not None:
            left = tuple(it for it in left if (version, ran.name.slug) in files[it.commit])
    return left or tuple(candidates)


def _by_name(
    files: Iterable[MigrationFile], applied: frozenset[VersionKey]
) -> dict[tuple[VersionKey, str], MigrationFile]:
    """The files of applied versions by version and slug."""
    carried = (file for file in files if file.version.key in applied)
    return {(file.version.key, file.name.slug): file for file in carried}


def _names(
    files: Iterable[MigrationFile], applied: frozenset[VersionKey]
) -> dict[VersionKey, set[str]]:
    """The slugs under each applied version."""
    slugs: dict[VersionKey, set[str]] = {}
    for file in files:
        if file.version.key in applied:
            slugs.setdefault(file.version.key, set()).add(file.name.slug)
    return slugs


def _disagrees(then: Mapping[VersionKey, set[str]], today: Mapping[VersionKey, set[str]]) -> bool:
    return any(version in today and today[version] != slugs for version, slugs in then.items())
