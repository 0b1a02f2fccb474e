"""Squashes: one file that takes the place of several migrations which ran is none of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from analyzer.analysis.diagnosis.existing_work import creates
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.model.findings.rename import Rename


def squashed(
    renames: Iterable[Rename],
    gone: Sequence[MigrationFile],
    parsed_of: Callable[[MigrationFile], Parsed],
) -> Iterator[Rename]:
    """The pairs that are none: the new file makes all that several of the old ones made.

    Args: gone: the migrations that may have run and have no file any more under their name.
    """
    candidates = [rename for rename in renames if rename.old.blob != rename.new.blob]
    made = {file.path: creates(parsed_of(file)) for file in gone} if candidates else {}
    for rename in candidates:
        new = creates(parsed_of(rename.new))
        own = made.get(rename.old.path)
        inside = [refs for refs in made.values() if refs and refs <= new]
        if own is not None and own in inside and any(not refs <= own for refs in inside):
            yield rename
