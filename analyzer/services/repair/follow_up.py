"""What a repair would hide: told beside its preview, and drafted as a migration."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from analyzer.analysis.diagnosis.findings.catalog_contradictions import (
    HALF_APPLIED,
    ROW_WITHOUT_EFFECT,
)
from analyzer.errors import RepositoryError, UsageError
from analyzer.frameworks.registry import cannot
from analyzer.model.core.messages import HiddenEdits, OutputText
from analyzer.model.core.version import Version
from analyzer.model.findings.finding import Severity
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.findings.report import Report
from analyzer.model.plans.repair_journal import StoredScript
from analyzer.model.words.object_words import few
from analyzer.operations.repair.journal_writing import store_script
from analyzer.operations.repair.text_changes import write_texts
from analyzer.services.dialogue import Dialogue
from analyzer.services.framework_writer import write_draft
from analyzer.services.repair.options import IN_FOLDER, RenameBackOptions, RewriteOptions
from analyzer.services.unseen_characters import demand_seen
from analyzer.workflow.repair.kept_draft import draft_file, read_draft, same_but_for_its_place
from analyzer.workflow.walk import Walk

STANDARD_OUTPUT = "-"
_TO_DECIDE = "No follow-up was written: it would do nothing; everything in it is for you to decide."
_LACKING = frozenset({ROW_WITHOUT_EFFECT.code, HALF_APPLIED.code})


def demand_free(draft: str | None, dialogue: Dialogue, *, output: str | None, undo: bool) -> None:
    """Refuse before anything is read what could not be written in the end.

    Raises:
        UsageError: the file is there already, or would have to hold two things; or nobody can be
            asked whether it may go into the migration folder.
    """
    if draft is None:
        return
    if undo:
        raise UsageError(
            "--follow-up and --undo were both given",
            why="the follow-up belongs to the repair; the way back needs none",
            fix="write each by itself",
        )
    if draft == IN_FOLDER:
        _demand_answer(dialogue)
        return
    if draft == STANDARD_OUTPUT and output is None:
        raise UsageError(
            "--follow-up - and the repair itself would both go to standard output",
            why="a program that reads it could not tell them apart",
            fix="name a file for one of them: --follow-up FILE, or -o FILE",
        )
    if read_draft(draft) is None and os.path.lexists(draft):
        raise _not_ours(draft)
    if output is not None and Path(output) == Path(draft):
        raise UsageError(
            f"--follow-up {draft}: this file is the one of -o too",
            why="one file cannot hold the repair and the draft",
            fix="name another file for one of them",
        )


def _not_ours(draft: str) -> UsageError:
    return UsageError(
        f"--follow-up {draft}: this file exists already, and holds something else",
        why="what stands there may hold work; migdoctor overwrites no migration",
        fix="name a new file, or move that one away",
    )


def draft_of(options: RenameBackOptions | RewriteOptions) -> str | None:
    """Where the draft goes; a dry run puts none into the migration folder."""
    if options.dry_run and options.follow_up == IN_FOLDER:
        return None
    return options.follow_up


def _demand_answer(dialogue: Dialogue) -> None:
    try:
        dialogue.demand_answer("--follow-up")
    except UsageError as error:
        raise UsageError(
            "--follow-up without a file writes into the migration folder, after asking, and there "
            "is no terminal to ask at",
            why=error.why,
            fix="name a file for the draft: --follow-up FILE; or pass --yes if it may go there",
        ) from error


def find_hidden(
    done: Walk,
    draft: str | None,
    dialogue: Dialogue,
    renumbered: Mapping[str, Version] | None = None,
) -> FollowUp | None:
    """Look for what edits hid, tell of it, and write the draft where it was asked for.

    Args:
        draft: the file for it, - for standard output, `IN_FOLDER` for its place among the others.
        renumbered: by today's path, the versions that files will have.

    Returns: None where nothing was edited.

    Raises:
        UsageError: the file cannot be written, or the framework is one that migdoctor reads only.
    """
    from analyzer.workflow.repair.following_up import follow_up

    diagnosis = done.report.environments[0].diagnosis
    found = follow_up(done.inference, diagnosis, renumbered or {})
    if found is not None and not found.empty:
        dialogue.tell(HiddenEdits(found))
    _put_draft(done, found, draft, dialogue)
    return found


def _put_draft(done: Walk, found: FollowUp | None, draft: str | None, dialogue: Dialogue) -> None:
    framework = done.inference.framework
    writer = framework.writer
    if draft is not None and writer is None:
        raise cannot(
            framework,
            "draft of a follow-up",
            "leave out --follow-up: the preview shows what a migration must add",
        )
    if found is None or not found.brings:
        if draft is not None:
            dialogue.tell(_TO_DECIDE if found is not None and not found.empty else _unwritten(done))
        return
    if draft is None or writer is None:
        if writer is not None:
            mine = draft_file(framework)
            there = read_draft(mine) is not None
            how = f"{mine} is a draft of it." if there else "--follow-up FILE writes a migration"
            dialogue.tell(how if there else f"{how} that brings it.")
        return
    text = write_draft(writer, found)
    if draft == IN_FOLDER:
        demand_seen(text)
        _put_in_folder(done, found, text, dialogue)
        return
    if draft == STANDARD_OUTPUT:
        dialogue.tell(OutputText(text, code=True))
    else:
        demand_seen(text)
        _create(draft, text, dialogue)
    dialogue.tell(
        "The follow-up is a draft: read it, then deploy it after the repair as\n"
        f"  {found.path}\n"
        f"The next {framework.commands.migrate} runs it."
    )


def _unwritten(done: Walk) -> str:
    """Why there is no draft; what is missing for another reason than an edit is named."""
    from analyzer.workflow.repair.following_up import pending_follow_up

    waiting = pending_follow_up(done.inference, done.report.environments[0].diagnosis)
    if waiting is not None:
        return f"No follow-up was written: {waiting.path}, which is pending, is one."
    lacks = [*_missing(done.report)]
    if not lacks:
        return "No follow-up was written: no edit adds anything that is not there already."
    return (
        "No follow-up was written: the text that ran is taken to be today's, so no edit adds "
        f"anything.\nBut the database lacks {few(lacks)} (MD122, MD124 of migdoctor "
        "diagnose):\nput that into a migration of its own."
    )


def _missing(report: Report) -> Iterator[str]:
    """What rows lack, by MD122 and MD124, and no pending migration brings."""
    alarms = {
        (it.version, it.path)
        for it in report.findings
        if it.code in _LACKING and it.severity is not Severity.NOTE
    }
    for it in report.environments[0].attestation:
        if it.row is not None and (it.row.version.text, it.file.path) in alarms:
            yield from it.missing


def _put_in_folder(done: Walk, found: FollowUp, text: str, dialogue: Dialogue) -> None:
    """Write it where it belongs, unless the answer is no.

    Raises:
        RepositoryError: there is no working tree, or it cannot be written there.
    """
    root = done.inference.repository.work_tree
    if root is None or done.report.repository.files.commit is not None:
        raise RepositoryError(
            "--follow-up without a file writes into the working tree",
            why="the files were read from a commit (--ref, or a bare repository)",
            fix="name a file for the draft: --follow-up FILE",
        )
    if not dialogue.ask(f"Write the follow-up to {found.path}?"):
        return
    write_texts(root, {found.path: None}, {found.path: text.encode("utf-8", "surrogateescape")})
    dialogue.tell(
        f"{found.path} is a draft: read it, commit it, and deploy it after the repair;\nthe next "
        f"{done.inference.framework.commands.migrate} runs it."
    )


def _create(path: str, text: str, dialogue: Dialogue) -> None:
    """Write the draft, unless an earlier run wrote it."""
    earlier = read_draft(path)
    if earlier is not None:
        if not same_but_for_its_place(earlier, text):
            raise UsageError(
                f"--follow-up {path}: there is a draft that differs from today's",
                why="somebody edited it, or it is of another repair; it may hold work",
                fix="leave out --follow-up to keep it, or move it away to get a new one",
            )
        dialogue.tell(f"{path} holds this draft already, and stays as it is.")
        return
    try:
        with Path(path).open("xb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise UsageError(
            f"cannot write {path}",
            why=os.strerror(error.errno or 0),
            fix="name another file: --follow-up FILE",
        ) from error


def keep_draft(done: Walk, repair: str, hidden: FollowUp | None) -> StoredScript | None:
    """Keep the draft of what edits hid: after a rewrite the rows no longer tell what ran."""
    writer = done.inference.framework.writer
    if hidden is None or not hidden.brings or writer is None:
        return None
    suffix = hidden.path.rpartition(".")[2]
    return store_script(repair, f"follow-up.{suffix}", write_draft(writer, hidden))


def tell_kept(draft: StoredScript | None, dialogue: Dialogue) -> None:
    """Say where the draft is kept."""
    if draft is not None:
        dialogue.tell(
            f"Follow-up: {draft.path}\n"
            "          a migration for what the edits add; deploy it after the repair"
        )
