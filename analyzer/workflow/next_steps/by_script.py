"""The commands of whoever carries a repair out as a script, instead of by --apply."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePath

from analyzer.model.findings.next_steps import FILES_SCRIPT, ROWS_SCRIPT
from analyzer.model.plans.hand_script import HandScript, ScriptForm
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.model.words.shell_word import shell_word
from analyzer.records import Struct
from analyzer.workflow.next_steps.typed_commands import typed, typed_file, typed_moves
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk


class ByScript(Struct, frozen=True):
    """What is typed: ``lines`` carry the repair out, none where --apply is to.

    ``files`` bring files in line with rows that changed, before they are committed. ``written``
    are the options that write the script once more. ``untold`` is of scripts that do not tell git
    of what moves.
    """

    lines: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    written: str = ""
    untold: bool = False


def by_script(
    done: Walk,
    plan: FilePlan | RowPlan,
    request: Request,
    script: HandScript | None,
    beside: FilePlan | None,
) -> ByScript:
    """What carries a repair out where --apply cannot, or where somebody has its script.

    Args: script: what was written; None where nothing was.  beside: files that change with rows.
    """
    if isinstance(plan, RowPlan):
        if script is None and request.rows is None:
            return ByScript()
        return _of_rows(done, plan, request, script, beside)
    top = _top(done)
    if script is not None:
        patch = f"{git_here(done)} apply {_path_from(done, script.file)}"
        line = patch if script.form is ScriptForm.PATCH else typed_moves(top, script.file)
        return ByScript((line,), written=script.options, untold=not script.staged)
    if request.ref is None and top is not None:
        return ByScript()
    made = typed(request, "rename-back", "-o", FILES_SCRIPT)
    return ByScript((made, typed_moves(top, FILES_SCRIPT)), untold=True)


def _of_rows(
    done: Walk,
    plan: RowPlan,
    request: Request,
    script: HandScript | None,
    beside: FilePlan | None,
) -> ByScript:
    made = _sql_file(request, script)
    patched = _patched(done, plan, request, made)
    lines = (*_prepared(request, script, made, patched, beside), typed_file(request, made))
    files = patched[-1:]
    if beside is not None and beside.steps:
        files = (*files, typed_moves(_top(done), _moves_file(script, made)))
    written = script.options if script is not None else ""
    return ByScript(lines, files, written, untold=True)


def _prepared(
    request: Request,
    script: HandScript | None,
    made: str,
    patched: tuple[str, ...],
    beside: FilePlan | None,
) -> Iterator[str]:
    """What is written before the rows change: afterwards nothing tells any more what was due."""
    form = script.form if script is not None else None
    both = ("--combined",) if beside is not None else ()
    if form is not ScriptForm.SQL:
        yield typed(request, "rewrite", *both, "-o", made)
    yield typed(request, "rewrite", *both, "--undo", "-o", _beside(made, ".undo.sql"))
    if beside is not None and beside.steps and form is not ScriptForm.SH:
        moves = _moves_file(script, made)
        yield typed(request, "rewrite", *both, "--format", "sh", "-o", moves)
    yield from patched[:-1]


def _sql_file(request: Request, script: HandScript | None) -> str:
    if script is not None:
        sql = script.form is ScriptForm.SQL
        return script.file if sql else _beside(script.file, ".sql")
    return f"{request.environment}.sql" if request.named is not None else ROWS_SCRIPT


def _moves_file(script: HandScript | None, made: str) -> str:
    if script is not None and script.form is ScriptForm.SH:
        return script.file
    return _beside(made, ".sh")


def _beside(file: str, suffix: str) -> str:
    """A file of the same name in another form."""
    return str(PurePath(file).with_suffix(suffix))


def _patched(done: Walk, plan: RowPlan, request: Request, made: str) -> tuple[str, ...]:
    """What changes the schema file, last; before it what writes a patch that no SQL can hold."""
    if not plan.schema.steps or request.ref is not None or _top(done) is None:
        return ()
    from analyzer.scripts.patch.patch import render_patch
    from analyzer.workflow.repair.repairs import provenance, schema_contents

    patch = render_patch(plan.schema, schema_contents(done), provenance(done))
    git = git_here(done)
    if patch.decode("utf-8", "surrogateescape") in done.engine.scripts.with_patch("", patch):
        return (f"{git} apply {_path_from(done, made)}",)
    own = _beside(made, ".patch")
    written = typed(request, "rewrite", "--format", "patch", "-o", own)
    return (written, f"{git} apply {_path_from(done, own)}")


def _path_from(done: Walk, file: str) -> str:
    """A file of the current folder, as git finds it."""
    return shell_word(file if git_here(done) == "git" else str(Path.cwd() / file))


def _top(done: Walk) -> Path | None:
    return done.inference.repository.work_tree


def git_here(done: Walk) -> str:
    """How git is called so that paths count from the root, from the current folder."""
    top = _top(done)
    if top is None or os.path.realpath(top) == os.path.realpath(os.curdir):
        return "git"
    return f"git -C {shell_word(str(top))}"
