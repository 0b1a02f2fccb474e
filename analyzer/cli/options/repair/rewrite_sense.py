"""What of the options of ``rewrite`` contradicts each other."""

from analyzer.errors import UsageError
from analyzer.services.database import client_programs


def demand_sense(
    format_: str,
    *,
    undo: bool,
    carry_out: bool,
    combined: bool,
    recorded: bool,
    write_renames: bool,
) -> None:
    """Refuse options that contradict each other. Raises UsageError where two of them do."""
    if write_renames and (undo or carry_out or combined or recorded):
        raise UsageError(
            "--write-renames writes into the working tree, and changes no row",
            why="another option that says what is to become of rows was given with it",
            fix="run it alone, commit the record, and then rewrite the rows",
        )
    if recorded:
        _demand_for_any(carry_out=carry_out, combined=combined, undo=undo)
    if undo and carry_out:
        raise UsageError(
            "--apply and --undo were both given",
            why="--undo prints the inverse of a repair that is still to come",
            fix="take a repair back that was carried out: migdoctor undo",
        )
    if format_ == "sh" and (carry_out or not combined):
        raise UsageError(
            "--format sh is the script of --combined",
            why="rows are changed by SQL; only the files of a combined plan are moved by a script",
            fix="pass --combined as well, and no --apply",
        )


def _demand_for_any(*, carry_out: bool, combined: bool, undo: bool) -> None:
    """Refuse what --recorded, which is for databases that nobody has looked at, cannot do."""
    if carry_out or combined:
        raise UsageError(
            "--recorded writes SQL for any database, and --apply or --combined repairs this one",
            why="recorded renames are applied without inspecting the database first",
            fix="leave out one of them; run what --recorded writes with "
            f"{client_programs().client}",
        )
    if undo:
        raise UsageError(
            "--recorded has no --undo",
            why="the SQL finds out by itself which rows a database needs, and the way back would "
            "have to know which it changed",
            fix=f"keep a copy of the table first: {client_programs().dump} -t VERSION_TABLE",
        )
