"""Hints that two files are one migration, besides their names."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from analyzer.analysis.renames.lineage import Appearance
from analyzer.analysis.renames.similarity import strangers
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.content_features import ContentFeatures
from analyzer.records import Struct, field

if TYPE_CHECKING:
    from analyzer.analysis.renames.renaming_commits import Arrivals
    from analyzer.frameworks.ports.packages import Packages

Trails = Mapping[str, Mapping[str, Appearance]]


class RenameHints(Struct, frozen=True):
    """Hints from history and contents about the files of both sides.

    ``trails``: for each old path, the names that its lineage came to carry.
    ``ran``: the contents (by id) of all the migrations that ran.
    ``claimants``: old paths that only shared a version with one that ran, for a while.
    ``features_of``: content id to what the content is about; asked only where it decides.
    ``words_of``: content id to the words in it, which is cheaper.
    ``apart``: the deployed commit lies outside the target's history, where two branches may have
    given one number to two migrations.
    ``arrivals``: when each name came, for who renamed what; None where nobody asks.
    ``packages``: what tells packages apart, where a version begins with the name of one.
    ``past_texts``: by path, all that a file held; asked only where there are packages.
    """

    trails: Trails
    ran: Collection[str]
    claimants: Collection[str]
    features_of: Callable[[str], ContentFeatures]
    words_of: Callable[[str], Collection[str]]
    apart: bool = False
    arrivals: "Callable[[], Arrivals] | None" = None
    packages: "Packages | None" = None
    past_texts: Callable[[str], Iterable[bytes]] = lambda _: ()

    def are_apart(self, old: MigrationFile, new: MigrationFile) -> bool:
        """Whether two files belong to different packages: their names then say nothing."""
        of = self.packages.of if self.packages is not None else None
        return of is not None and of(old.version.text) != of(new.version.text)

    def stood_for(self, files: Iterable[MigrationFile]) -> frozenset[str]:
        """The versions for which squashes stand, or stood until that was cleaned up.

        What stands for a single one may be that one under another name.
        """
        if self.packages is None:
            return frozenset()
        texts = (text for file in files for text in self.past_texts(file.path))
        told = map(self.packages.stood_for, texts)
        return frozenset(key for keys in told if len(keys) > 1 for key in keys)

    def trail(self, old: MigrationFile, new: MigrationFile) -> Appearance | None:
        """Find the trail in git from the old file to the new one, if there is one."""
        return self.trails.get(old.path, {}).get(new.path)

    def texts(self, old: MigrationFile) -> Collection[str]:
        """The contents (by id) that it had under this name: as it was deployed, and the last.

        A text that another ran with is that one's: the two changed places. One of a name that it
        came back to, or came to elsewhere, may be another's too.
        """
        last = self.trails.get(old.path, {}).get(old.path)
        own = last is not None and not last.hops and last.blob not in self.ran
        if last is None or not own or self._is_anothers(last.blob, old.blob):
            return {old.blob}
        return {old.blob, last.blob}

    def _is_anothers(self, text: str, before: str) -> bool:
        """Whether a text does nothing of what it did before, and just what another ran with."""
        if text == before or not strangers(self.features_of(before), self.features_of(text)):
            return False
        words, does = set(self.words_of(text)), self.features_of(text).objects
        near = (one for one in self.ran if 2 * len(words & set(self.words_of(one))) >= len(words))
        return any(self.features_of(one).objects == does for one in near)


class Ends(Struct, frozen=True):
    """The files that names alone do not settle, by path: what ran, and what is there today."""

    old: Mapping[str, MigrationFile] = field(default_factory=dict)
    new: Mapping[str, MigrationFile] = field(default_factory=dict)
