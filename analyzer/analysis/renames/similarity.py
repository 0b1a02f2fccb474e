"""The similarity of two files, as evidence that they are one migration.

All evidence is put into one number, so that pairs can be compared and assigned at once. The scale
is fixed by what single pieces of evidence are worth: a shared name says most, because a framework
refuses two migrations of one class; a trail of renames in git says that somebody moved the file;
shared words and shared objects say that the two do the same. Words alone hardly ever suffice:
boilerplate siblings (``create_x`` against ``create_y``) share most of their text.
"""

from difflib import SequenceMatcher

from analyzer.analysis.renames.lineage import Appearance
from analyzer.analysis.renames.opposites import contrary, opposed, opposed_by_name, turned_round
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.content_features import ContentFeatures, git_similarity, word_similarity
from analyzer.model.findings.rename import Confidence
from analyzer.records import Struct

SAME_NAME = 4.0
TRAIL = 2.0
SAME_VERSION = 1.5
SAME_CLASS = 1.5
WORDS = 2.0
OBJECTS = 1.5
OTHER_OBJECTS = -1.5
CONTESTED = -2.0  # the new version ran already, as a file that may still be the same migration
ENOUGH = 3.0  # below this nothing is claimed
TWIN_WORDS, TWIN_TEXT = 0.9, 50  # a pair by text alone must be all but a copy
MOST_WORDS = 0.75
MOST_OF_IT = 0.5
HARDLY_ANY = 0.3
ALIKE = 0.75
IN_PLACE = 2 / 3  # one version, other name, and nothing in common that they touch


class Side(Struct, frozen=True):
    """One end of a pair: a file and what it is about."""

    file: MigrationFile
    features: ContentFeatures


class Agreement(Struct, frozen=True):
    """The similarities of an old and a new file."""

    old: Side
    new: Side
    same_name: bool
    same_version: bool
    same_class: bool
    trail: Appearance | None  # how git's history leads from the old name to the new one
    words: float  # 0 to 1
    objects: float | None  # 0 to 1; None where neither is known to touch any
    same_creations: bool  # each creates what the other does: the second would fail
    opposite: bool  # one takes back what the other does
    contrary: bool  # both set the same, each to another value
    elsewhere: bool  # the tables that they work on are known, and none is the same
    same_table: bool  # both create a table of one name, whatever is in it
    more_tables: frozenset[str]  # under another name, what it creates beside the old one's tables

    @property
    def version(self) -> str:
        """The version under which the old file ran."""
        return self.old.file.version.text

    @property
    def names_alike(self) -> bool:
        """Whether the names are all but the same: a typo mended, a plural."""
        return _alike(self.old.file.name.slug, self.new.file.name.slug)

    @property
    def similarity(self) -> int:
        """The similarity of the two texts in percent, as git counts it."""
        return git_similarity(self.old.features, self.new.features)

    @property
    def weight(self) -> float:
        """The evidence as one number; pairs below ENOUGH are not claimed."""
        total = WORDS * self.words
        total += SAME_NAME * self.same_name + SAME_VERSION * self.same_version
        total += SAME_CLASS * (self.same_class and not self.same_name)
        total += TRAIL * (self.trail is not None)
        if self.objects is not None:
            total += OBJECTS * self.objects if self.objects else OTHER_OBJECTS
        return total

    @property
    def is_twin(self) -> bool:
        """Whether the texts alone say that it is one migration, or that it does the very same."""
        if self.words < TWIN_WORDS:
            return False
        return self.objects == 1.0 or (self.objects is None and self.similarity >= TWIN_TEXT)

    @property
    def was_moved(self) -> bool:
        """Whether git itself paired the texts at each step, rather than we the names."""
        hops = self.trail.hops if self.trail is not None else None
        return hops is not None and all(hop.similarity is not None for hop in hops)

    @property
    def was_guessed(self) -> bool:
        """Whether git paired two texts that differ, and nothing in the names bears that out."""
        named = self.same_name or self.same_version or self.same_class or self.names_alike
        return self.was_moved and not named and self.old.file.blob != self.new.file.blob

    def says_as_much_as(self, other: "Agreement") -> bool:
        """Whether texts speak for this pair no less than for another one of the same old file."""
        mine, others = (self.words, self.objects or 0), (other.words, other.objects or 0)
        return self.plausible and all(one >= two for one, two in zip(mine, others, strict=True))

    @property
    def was_carried(self) -> bool:
        """Whether history or the text says that it is one migration, whatever the names say."""
        return self.trail is not None or self.is_twin

    @property
    def plausible(self) -> bool:
        """Whether the pair is worth a claim at all."""
        if (self.opposite and not self.same_name) or (self.contrary and not self._linked):
            return False
        if self.same_name or self.is_twin:
            return True
        if self.same_version:
            shared = self.objects is not None and self.objects >= HARDLY_ANY
            alike = self.words >= MOST_OF_IT and (self.objects is None or self.names_alike)
            return self.trail is not None or shared or alike
        traced = self.trail is not None or self.same_class
        reworked = self.same_table and self.names_alike
        by_work = self.same_creations or self._similar or reworked
        return by_work or (self.weight >= ENOUGH and traced)

    @property
    def _linked(self) -> bool:
        return self.same_name or self.same_version or self.trail is not None

    def is_of_like(self, other: "Agreement") -> bool:
        """Whether the old file does just what another pair's old one does."""
        one, two = self.old.features, other.old.features
        return (one.words, one.objects) == (two.words, two.objects)

    @property
    def _similar(self) -> bool:
        """Whether most of the text and of the work is the same: worth a question."""
        return self.words >= MOST_WORDS and (self.objects or 0) >= MOST_OF_IT

    @property
    def coincidental(self) -> bool:
        """Whether little more than the number speaks for the pair."""
        same_work = self.is_twin or self.same_creations
        return self.same_version and not (self.same_name or self.trail or same_work)

    @property
    def confidence(self) -> Confidence:
        """The confidence in the pair, as long as no other pair rivals it."""
        if self._doubtful or self.more_tables:  # a row would stand for all of them
            return Confidence.AMBIGUOUS
        alike = self.words >= MOST_OF_IT or bool(self.objects)
        if self.same_name and alike and (self.trail is not None or self.words >= TWIN_WORDS):
            return Confidence.CERTAIN
        if self.was_moved and self.words >= TWIN_WORDS and self.objects in (None, 1.0):
            return Confidence.CERTAIN
        return Confidence.PROBABLE

    @property
    def _doubtful(self) -> bool:
        """Whether the texts speak against what the names say."""
        if self.opposite or (self.elsewhere and not self.same_version):  # in place: a table renamed
            return True
        if self.contrary and not (self.same_name and self.trail is not None):
            return True
        if self.objects:
            return not self._claimed or self._only_changes
        if self.same_name and self.trail is None:
            one, other = self.old.features.objects, self.new.features.objects
            return self.words < MOST_OF_IT or (bool(one and other) and one.isdisjoint(other))
        if self.same_name:
            apart = strangers(self.old.features, self.new.features)
            return self.words < HARDLY_ANY or (apart and not self.same_version)
        return self.same_version and self.words < (MOST_OF_IT if self.was_moved else IN_PLACE)

    @property
    def _only_changes(self) -> bool:
        """Whether a number and what both change is all they share.

        A table is created once; any number of migrations may change one column or its values.
        """
        shared = self.old.features.objects & self.new.features.objects
        linked = self.same_name or self.same_class or self.names_alike or self.trail is not None
        repeatable = all(name.startswith("changes ") for name in shared)
        return repeatable and not linked and not self.is_twin

    @property
    def _claimed(self) -> bool:
        """Whether anything but resemblance speaks for the pair."""
        by_name = self.same_name or self.same_version or self.same_class
        by_name = by_name or (self.same_table and self.names_alike)
        return by_name or self.trail is not None or self.is_twin or self.same_creations


