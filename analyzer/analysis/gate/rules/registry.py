"""The gate's rules, in the order in which they are checked and in that of their codes."""

from analyzer.analysis.gate.rules import (
    allowance,
    broken_chain,
    class_name,
    collision,
    deleted_migration,
    edited_migration,
    illegal_file_name,
    late_migration,
    moved_migration,
    new_timestamp,
    predicted_harm,
    repeated_names,
    schema_file_change,
    symbolic_link,
    taken_version,
    too_early,
)

# Each step's findings are told file by file; later steps see what earlier ones found.
ABOUT_MERGED = (
    (allowance.WITHOUT_REASON,),
    (moved_migration.NEW_VERSION, moved_migration.NEW_NAME, moved_migration.NEW_FOLDER),
    (deleted_migration.MERGED_DELETED,),
    (edited_migration.MERGED_EDITED,),
    (broken_chain.BROKEN_CHAIN,),
)
ABOUT_NEW = (
    (illegal_file_name.ILLEGAL, symbolic_link.LINK),
    (taken_version.TAKEN_VERSION,),
    (repeated_names.REPEATED_VERSION, repeated_names.REPEATED_CLASS),
    (class_name.CLASS_MISMATCH, new_timestamp.MALFORMED),
    (new_timestamp.FUTURE,),
    (too_early.TOO_EARLY,),
    (late_migration.LATE,),
    (collision.COLLISION,),
    (schema_file_change.OUT_OF_LINE,),
    (predicted_harm.HARM_FAILS, predicted_harm.HARM_DESTROYS),
)
GATE_RULES = tuple(
    sorted(
        (rule for step in (*ABOUT_MERGED, *ABOUT_NEW) for rule in step), key=lambda rule: rule.code
    )
)
