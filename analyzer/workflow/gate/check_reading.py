"""What the gate wants to know of contents: read where it is asked, parsed only where it may matter.

Parsing and all that belongs to it load late: most changes are judged without.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.analysis.gate.order_candidates import near
from analyzer.analysis.order.late_order import in_order, read_late_order, shown
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationFile
from analyzer.model.gate.gate import EditKind, Late, TooEarly, Touched
from analyzer.workflow.gate.check_sides import LARGEST

if TYPE_CHECKING:
    from collections import Counter

    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.schema_state import ReadMigration

ALIKE = 50  # percent, from which git takes two files for one
SHARED = 0.5  # of the words, below which nothing makes two files one migration
ALL_BUT_ALL = 0.9
MOST_PAIRS = 400  # that are worth reading for a likeness that no name tells
MOST_GONE = 60  # a squash deletes hundreds; nobody renames so many and edits them all


class ChangeTexts:
    """The contents of migrations, by blob."""

    def __init__(self, content: Callable[[str], bytes], framework: Framework) -> None:
        self.content, self.language = content, framework.language
        self.numbering = framework.numbering
        self._parsed: dict[tuple[str, str], ReadMigration] = {}  # by path and content
        self._created: dict[str, frozenset[str] | None] = {}
        self._spoken: dict[str, frozenset[str]] = {}
        self._words: dict[str, tuple[str | None, Counter[str]]] = {}

    def edit_of(self, old: str, new: str) -> EditKind:
        """Compare two texts of one migration."""
        if old == new:
            return EditKind.NONE
        before, after = self.content(old), self.content(new)
        if len(before) >= LARGEST or len(after) >= LARGEST:
            return EditKind.UNKNOWN
        language = self.language
        if language.same_code(before, after):
            return EditKind.COMMENTS
        from analyzer.analysis.diagnosis.effect_change import effects_differ, only_guarded

        did, does = language.parse(before).effects, language.parse(after).effects
        differ = effects_differ(did, does)
        if differ is None:
            return EditKind.UNKNOWN
        if differ and only_guarded(did, does):
            return EditKind.CONDITIONS
        return EditKind.EFFECTS if differ else EditKind.SAME_EFFECTS

    def pair(
        self, gone: Sequence[MigrationFile], new: Sequence[MigrationFile]
    ) -> Iterator[tuple[MigrationFile, MigrationFile]]:
        """Pair what is the same migration by what it does, as ``diagnose`` does."""
        if len(gone) > MOST_GONE or not self._may_pair(gone, new):
            return
        from analyzer.analysis.renames.lineage import Appearance
        from analyzer.analysis.renames.pairing import pair_files
        from analyzer.analysis.renames.rename_hints import RenameHints
        from analyzer.analysis.renames.similarity import Side, believable
        from analyzer.model.effects.content_features import git_similarity

        def about(file: MigrationFile) -> Side:
            return Side(file, self.language.read_substance(self.content(file.blob)))

        trails = {
            old.path: {
                now.path: Appearance(now.path, now.blob, ())
                for now in new
                if self._alike(old.blob, now.blob)
                and git_similarity(about(old).features, about(now).features) >= ALIKE
                and believable(about(old), about(now))
            }
            for old in gone
            if len(gone) * len(new) <= MOST_PAIRS
        }
        hints = RenameHints(
            trails,
            frozenset(file.blob for file in gone),
            (),
            lambda blob: self.language.read_substance(self.content(blob)),
            lambda blob: self.language.read_words(self.content(blob)),
        )
        pairing = pair_files(gone, new, hints, numbering=self.numbering)
        for rename in (*pairing.renames, *pairing.moved_in_place):
            yield rename.old, rename.new

    def _may_pair(self, gone: Sequence[MigrationFile], new: Sequence[MigrationFile]) -> bool:
        """Whether any two files may be the same migration, by their words alone."""
        return any(
            old.version == now.version or self._alike(old.blob, now.blob)
            for old in gone
            for now in new
        )

    def _alike(self, old: str, now: str) -> bool:
        (class_name, words), (other_class, others) = self._words_of(old), self._words_of(now)
        total = words.total() + others.total()
        shared = 2 * (words & others).total()
        if class_name is not None and class_name == other_class:
            return True
        made, remade = self._created_by(old), self._created_by(now)
        apart = made and remade and made.isdisjoint(remade)  # songs do not become albums
        return shared >= (ALL_BUT_ALL if apart else SHARED) * total

    def _words_of(self, blob: str) -> "tuple[str | None, Counter[str]]":
        if blob not in self._words:
            self._words[blob] = self.language.read_subject(self.content(blob))
        return self._words[blob]

    def read_late(self, file: MigrationFile, newer: Sequence[MigrationFile]) -> Late:
        """Say what ties a late migration to newer ones."""
        return read_late_order(file, newer, lambda one: self._spoken_in(one.blob), self.migration)

    def read_order(
        self, touched: Sequence[Touched], merged: Sequence[MigrationFile]
    ) -> Iterator[TooEarly]:
        """Find what needs something that is created later, where a touched file is part of it."""
        if not self._may_be_early(touched, merged):
            return
        from analyzer.analysis.order.dependencies import build_graph

        graph = build_graph([self.migration(one) for one in merged])
        paths = {each.file.path for each in touched}
        for broken in graph.violations:
            provider = broken.provided_by
            if provider is not None and paths & {broken.path, provider}:
                yield TooEarly(broken.path, broken.line, shown(str(broken.needs)), provider)

    def tables_created(self, files: Iterable[MigrationFile]) -> dict[str, frozenset[str]]:
        """The tables that each file creates, by path."""
        from analyzer.model.effects.objects import Role, objects

        return {
            file.path: frozenset(
                ref.name
                for effect in self.migration(file).parsed.effects
                for role, ref in objects(effect)
                if role is Role.CREATES and ref.kind == "table"
            )
            for file in files
        }

    def parsed(self, file: MigrationFile) -> "Parsed":
        """Read the effects of a migration."""
        return self.migration(file).parsed

    def migration(self, file: MigrationFile) -> "ReadMigration":
        """A migration, parsed once."""
        place = file.path, file.blob
        if place not in self._parsed:
            from analyzer.model.findings.schema_state import ReadMigration

            parsed = self.language.parse(self.content(file.blob))
            self._parsed[place] = ReadMigration(file.version, file.path, parsed)
        return self._parsed[place]

    def _may_be_early(self, touched: Sequence[Touched], merged: Sequence[MigrationFile]) -> bool:
        """Whether a small graph, of touched files and those that may matter to them, is broken.

        It lacks what came before, so that it may see too much; then the whole is asked.
        """
        paths = {each.file.path for each in touched}
        found = near(
            touched,
            merged,
            lambda file: self._spoken_in(file.blob),
            lambda file: self._created_by(file.blob),
        )
        if not found:
            return False
        from analyzer.analysis.order.dependencies import build_graph

        graph = build_graph([self.migration(one) for one in in_order(found.values())])
        return any(
            one.provided_by is not None and paths & {one.path, one.provided_by}
            for one in graph.violations
        )

    def _created_by(self, blob: str) -> frozenset[str] | None:
        if blob not in self._created:
            self._created[blob] = self.language.may_create(self.content(blob))
        return self._created[blob]

    def _spoken_in(self, blob: str) -> frozenset[str]:
        if blob not in self._spoken:
            self._spoken[blob] = self.language.speaks_of(self.content(blob))
        return self._spoken[blob]
