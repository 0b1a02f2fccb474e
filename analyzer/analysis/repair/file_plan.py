"""Renaming files back: each gets the name under which its migration ran."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from analyzer.analysis.diagnosis.ambiguity import refuse_ambiguity
from analyzer.analysis.repair.ordering import in_safe_order
from analyzer.analysis.repair.rename_back_names import (
    Return,
    Sorting,
    hand_out_names,
    notes_on_hidden,
    sort_renames,
)
from analyzer.frameworks.base import Framework
from analyzer.frameworks.ports.files import Files
from analyzer.frameworks.ports.keys_in_text import KeysInText
from analyzer.model.core.blob import blob_id
from analyzer.model.core.defining_line import DefiningLine, find_defining_line, mentions, with_line
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.findings.diagnosis import Diagnosis
from analyzer.model.plans.plan import FilePlan, MoveFile, Refusal, ReplaceLine

_TEMPORARY = ".migdoctor"  # no framework takes a file that ends so for a migration
_REWRITE = ("migdoctor rewrite",)


def plan_rename_back(
    diagnosis: Diagnosis, files: FileSet, contents: Mapping[str, bytes], framework: Framework
) -> FilePlan | Refusal:
    """Give every renamed file the version and name under which its migration ran.

    ``names`` are the framework's; ``files`` are all that share the version table, as they are
    now; ``contents`` maps blob ids to the contents of the renamed files and of their old selves.

    Returns: a plan after which every row of a renamed migration has its file again; an empty one
    where nothing was renamed; a refusal where a pair is ambiguous or names alone cannot mend it.
    """
    refusal = refuse_ambiguity(diagnosis)
    if refusal is not None:
        return refusal
    sorting = sort_renames(diagnosis)
    refusal = _refuse_moved_package(sorting, framework)
    if refusal is not None:
        return refusal
    handed = hand_out_names(sorting, diagnosis, files, framework.numbering)
    returns = [one for one in handed if _changes(one, framework)]
    refusal = _refuse_twice(sorting, returns) or _refuse_collisions(returns, files)
    if refusal is not None:
        return refusal
    targets = {one.file.path: one.path for one in returns if one.path != one.file.path}
    lines, line_notes, dependants = _edits(framework, returns, files, contents)
    freed = {one.old.version.key for one in sorting.ran}
    notes = [*(one.note for one in returns if one.note), *notes_on_hidden(diagnosis, freed)]
    before, after = _contents_around(returns, lines, contents, dependants)
    plan = FilePlan(
        (*_moves(targets, files), *lines),
        tuple(MoveFile(source, target) for source, target in targets.items()),
        (*notes, *line_notes, *sorting.notes()),
        before,
        after,
    )
    if all(framework.files.way_back(it.source) is None for it in plan.moves):
        return plan
    from analyzer.analysis.repair.ways_back import with_ways_back

    return with_ways_back(plan, files, framework.files)


def _edits(
    framework: Framework,
    returns: Sequence[Return],
    files: FileSet,
    contents: Mapping[str, bytes],
) -> tuple[Sequence[ReplaceLine], Sequence[str], dict[str, str]]:
    """The lines that change with the names, notes on them, and the files that only speak of them.

    The last are blob ids by path.
    """
    if framework.keys is None:
        return *_defining_lines(framework.files, returns, contents), {}
    if framework.keys.journal is not None:
        from analyzer.analysis.repair.tool_journal import journal_lines

        return journal_lines(framework.keys, returns, files, contents)
    own, notes = _key_lines(framework.files, returns, contents)
    further, further_notes = _dependant_lines(framework.keys, returns, files, contents)
    found = own + further, notes + further_notes, _dependants(further, returns, files)
    if not framework.keys.includes:
        return found
    from analyzer.analysis.repair.include_repair import include_lines

    lists = include_lines(framework.keys, returns, files, contents)
    return found[0] + lists[0], found[1] + lists[1], found[2] | lists[2]


def _changes(one: Return, framework: Framework) -> bool:
    """Whether a file is to have another path, another class, or another version in its text."""
    told = framework.keys is not None and one.version != one.file.version
    named = one.wanted.name.class_name != one.file.name.class_name
    return one.path != one.file.path or named or told


def _dependants(
    lines: Sequence[ReplaceLine], returns: Sequence[Return], files: FileSet
) -> dict[str, str]:
    """The contents, by path, of files that only speak of those that are renamed."""
    paths = {it.path for it in lines} - {one.path for one in returns}
    return {it.path: it.blob for it in files.files if it.path in paths}


# What stands in the way


def _refuse_twice(sorting: Sorting, returns: Sequence[Return]) -> Refusal | None:
    """Refuse half a repair; a single such file only needs a note, as nothing would run again."""
    if not sorting.twice or not returns:
        return None
    named = ", ".join(
        f"{one.file.basename} (as {one.rename.old.version} and {one.rename.new.version})"
        for one in sorting.twice
    )
    return Refusal(
        f"recorded under the old and the new version: {named}. A file has one name, so renaming "
        "back would leave a row without a file. Rewrite the rows instead, which deletes the old "
        "row",
        _REWRITE,
    )


def _refuse_moved_package(sorting: Sorting, framework: Framework) -> Refusal | None:
    """Refuse where the package's name changed, and not the files' own."""
    if framework.packages is None:
        return None
    of = framework.packages.of
    sides = ((of(it.old.version.text), of(it.new.version.text)) for it in sorting.ran)
    moved = list(dict.fromkeys((old, new) for old, new in sides if old != new))
    if not moved:
        return None
    told = ", ".join(f"{old} is called {new} now" for old, new in moved)
    return Refusal(
        f"the package that the migrations belong to has another name: {told}, and no file name "
        "shows that. Give the package its name back, or rewrite the rows; tables that are"
        " named after it keep their names either way",
        _REWRITE,
    )


def _refuse_collisions(returns: Sequence[Return], files: FileSet) -> Refusal | None:
    ignored = {one.path for one in files.ignored}
    blocked = [one.path for one in returns if one.path in ignored]
    if blocked:
        return Refusal(
            f"something that is not a migration has the old name: {', '.join(blocked)}. Move it"
            " away, or rewrite the rows instead",
            _REWRITE,
        )
    doubled = _doubled_classes(returns, files)
    if doubled:
        return Refusal(
            f"renamed back, two files would have the class {', '.join(doubled)}, and no migration"
            " would run. Rewrite the rows instead",
            _REWRITE,
        )
    return None


def _doubled_classes(returns: Iterable[Return], files: FileSet) -> list[str]:
    """List the class names that would be carried twice, and by more files than now."""
    before = Counter(file.name.class_name for file in files.files)
    after = before.copy()
    for one in returns:
        after[one.file.name.class_name] -= 1
        after[one.wanted.name.class_name] += 1
    return sorted(name for name, count in after.items() if name and count > max(before[name], 1))


# Steps


def _moves(targets: Mapping[str, str], files: FileSet) -> Iterator[MoveFile]:
    taken = {one.path for one in files.files} | {one.path for one in files.ignored}
    taken.update(targets.values())

    def aside(path: str) -> str:
        spare = path + _TEMPORARY
        while spare in taken:
            spare += "_"
        return spare

    yield from (MoveFile(source, target) for source, target in in_safe_order(targets, aside))


def _defining_lines(
    names: Files, returns: Iterable[Return], contents: Mapping[str, bytes]
) -> tuple[tuple[ReplaceLine, ...], tuple[str, ...]]:
    """Put names inside files back where they changed with the file; note what cannot be."""
    lines: list[ReplaceLine] = []
    notes: list[str] = []
    for one in returns:
        old, new = one.wanted.name.class_name, one.file.name.class_name
        if old == new:
            continue
        content, back = contents.get(one.file.blob, b""), _old_name(names, one.wanted, contents)
        found = find_defining_line(names.defining_lines(content), new)
        if found is not None:
            lines.append(ReplaceLine(one.path, found.line, found.text, found.renamed(back)))
            notes.extend(_note_on_mentions(one.path, content, found.name, found.line))
        elif find_defining_line(names.defining_lines(content), old) is None:
            notes.append(
                f"{one.path}: no line `class {new} < ...` was found; under its old name the file"
                f" must define {back}, so change it by hand"
            )
    return tuple(lines), tuple(notes)


def _key_lines(
    names: Files, returns: Iterable[Return], contents: Mapping[str, bytes]
) -> tuple[tuple[ReplaceLine, ...], tuple[str, ...]]:
    """Put the keys inside files back, in every line that tells them."""
    lines: list[ReplaceLine] = []
    notes: list[str] = []
    for one in returns:
        old, new = one.wanted.name.class_name, one.file.name.class_name
        if old == new:
            continue
        told = names.defining_lines(contents.get(one.file.blob, b""))
        found = {it.line: it for it in told if it.name == new}
        lines += (ReplaceLine(one.path, it.line, it.text, it.renamed(old)) for it in found.values())
        if not found:
            notes.append(f"{one.path}: no line tells {new}; it must tell {old}: change it by hand")
    return tuple(lines), tuple(notes)


def _dependant_lines(
    keys: KeysInText, returns: Sequence[Return], files: FileSet, contents: Mapping[str, bytes]
) -> tuple[tuple[ReplaceLine, ...], tuple[str, ...]]:
    """Put the keys back where other files name them; note what cannot be."""
    from analyzer.analysis.repair.include_repair import spliced

    back = {one.file.version.text: one.version for one in returns}
    targets = {one.file.path: one.path for one in returns}
    lines: list[ReplaceLine] = []
    notes: list[str] = []
    for file in files.files:
        told = {*(file.name.parents or ()), *file.name.followers, *file.name.replaces}
        places: dict[int, list[tuple[DefiningLine, str]]] = {}
        for new in sorted(back.keys() & told):
            found = list(keys.mentions(contents.get(file.blob, b""), new))
            for it in found:
                places.setdefault(it.line, []).append((it, back[new].written))
            if not found:
                notes.append(
                    f"{file.path} names {new}, which ran as {back[new]}: change it by hand"
                )
        path = targets.get(file.path, file.path)
        lines += (spliced(path, told_there) for told_there in places.values())
    return tuple(lines), tuple(notes)


def _old_name(names: Files, old: MigrationFile, contents: Mapping[str, bytes]) -> str:
    """Spell the name as the old content does, else as the file name tells."""
    lines = names.defining_lines(contents.get(old.blob, b""))
    found = find_defining_line(lines, old.name.class_name)
    return found.name if found is not None else old.name.class_name


def _note_on_mentions(path: str, content: bytes, name: str, line: int) -> Iterator[str]:
    others = mentions(content, name, besides=line)
    if others:
        numbers = ", ".join(map(str, others))
        yield f"{path} mentions {name} elsewhere too (line {numbers}): that stays as it is"


def _contents_around(
    returns: Iterable[Return],
    lines: Iterable[ReplaceLine],
    contents: Mapping[str, bytes],
    dependants: Mapping[str, str],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """List what files hold before and after: the script looks whether it still is so."""
    changes: dict[str, list[ReplaceLine]] = {}
    for line in lines:
        changes.setdefault(line.path, []).append(line)
    before, after = [], []
    around = [(one.file.path, one.path, one.file.blob) for one in returns]
    around += [(path, path, blob) for path, blob in dependants.items()]
    for source, target, blob in around:
        before.append((source, blob))
        changed = blob
        if target in changes:
            text = contents[blob]
            for change in changes[target]:
                text = with_line(text, change.line, change.after)
            changed = blob_id(text, length=len(blob))
        after.append((target, changed))
    return tuple(before), tuple(after)
