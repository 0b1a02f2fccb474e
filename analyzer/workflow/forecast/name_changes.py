"""Changes of names and files as actions, with the commands that make them."""

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.next_steps import Action, NextMigrate, Verdict
from analyzer.model.plans.plan import InsertRow
from analyzer.model.words.shell_word import shell_word
from analyzer.records import Struct
from analyzer.workflow.forecast.fix_check import FixCheck, renamed
from analyzer.workflow.next_steps.typed_commands import insert_statement, typed_sql


def move_last(check: FixCheck, *files: MigrationFile) -> Action:
    """Give files the next versions after all files and rows, so that they run last."""
    taken = {it.version.key for it in check.inference.target.files.files}
    taken |= set(check.now.state.applied)
    moved = []
    for file in files:
        version = check.framework.numbering.last_as_wide(file.version, taken)
        after = renamed(
            check.framework, file, file.path_under(check.framework.numbering.read(version))
        )
        taken.add(after.version.key)
        moved.append((file.path, after))
    return Action(moved=tuple(moved))


def remove(check: FixCheck, *files: MigrationFile) -> Action:
    """Take files away."""
    del check
    return Action(removed=tuple(it.path for it in files))


class Recording(Struct, frozen=True):
    """A row to insert for a file whose work is there: the command, and the verdict on it."""

    command: str
    verdict: Verdict


def recording(check: FixCheck, file: MigrationFile) -> Recording:
    """Record that a file ran."""
    row, why_not = check.framework.store.row_of(file), check.framework.store.no_insert
    if why_not:
        return Recording("", Verdict((why_not,), NextMigrate(safe=False)))
    own = check.framework.commands.records
    if own:
        command = f"{own} {shell_word(row.version)}"
    else:
        table, column = check.inference.table.table, check.framework.store.version_column
        statement = insert_statement(check.inference.engine, table, column, row)
        command = typed_sql(check.inference.request, statement)
    return Recording(command, check.judge(Action(rows=(InsertRow(row),))))


def git_mv(action: Action) -> str:
    """The command that moves the files of an action."""
    return " && ".join(
        f"git mv {shell_word(source)} {shell_word(file.path)}" for source, file in action.moved
    )


def git_rm(action: Action) -> str:
    """The command that removes the files of an action; git refuses where an edit would be lost."""
    return f"git rm {' '.join(map(shell_word, action.removed))}"


def shared(check: FixCheck, kind: str, path: str | None) -> list[MigrationFile]:
    """The files that share the version, or the class, of the file at a path."""
    for found, group in check.framework.preconditions.conflicts(check.inference.target.files.files):
        if found == kind and any(file.path == path for file in group):
            return group
    return []


def then(check: FixCheck, verdict: Verdict) -> str:
    """Say what to do after a repair; a migrate is a recommendation of its own."""
    migrate = verdict.migrate
    if migrate.safe:
        return ""
    settle = f" (to settle it: {migrate.settle})" if migrate.settle else ""
    return f"; then do not run {check.migrate_name} yet: {migrate.because}{settle}"
