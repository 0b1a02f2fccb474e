"""The look at tables that a second run may have emptied, in words."""

from analyzer.analysis.repair.lost_rows import lost_step


def test_the_backup_that_is_meant_is_one_from_before_that_run() -> None:
    step = lost_step(["settings"], "--environment staging", can_recover=True)

    assert step is not None
    assert step.says.endswith("FOLDER is a backup from before that run")
    assert step.commands == (
        "migdoctor recover tables --table settings --from-backup FOLDER --environment staging",
    )
