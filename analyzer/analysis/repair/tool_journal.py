"""The file that lists all migrations with their versions: it changes where one goes back."""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.analysis.repair.rename_back_names import Return
from analyzer.frameworks.ports.keys_in_text import KeysInText
from analyzer.model.core.defining_line import lines_of
from analyzer.model.core.migration import FileSet, IgnoredFile
from analyzer.model.core.version import Version
from analyzer.model.plans.plan import ReplaceLine


def journals_in(files: FileSet, keys: KeysInText | None) -> list[IgnoredFile]:
    """The files of a tree that list its migrations."""
    if keys is None or keys.journal is None:
        return []
    return [it for it in files.ignored if it.path.endswith(keys.journal)]


def journal_lines(
    keys: KeysInText, returns: Sequence[Return], files: FileSet, contents: Mapping[str, bytes]
) -> tuple[tuple[ReplaceLine, ...], tuple[str, ...], dict[str, str]]:
    """Put the names and versions in journals back.

    Returns: the lines; notes on what a person has to change; the blobs by path.
    """
    lines: list[ReplaceLine] = []
    notes: list[str] = []
    blobs: dict[str, str] = {}
    for journal in journals_in(files, keys):
        folder = journal.path.removesuffix(str(keys.journal))
        mine = [one for one in returns if one.file.path.startswith(folder)]
        before = contents.get(journal.blob, b"")
        after = keys.relisted(before, {_name(one.file.path): _told(one) for one in mine})
        if after is None:
            notes += (
                f"{journal.path} is not as its generator writes it: make it list {_name(one.path)}"
                f" with {one.version}, by hand"
                for one in mine
            )
        elif after != before:
            lines += _changed(journal.path, before, after)
            blobs[journal.path] = journal.blob
    return tuple(lines), tuple(notes), blobs


def _changed(path: str, before: bytes, after: bytes) -> Iterator[ReplaceLine]:
    pairs = zip(lines_of(before), lines_of(after), strict=True)  # as many entries as there were
    for number, (old, new) in enumerate(pairs, start=1):
        if old != new:
            yield ReplaceLine(path, number, old.removesuffix("\r"), new.removesuffix("\r"))


def _told(one: Return) -> tuple[str, Version]:
    return _name(one.path), one.version


def _name(path: str) -> str:
    return path.rpartition("/")[2]
