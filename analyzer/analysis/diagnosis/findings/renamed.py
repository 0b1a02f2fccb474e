"""Renamed migrations: the row has the old version, or there is no row yet."""

from collections.abc import Callable, Iterator, Sequence

from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect, Parsed
from analyzer.model.findings.diagnosis import Diagnosis, FileRenamed
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.words.wording import enumerated
from analyzer.records import replace

RENAMED = Rule(
    code="MD101",
    name="renamed-after-it-ran",
    severity=Severity.ERROR,
    title="renamed after it ran",
    why="The row has the old version, the file the new one. Most tools run it again at the next "
    "migrate; some refuse to start, or never run it.",
    fix="Run `rename-back` or `rewrite`.",
    bad="row   20250101000000\nfile  20250201000000_create_songs.rb",
    good="row   20250201000000\nfile  20250201000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.renamed.about_renamed",
)
NOT_RUN_HERE = Rule(
    code="MD118",
    name="renamed-before-it-ran",
    severity=Severity.NOTE,
    title="renamed before it ran here",
    why="No row of this database stands for it.",
    fix="Nothing to repair: the next migrate runs it under its new name.",
    bad="no row\nfile  20250201000000_create_songs.rb, once 20250101000000_create_songs.rb",
    good="row   20250201000000\nfile  20250201000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.renamed.about_renamed",
)
RECORDED_TWICE = Rule(
    code="MD119",
    name="recorded-under-both-versions",
    severity=Severity.ERROR,
    title="recorded under the old and the new version",
    why="It ran twice, or somebody inserted the new row.",
    fix="`rewrite` removes the old one. Where the second run dropped a table and created it again, "
    "its rows are gone: look first, because nothing shows it afterwards; keep every older backup, "
    "and restore the rows with `recover tables --table NAME --from-backup FOLDER`.",
    bad="rows  20250101000000, 20250201000000\n"
    "file  20250201000000_create_songs.rb, once 20250101000000_create_songs.rb",
    good="row   20250201000000\nfile  20250201000000_create_songs.rb",
    found_by="analyzer.analysis.diagnosis.findings.renamed.about_renamed",
)


def about_renamed(
    file: FileRenamed, environment: str, framework: Framework, *, exchanged: bool
) -> Finding:
    """Say what a renamed migration means for the rows of one environment.

    Args:
        framework: whose next run it is.
        exchanged: whether the new version is recorded too, for what had it before.
    """
    if file.old_row is None:
        return _not_run_here(file, environment, framework)
    if file.new_row is not None:
        return _recorded_twice(file, environment)
    return _ran_as_another(file, environment, framework, exchanged=exchanged)


def _what(file: FileRenamed) -> str:
    old, new = file.rename.old, file.rename.new
    if file.rename.supposed:
        return f"row {old.version} stands for {new.basename}, as you said"
    return f"{old.basename} is {new.basename} now"


def _not_run_here(file: FileRenamed, environment: str, framework: Framework) -> Finding:
    new = file.rename.new
    return NOT_RUN_HERE.finding(
        what=_what(file),
        why="it was renamed before it ran on this database, so no row refers to it",
        fix=f"nothing to repair in the rows; the next {framework.commands.migrate} runs it",
        environment=environment,
        version=new.version.text,
        path=new.path,
    )


def _recorded_twice(file: FileRenamed, environment: str) -> Finding:
    return RECORDED_TWICE.finding(
        what=f"{_what(file)}, and the database records it under both versions",
        why="it ran twice, or somebody inserted the new row by hand",
        fix="remove the old row: migdoctor rewrite",
        environment=environment,
        version=file.rename.old.version.text,
        path=file.rename.new.path,
    )


def _ran_as_another(
    file: FileRenamed, environment: str, framework: Framework, *, exchanged: bool
) -> Finding:
    old, new = file.rename.old, file.rename.new
    migrate, rules = framework.commands.migrate, framework.preconditions
    advised = rules.misleads.format(old.version)
    misled = f"; not `{advised}`, which it advises: then it runs again"
    return RENAMED.finding(
        what=f"{_what(file)}, but it ran as {old.version}",
        why=f"{new.version} is recorded too, for what had that version: the next "
        f"{migrate} runs neither again, but a rollback takes back the wrong one"
        if exchanged
        else f"the database knows only {old.version}: the next {migrate} {rules.renamed}",
        fix="give the file its old name (migdoctor rename-back) "
        f"or the row its new version (migdoctor rewrite){misled if rules.misleads else ''}",
        environment=environment,
        version=old.version.text,
        path=new.path,
    )


def with_second_runs(
    diagnosis: Diagnosis, parsed_of: Callable[[MigrationFile], Parsed]
) -> Diagnosis:
    """Say of each double what its text of today does when it runs a second time.

    One that passes over all that is there already was written for databases that had run it under
    the old version: a note. Of one that makes a table anew, what was in the table may be lost.
    """
    doubles = (
        it.file
        for it in diagnosis.files
        if isinstance(it, FileRenamed) and it.old_row is not None and it.new_row is not None
    )
    effects = {file.path: parsed_of(file).effects for file in doubles}
    if not effects:
        return diagnosis
    findings = (
        _of_second_run(it, effects[it.path])
        if it.code == RECORDED_TWICE.code and it.path in effects
        else it
        for it in diagnosis.findings
    )
    emptied = dict.fromkeys(
        table
        for path, found in effects.items()
        if not _passes_over(found) and path in _told_twice(diagnosis)
        for table in _made_anew(found)
    )
    return replace(diagnosis, findings=tuple(findings), emptied=tuple(emptied))


def _told_twice(diagnosis: Diagnosis) -> set[str | None]:
    return {it.path for it in diagnosis.findings if it.code == RECORDED_TWICE.code}


def _of_second_run(finding: Finding, effects: Sequence[Effect]) -> Finding:
    if _passes_over(effects):
        return _harmless(finding)
    emptied = tuple(dict.fromkeys(_made_anew(effects)))
    return _emptied(finding, emptied) if emptied else finding


def _made_anew(effects: Sequence[Effect]) -> Iterator[str]:
    """The tables that are dropped, if they are there, and created empty."""
    dropped: set[str] = set()
    for it in effects:
        if isinstance(it, e.DropTable):
            dropped.add(it.name)
        elif (
            isinstance(it, e.CreateTable)
            and not it.temporary
            and (it.force or it.table.name in dropped)
        ):
            yield it.table.name


def _emptied(finding: Finding, tables: Sequence[str]) -> Finding:
    names, was = enumerated(tables), "was" if not tables[1:] else "were"
    each = "the table" if not tables[1:] else "the tables"
    return replace(
        finding,
        why=f"{finding.why}; if it ran, {names} {was} dropped and created empty, and the rows from "
        "before are gone",
        fix=f"look at {names} first: if rows are missing, only a backup from before that run has "
        f"them, so keep it, and restore {each} from it; then remove the old row: "
        "migdoctor rewrite",
    )


def _passes_over(effects: Sequence[Effect]) -> bool:
    """Whether each effect asks first, or is told to pass over what it finds."""
    tolerant = (
        isinstance(it, e.Guarded)
        or bool(getattr(it, "if_not_exists", False) or getattr(it, "if_exists", False))
        for it in effects
    )
    return bool(effects) and all(tolerant)


def _harmless(finding: Finding) -> Finding:
    return replace(
        finding,
        severity=Severity.NOTE,
        why="it was run under both; its current text skips what already exists, as for a "
        "second run",
        fix="leave it, or remove the old row: migdoctor rewrite",
    )
