"""``rewrite --write-renames``: the team writes down that files keep the names of today.

Whoever has another database that ran the old names is told to follow, and not to take them back.
"""

import os
from collections.abc import Iterator

from analyzer import limits
from analyzer.analysis.renames.decisions import PairIndex, recorded_as
from analyzer.errors import RepositoryError, UsageError
from analyzer.model.findings.diagnosis import FileRenamed, RowAmbiguous
from analyzer.model.gate.recorded_renames import record_path
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import count
from analyzer.operations.repair.text_changes import write_texts
from analyzer.scripts.patch.text_diff import render_text_changes
from analyzer.services.dialogue import Dialogue
from analyzer.sources.git.work_tree import read_file
from analyzer.workflow.next_steps.by_script import git_here
from analyzer.workflow.reading.record_text import appended, demand_own_file
from analyzer.workflow.reading.recorded import recorded_of
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk, walk

_REASON = "the new names stay, as rows were rewritten on {:%Y-%m-%d}"


def append_renames(request: Request, dialogue: Dialogue) -> None:
    """Append the renames that a rewrite of these rows follows to the record in the working tree.

    Raises:
        UsageError: a row could stand for several files, or names cannot be recorded.
        RepositoryError: there is no working tree, or the record cannot be written.
    """
    done = walk(request)
    root = done.inference.repository.work_tree
    if root is None or request.ref is not None:
        raise RepositoryError(
            "--write-renames needs a working tree",
            why=f"{done.inference.repository.path} is bare, or --ref names a commit",
            fix="run it in a clone, without --ref",
        )
    _demand_certain(done)
    path = record_path(done.inference.target.files.directories[0])
    names = tuple(_unrecorded(done))
    if not names:
        dialogue.tell(f"There is no rename to record that {path} does not have.")
        return
    demand_own_file(root, path)
    before = read_file(done.inference.repository, path, limits.RECORD_BYTES, UsageError)
    after = appended(before or b"", names, _REASON.format(request.now), path)
    dialogue.tell(render_text_changes({path: before}, {path: after}))
    write_texts(root, {path: before}, {path: after})
    dialogue.tell(
        f"{count(len(names), 'rename')} recorded in {path}.\n"
        "Read the reason, and commit it before the rows are rewritten:\n"
        f"  {git_here(done)} add -- {shell_word(os.fspath(path))}"
    )


def _demand_certain(done: Walk) -> None:
    """Insist that it is certain what was renamed to what, and that a record can say so."""
    rows = done.report.environments[0].diagnosis.rows
    if any(isinstance(row, RowAmbiguous) for row in rows):
        raise UsageError(
            "it is not certain which file each row stands for",
            why="a wrong record would be followed in every database",
            fix="settle it first: migdoctor diagnose says with which --accept or --reject",
        )
    if done.inference.framework.packages is not None:
        raise UsageError(
            "these names cannot be recorded",
            why="a record does not say which package a name belongs to",
            fix="rewrite the rows of each database: migdoctor rewrite",
        )


def _unrecorded(done: Walk) -> Iterator[tuple[str, str]]:
    """Old and new names, as a record has them, of what ran here under the old one."""
    inference = done.inference
    known = recorded_of(inference.repository, inference.target)
    numbering = inference.framework.numbering
    index = PairIndex(known.renames, numbering)
    for it in done.report.environments[0].diagnosis.files:
        if isinstance(it, FileRenamed) and it.old_row is not None:
            old, new = it.rename.old, it.rename.new
            if index.of(old, new) is None:
                yield recorded_as(old, numbering), recorded_as(new, numbering)
