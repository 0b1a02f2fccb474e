"""What the next migrate would do: which files it runs, where it stops, what it empties.

Names and rows tell which files run. What a file does matters here only where it ran before under
another version: what it creates is there already. Without a look into the database that is as far
as one can say; a failure that hangs on anything else is not foretold.
"""

from collections.abc import Callable, Iterator, Sequence

from analyzer.analysis.file_findings import duplicates
from analyzer.model.diagnosis import Diagnosis, FileRenamed
from analyzer.model.effect import (
    AddColumn,
    AddIndex,
    CreateTable,
    DropTable,
    Effect,
    Opaque,
    RenameTable,
)
from analyzer.model.migration import FileSet, MigrationFile, WhyIgnored
from analyzer.model.objects import bare
from analyzer.model.report import Failure, Loss, Prediction
from analyzer.model.version_table import AppliedRow

EffectsOf = Callable[[MigrationFile], Sequence[Effect]]


def predict(
    files: FileSet,
    rows: Sequence[AppliedRow],
    diagnosis: Diagnosis,
    effects_of: EffectsOf,
    gone_tables: Callable[[], frozenset[str]],
) -> Prediction:
    """Say which files the next migrate would run, in order, and what would stop it.

    Rails runs every file whose version has no row, lowest version first, whatever ran before, and
    stops at the first failure.

    Args:
        effects_of: what a file does.  gone_tables: tables that some migration drops or renames, so
            that creating them again may work; asked only where it matters.
    """
    refused = _refusal(files)
    if refused is not None:
        return Prediction((), refused, ())
    applied = {row.version.number for row in rows}
    again = {
        verdict.file.path: verdict
        for verdict in diagnosis.files
        if isinstance(verdict, FileRenamed) and verdict.old_row is not None
    }
    would_run: list[MigrationFile] = []
    losses: list[Loss] = []
    for file in sorted(files.files, key=lambda file: file.version):
        if file.version.number in applied:
            continue
        if file.path in again:
            effects = effects_of(file)
            reason = _collision(effects, again[file.path], gone_tables)
            if reason is not None:
                return Prediction(tuple(would_run), Failure(file, reason), tuple(losses))
            losses.extend(Loss(file, what) for what in _emptied(effects))
        would_run.append(file)
    return Prediction(tuple(would_run), None, tuple(losses))


def _collision(
    effects: Sequence[Effect], verdict: FileRenamed, gone_tables: Callable[[], frozenset[str]]
) -> str | None:
    """Why a second run fails: the first thing it creates that its first run has made.

    What stands under a condition is passed over: the usual one asks whether the thing is there.
    """
    since = f"it is there since this ran as {verdict.rename.old.version}"
    for effect in effects:
        match effect:
            case Opaque():
                return None  # from here on it cannot be told
            case CreateTable(table=table, if_not_exists=False, force=False):
                gone = table.name in gone_tables()
                return None if gone else f"PG::DuplicateTable: table {table.name}; {since}"
            case AddColumn(table=name, column=column, if_not_exists=False):
                return f"PG::DuplicateColumn: column {column.name} of {name}; {since}"
            case AddIndex(table=name, index=index, if_not_exists=False):
                return f"PG::DuplicateTable: index {index.name} on {name}; {since}"
            case _:
                continue
    return None


def removed_names(effects: Sequence[Effect]) -> Iterator[str]:
    """Names of tables that are free again afterwards: dropped, or renamed away."""
    for effect in map(bare, effects):
        if isinstance(effect, DropTable):
            yield effect.name
        elif isinstance(effect, RenameTable):
            yield effect.old


def _emptied(effects: Sequence[Effect]) -> Iterator[str]:
    """Tables that are dropped and made anew, with nothing in them."""
    for effect in effects:
        if isinstance(effect, CreateTable) and effect.force:
            yield f"drops table {effect.table.name} and creates it empty (force: true)"


def _refusal(files: FileSet) -> Failure | None:
    """What makes Rails refuse before the first migration, in the order in which it looks."""
    for ignored in files.ignored:
        if ignored.why is WhyIgnored.ILLEGAL_NAME:
            return Failure(None, f"IllegalMigrationNameError: {ignored.path}")
    for kind, group in duplicates(files.files):
        return Failure(group[-1], _duplicate(kind, group))
    return None


def _duplicate(kind: str, group: Sequence[MigrationFile]) -> str:
    names = " and ".join(file.basename for file in group)
    if kind == "class":
        return f"DuplicateMigrationNameError: {names} share the name {group[0].name.class_name}"
    return f"DuplicateMigrationVersionError: {names} share version {group[0].version.number}"