def agreement(old: Side, new: Side, trail: Appearance | None) -> Agreement:
    """Compare two ends; ``trail`` leads from the old one to the new one, if git knows a way."""
    one, other = old.features, new.features
    return Agreement(
        old,
        new,
        same_name=old.file.name.slug == new.file.name.slug,
        same_version=old.file.version == new.file.version,
        same_class=one.class_name is not None and one.class_name == other.class_name,
        trail=trail,
        words=word_similarity(one, other),
        objects=_shared(one.objects, other.objects),
        same_creations=(_shared(one.creates, other.creates) or 0) >= TWIN_WORDS,
        opposite=_opposite(old, new),
        contrary=old.file.blob != new.file.blob and contrary(one, other),
        elsewhere=bool(one.work.tables and other.work.tables)
        and one.work.tables.isdisjoint(other.work.tables),
        same_table=bool(_tables(one) & _tables(other)),
        more_tables=_more_tables(old, new),
    )


def _more_tables(old: Side, new: Side) -> frozenset[str]:
    named = old.file.name.slug == new.file.name.slug or old.file.version == new.file.version
    if named or (new.features.class_name and old.features.class_name == new.features.class_name):
        return frozenset()
    there = _tables(old.features)
    return _tables(new.features) - there if there else frozenset()


def _tables(one: ContentFeatures) -> frozenset[str]:
    """The tables that a text creates."""
    return frozenset(name for name in one.creates if name.startswith("table:"))


def _opposite(old: Side, new: Side) -> bool:
    """Whether one takes back what the other does; a name says so only of what is not known."""
    one, other = old.features, new.features
    if old.file.blob == new.file.blob:
        return False
    if opposed(one, other) or turned_round(one, other):
        return True
    same_work = one.creates & other.creates or one.destroys & other.destroys
    return not same_work and opposed_by_name(old.file.name, new.file.name)


def believable(old: Side, new: Side, *, by_git: bool = True) -> bool:
    """Whether a rename moved one migration, rather than pairing two that look alike.

    ``by_git``: git paired the texts; else they only went and came under one name.
    """
    one, other = old.features, new.features
    if old.file.blob == new.file.blob:
        return True
    if not one.words and other.words:  # nothing is left of it that could be in the other
        return False
    if old.file.name.slug == new.file.name.slug:
        return by_git or not strangers(one, other)
    words = word_similarity(one, other)
    shared = _shared(one.objects, other.objects)
    in_place = old.file.version == new.file.version
    if _opposite(old, new):
        return False
    if shared == 0 and not in_place:
        return words >= TWIN_WORDS
    return words >= MOST_OF_IT or bool(shared) or in_place


def strangers(one: ContentFeatures, other: ContentFeatures) -> bool:
    """Whether both are known to do something, and nothing of it is the same."""
    mine, theirs = set(map(_whole, one.objects)), set(map(_whole, other.objects))
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _whole(name: str) -> str:
    """Data by their table: which columns are named depends on how it is written down."""
    return name.partition(".")[0] if name.startswith("changes data:") else name


def _alike(one: str, other: str) -> bool:
    """Whether two slugs say the same word by word, but for a letter or two."""
    words, others = one.split("_"), other.split("_")
    return len(words) == len(others) and all(
        SequenceMatcher(None, *pair, autojunk=False).ratio() >= ALIKE
        for pair in zip(words, others, strict=True)
    )


def _shared(one: frozenset[str], other: frozenset[str]) -> float | None:
    union = one | other
    return len(one & other) / len(union) if union else None
