"""A backup in a few lines: what it holds, and how it is restored."""

from pathlib import Path

from analyzer.model.recovery.manifest import Manifest
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import count


def render_backup(folder: Path, manifest: Manifest, naming: str = "") -> str:
    """Say what a backup holds, and the command that restores it.

    Args: naming: the options that name the server, as they can be typed.
    """
    tables = manifest.state.tables
    rows = sum(table.rows or 0 for table in tables)
    counted = f", {rows:,} rows" if any(table.rows is not None for table in tables) else ""
    command = f"migdoctor restore {shell_word(str(folder))} --into-new NAME {naming}".rstrip()
    return (
        f"Done: {manifest.wish.content} backup of {manifest.state.identity.database}, "
        f"{count(len(tables), 'table')}{counted}, {manifest.bytes:,} bytes, "
        f"{manifest.seconds:.1f} s.\nTo restore it into a new database:\n  {command}"
    )
