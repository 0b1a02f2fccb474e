"""Candidates: the pairs of files that have anything in common.

Only these are weighed, so that contents are read only where they may decide.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from analyzer.analysis.renames.assignment import Pair
from analyzer.analysis.renames.rename_hints import Ends, RenameHints
from analyzer.model.core.migration import MigrationFile

MUCH = 0.5  # of an old text's own words in a new one
# What so many pairs have in common tells nothing of any: thousands of files that all speak of users
# or all hold the same text, would be weighed each with each.
MOST_ALIKE = 40_000
_CREATES = "create_table"


def candidates(ends: Ends, hints: RenameHints) -> list[Pair]:
    """Name the pairs worth a look, in path order."""
    near = (
        _of_one_name(ends),
        _on_a_trail(ends, hints),
        _of_like_words(ends, hints),
        _but_for_a_letter(ends, hints),
    )
    return sorted(set(chain.from_iterable(near)))


def _of_one_name(ends: Ends) -> Iterator[Pair]:
    """Pairs that share the version, the name or the whole content."""
    beside: dict[object, list[str]] = defaultdict(list)
    for path, file in ends.new.items():
        for mark in _marks(file):
            beside[mark].append(path)
    before: dict[object, list[str]] = defaultdict(list)
    for path, file in ends.old.items():
        for mark in _marks(file):
            before[mark].append(path)
    for mark, olds in before.items():
        news = beside.get(mark, ())
        if len(olds) * len(news) <= MOST_ALIKE:
            yield from ((old, new) for old in olds for new in news)


def _marks(file: MigrationFile) -> tuple[object, ...]:
    return file.version.key, file.name.slug, file.blob


def _on_a_trail(ends: Ends, hints: RenameHints) -> Iterator[Pair]:
    for path in ends.old:
        yield from ((path, name) for name in hints.trails.get(path, ()) if name in ends.new)


def _of_like_words(ends: Ends, hints: RenameHints) -> Iterator[Pair]:
    """Pairs whose texts speak of the same things, under whatever name."""
    if not ends.old or not ends.new:
        return
    every = _by_word((path, hints.words_of(file.blob)) for path, file in ends.new.items())
    most = MOST_ALIKE // len(ends.old)
    common = {word for word, paths in every.items() if len(paths) > most}
    for path, file in ends.old.items():
        for text in hints.texts(file):
            own = [word for word in hints.features_of(text).words if word not in common]
            shared = Counter(other for word in own for other in every.get(word, ()))
            near = (other for other, count in shared.items() if count >= MUCH * len(own))
            yield from ((path, other) for other in near)


def _but_for_a_letter(ends: Ends, hints: RenameHints) -> Iterator[Pair]:
    """Pairs that create tables, and whose names differ in a letter: a plural, a typo mended."""
    slugs = {file.name.slug for file in ends.new.values()}
    wanted = [file for file in ends.old.values() if file.name.slug not in slugs]
    if not wanted:
        return
    own = {file.name.slug for file in ends.old.values()}
    beside: dict[str, list[MigrationFile]] = defaultdict(list)
    for file in ends.new.values():
        if file.name.slug not in own:
            for spelling in _spellings(file.name.slug):
                beside[spelling].append(file)
    for old in wanted:
        near = {new.path: new for it in _spellings(old.name.slug) for new in beside.get(it, ())}
        yield from (
            (old.path, new.path)
            for new in near.values()
            if _CREATES in hints.words_of(old.blob) and _CREATES in hints.words_of(new.blob)
        )


def _spellings(slug: str) -> set[str]:
    """A name, and the same with any one letter left out: two that share one are hardly two."""
    return {slug, *(slug[:place] + slug[place + 1 :] for place in range(len(slug)))}


def _by_word(texts: Iterable[tuple[str, Iterable[str]]]) -> Mapping[str, list[str]]:
    holders: dict[str, list[str]] = defaultdict(list)
    for path, words in texts:
        for word in words:
            holders[word].append(path)
    return holders
