"""The look at tables that a second run may have emptied: no repair may come before it."""

from collections.abc import Iterator, Sequence

from analyzer.model.plans.repair_path import PathStage, PathStep
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import enumerated


def lost_step(tables: Sequence[str], database: str, *, can_recover: bool) -> PathStep | None:
    """The step that says so; None where no table was emptied.

    Args:
        database: the options by which commands name it.
        can_recover: whether rows can be brought back into it by a command of ours.
    """
    if not tables:
        return None
    them = "it" if not tables[1:] else "them"
    says = (
        f"{enumerated(tables)} may have lost all rows in the second run: look at {them}, and keep "
        f"every older backup, as nothing shows it after the repair"
    )
    if not can_recover:
        return PathStep(PathStage.LOST, f"{says}; restore missing rows from such a backup first")
    says = (
        f"{says}. If rows are missing, restore them first; FOLDER is a backup from before that run"
    )
    return PathStep(PathStage.LOST, says, (f"{_recovery(tables)} {database}".rstrip(),))


def _recovery(tables: Sequence[str]) -> str:
    named = " ".join(f"--table {shell_word(table)}" for table in tables)
    return f"migdoctor recover tables {named} --from-backup FOLDER"


def lost_notes(tables: Sequence[str]) -> Iterator[str]:
    """The same as a note on a plan, which is read before the question whether to go on."""
    if tables:
        yield (
            f"{enumerated(tables)} may have lost all rows in the second run: look before you go "
            f"on, and keep every older backup, because nothing shows it afterwards; a backup from "
            f"before restores them: {_recovery(tables)}"
        )
