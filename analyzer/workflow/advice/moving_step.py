"""The step of a plan that moves files: with the record and the schema file, in one commit."""

import re
from collections.abc import Iterator, Mapping

from analyzer.analysis.advice.file_steps import committed
from analyzer.model.core.version import Version
from analyzer.model.findings.next_steps import Action
from analyzer.model.gate.recorded_renames import record_path
from analyzer.model.plans.plan import ReplaceLine
from analyzer.model.plans.repair_path import PathStage, PathStep
from analyzer.model.words.shell_word import shell_word
from analyzer.records import replace
from analyzer.workflow.advice.after_plan import Moves
from analyzer.workflow.forecast.name_changes import git_mv
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.next_steps.typed_commands import typed
from analyzer.workflow.repair.repairs import schema_after
from analyzer.workflow.walk import Walk

_MOVED = "Move migrations after what they need"
_ASIDE = ".migdoctor-aside"  # what sed leaves until its change is whole


def moving_step(moves: Moves, because: str, done: Walk) -> PathStep:
    """Move files, bring the schema file in line, and record the renames.

    The gate, which sees no rows, lets a recorded rename pass.

    Args: because: why they move, in a sentence without its full stop.
    """
    git = git_here(done)
    move = git_mv(Action(moved=moves)).replace("git mv", f"{git} mv")
    asked = replace(done.inference.request, decisions=(), deployed=None)
    record = typed(asked, "check", "--write-renames", "--base", "HEAD", database=False)
    schema = [*_schema_lines(moves, done)]
    kept = record_path(done.inference.target.files.directories[0])
    paths = [path for source, file in moves for path in (source, file.path)]
    commit = committed(PathStage.KEEP, git, _MOVED, [*paths, kept, *dict(schema)], [kept])
    return PathStep(
        PathStage.KEEP,
        f"{because}, and the record of renames lets the gate pass it",
        (move, *dict(schema).values(), record, *commit.commands),
        files=commit.files,
    )


def _schema_lines(moves: Moves, done: Walk) -> Iterator[tuple[str, str]]:
    """By path, the command that gives a schema file the new versions."""
    translation = _translation(moves, done)
    by_path: dict[str, list[ReplaceLine]] = {}
    for step in schema_after(done, translation).schema_lines:
        by_path.setdefault(step.path, []).append(step)
    top = done.inference.repository.work_tree
    for path, lines in by_path.items():
        typed_path = path if git_here(done) == "git" or top is None else str(top / path)
        edits = " ".join(f"-e {shell_word(_edit(line))}" for line in lines)
        word, aside = shell_word(typed_path), shell_word(typed_path + _ASIDE)
        yield path, f"sed -i{_ASIDE} {edits} -- {word} && rm -- {aside}"


def _translation(moves: Moves, done: Walk) -> Mapping[Version, Version]:
    files = {it.path: it for it in done.inference.target.files.files}
    return {files[path].version: after.version for path, after in moves if path in files}


def _edit(line: ReplaceLine) -> str:
    """Words for GNU's and BSD's sed alike."""
    after = re.sub(r"([\\/&])", r"\\\1", line.after)
    return f"{line.line}s/.*/{after}/"
