"""Carrying out a rename, forth or back: intent on disk, the script as shown, the truth after."""

import os
import tempfile
from pathlib import Path

from analyzer import limits
from analyzer.errors import EnvironmentToolError, RepositoryError
from analyzer.model.core.blob import blob_id
from analyzer.model.plans.outcome import BACK, Course, Ending, Outcome, course_of
from analyzer.model.plans.repair_journal import Actor, Repair, StoredScript, fingerprint
from analyzer.operations.repair.journal_writing import read_script, write_entry
from analyzer.operations.repair.row_repair import now
from analyzer.operations.repair.script_run import run_script
from analyzer.records import replace
from analyzer.sources.files.below import is_below, link_below, read_below


def files_print(root: Path, paths: tuple[str, ...]) -> str:
    """A fingerprint of which of the paths are there, and what they hold."""
    return fingerprint(f"{path}\0{_content_id(root, path)}" for path in paths)


def _content_id(root: Path, path: str) -> str:
    """What is at a path, through no link: a pipe would be read for ever."""
    target = link_below(root, path)
    if target is not None:
        return f"link {target}"
    try:
        content = read_below(root, path, limits.BLOB_BYTES.most + 1)
    except OSError as error:
        return f"unreadable: {os.strerror(error.errno or 0)}"
    if content is not None and len(content) > limits.BLOB_BYTES.most:
        raise limits.BLOB_BYTES.exceeded(RepositoryError, path)
    if content is not None:
        return blob_id(content)
    return "no file" if is_below(root, path) else "none"


def carry_out(
    root: Path, lock: int, repair: Repair, *, course: Course, who: Actor, edited: bool = False
) -> tuple[Repair, Outcome]:
    """Run a repair's kept script, forth or back, between two journal entries.

    ``edited``: files may move although they were edited since the script was written.

    Raises:
        EnvironmentToolError: the journal or the script cannot be read or written.
    """
    read_script(_script(repair, course))  # it must be as it was written
    begun = write_entry(repair.standing(course.intent, at=now(), who=who))
    return _run_to_the_end(root, lock, begun, who=who, edited=edited)


def finish(
    root: Path, lock: int, repair: Repair, *, who: Actor, edited: bool = False
) -> tuple[Repair, Outcome]:
    """Go on with a repair that was cut off: its script puts back what it changed, then starts anew.

    Where the files are no longer those that it knows, it is given up, and the script says why.

    Raises:
        EnvironmentToolError: the journal or the script cannot be read or written.
    """
    course = course_of(repair.state)
    outcome = try_script(root, lock, _script(repair, course), edited=edited)
    if outcome.ending is Ending.STOPPED:
        given_up = replace(
            outcome,
            what="it cannot go on, and is given up: the files stay as it left them when it was cut "
            "off",
        )
        why = f"given up after it was cut off: {outcome.why}"
        return write_entry(repair.standing(course.kept, at=now(), who=who, why=why)), given_up
    return _run_to_the_end(root, lock, repair, who=who, edited=edited)


def script_of(repair: Repair) -> StoredScript:
    """The script that an open repair was running: the way forth or the way back."""
    return _script(repair, course_of(repair.state))


def _script(repair: Repair, course: Course) -> StoredScript:
    return repair.way_back if course is BACK else repair.script


def try_script(root: Path, lock: int, script: StoredScript, *, edited: bool = False) -> Outcome:
    """Let a kept script check everything and change nothing."""
    read_script(script)
    with tempfile.TemporaryDirectory(prefix="migdoctor-") as folder:
        log = Path(folder) / "log"
        status, said = run_script(Path(script.path), root, lock, log, dry=True, edited=edited)
    if status == 0:
        return Outcome(Ending.DRY, said.strip())
    return _stopped(said)


def _run_to_the_end(
    root: Path, lock: int, begun: Repair, *, who: Actor, edited: bool
) -> tuple[Repair, Outcome]:
    course = course_of(begun.state)
    status, said = run_kept(root, lock, _script(begun, course), edited=edited)
    found = files_print(root, begun.files)
    if status == 0:
        after = None if course is BACK else found
        done = write_entry(begun.standing(course.reached, at=now(), who=who, after=after))
        return done, Outcome(Ending.DONE, said.strip())
    untouched = begun.after if course is BACK else begun.before
    if found == untouched:
        kept = write_entry(begun.standing(course.kept, at=now(), who=who, why=said.strip()))
        return kept, _stopped(said)
    return begun, Outcome(
        Ending.UNKNOWN,
        "not all files could be put back",
        said.strip(),
        "fix what it reports, then run the same command again: it continues where this one stopped",
    )


def run_kept(
    root: Path, lock: int, script: StoredScript, *, edited: bool = False
) -> tuple[int, str]:
    """Run a kept script for real; return its exit status and what it said.

    Raises:
        EnvironmentToolError: there is no shell, or the script is not as it was written.
    """
    read_script(script)
    path = Path(script.path)
    try:
        return run_script(path, root, lock, path.with_suffix(".log"), dry=False, edited=edited)
    except OSError as error:
        raise EnvironmentToolError(
            "cannot run /bin/sh",
            why=os.strerror(error.errno or 0),
            fix="fix that, then run this again",
        ) from error


def _stopped(said: str) -> Outcome:
    return Outcome(
        Ending.STOPPED,
        "the script stopped: all files are as they were",
        said.strip() or "it was killed",
        "fix what it reports, then run the same command again",
    )
