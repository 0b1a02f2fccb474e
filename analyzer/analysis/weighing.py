"""How much speaks for two files being one migration.

All evidence is put into one number, so that pairs can be compared and assigned at once. The scale
is fixed by what single pieces of evidence are worth: a shared name says most, because a framework
refuses two migrations of one class; a trail of renames in git says that somebody moved the file;
shared words and shared objects say that the two do the same. Words alone hardly ever suffice:
boilerplate siblings (``create_x`` against ``create_y``) share most of their text.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher

from analyzer.analysis.lineage import Appearance, Hop
from analyzer.model.migration import MigrationFile
from analyzer.model.rename import Confidence, Evidence, EvidenceKind
from analyzer.model.substance import Substance, git_similarity, word_similarity

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
MOST_OF_IT = 0.5
HARDLY_ANY = 0.3
ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a pair: a file and what it is about."""

    file: MigrationFile
    substance: Substance


@dataclass(frozen=True, slots=True)
class Agreement:
    """What agrees between an old file and a new one."""

    same_name: bool
    same_version: bool
    same_class: bool
    names_alike: bool  # all but the same: a typo mended, a plural
    trail: Appearance | None  # how git's history leads from the old name to the new one
    words: float  # 0 to 1
    objects: float | None  # 0 to 1; None where neither is known to touch any
    similarity: int  # percent, as git counts

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
    def plausible(self) -> bool:
        """Whether the pair is worth a claim at all."""
        if self.same_name or self.is_twin:
            return True
        if self.same_version:
            shared = self.objects is not None and self.objects >= HARDLY_ANY
            alike = self.words >= MOST_OF_IT and (self.objects is None or self.names_alike)
            return self.trail is not None or shared or alike
        return self.weight >= ENOUGH and (self.trail is not None or self.same_class)

    @property
    def coincidental(self) -> bool:
        """Whether little more than the number speaks for the pair."""
        return self.same_version and not (self.same_name or self.trail or self.is_twin)

    @property
    def confidence(self) -> Confidence:
        """How far the pair can be relied on, as long as nothing rivals it."""
        alike = self.words >= MOST_OF_IT or bool(self.objects)
        moved = self.trail is not None
        if self.same_name and not moved and self.objects == 0 and self.words < HARDLY_ANY:
            return Confidence.AMBIGUOUS
        if self.same_name and alike and (moved or self.words >= TWIN_WORDS):
            return Confidence.CERTAIN
        if moved and self.words >= TWIN_WORDS and self.objects in (None, 1.0):
            return Confidence.CERTAIN
        return Confidence.PROBABLE


def agreement(old: Side, new: Side, trail: Appearance | None) -> Agreement:
    """Compare two ends; ``trail`` leads from the old one to the new one, if git knows a way."""
    one, other = old.substance, new.substance
    mine = class_of(old)
    return Agreement(
        same_name=old.file.name.slug == new.file.name.slug,
        same_version=old.file.version == new.file.version,
        names_alike=_alike(old.file.name.slug, new.file.name.slug),
        same_class=mine is not None and mine == class_of(new),
        trail=trail,
        words=word_similarity(one, other),
        objects=_shared(one.objects, other.objects),
        similarity=git_similarity(one, other),
    )


def class_of(side: Side) -> str | None:
    """The class the file defines, as written."""
    return side.substance.class_name


def believable(old: Side, new: Side) -> bool:
    """Whether git's rename moved one migration, rather than pairing two that look alike."""
    if old.file.name.slug == new.file.name.slug or old.file.blob == new.file.blob:
        return True
    words = word_similarity(old.substance, new.substance)
    shared = _shared(old.substance.objects, new.substance.objects)
    in_place = old.file.version == new.file.version
    if shared == 0 and not in_place:
        return words >= TWIN_WORDS
    return words >= MOST_OF_IT or bool(shared) or in_place


def evidence_for(old: Side, new: Side, found: Agreement) -> tuple[Evidence, ...]:
    """Put what agrees into words, the strongest first."""
    said = [_hop_in_words(hop) for hop in (found.trail.hops if found.trail else ())]
    if found.same_name:
        said.append(Evidence(EvidenceKind.SAME_NAME, f"both are named {old.file.name.slug}"))
    if found.same_class:
        said.append(Evidence(EvidenceKind.SAME_CLASS, f"both define {class_of(old)}"))
    if old.file.blob == new.file.blob:
        said.append(Evidence(EvidenceKind.SAME_CONTENT, "the contents are identical"))
    elif found.words >= MOST_OF_IT:
        share = f"{found.words:.0%} of the names and values in them are the same"
        said.append(Evidence(EvidenceKind.SAME_CONTENT, share))
    shared = sorted(old.substance.objects & new.substance.objects)
    if shared:
        said.append(Evidence(EvidenceKind.SAME_EFFECTS, f"both: {_listed(shared)}"))
    return tuple(said)


def _hop_in_words(hop: Hop) -> Evidence:
    commit = hop.commit
    alike = f", {hop.similarity} % similar" if hop.similarity is not None else ""
    how = "renamed" if hop.similarity is not None else "deleted and added under the same name"
    names = f"{hop.old_path.rpartition('/')[2]} -> {hop.new_path.rpartition('/')[2]}"
    when = f"{commit.date:%Y-%m-%d} by {commit.author}"
    return Evidence(EvidenceKind.GIT_RENAME, f"{how} {when}: {names}{alike}", commit.sha)


def _listed(names: list[str], most: int = 3) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


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
