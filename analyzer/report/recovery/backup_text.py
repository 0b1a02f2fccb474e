"""A backup in two lines: what it holds, and how it is restored."""

from pathlib import Path

from analyzer.model.recovery.manifest import Manifest
from analyzer.model.words.wording import count


def render_backup(folder: Path, manifest: Manifest) -> str:
    """Say what a backup holds, and the command that restores it."""
    tables = manifest.state.tables
    rows = sum(table.rows or 0 for table in tables)
    counted = f", {rows:,} rows" if any(table.rows is not None for table in tables) else ""
    return (
        f"{folder}: {manifest.wish.content} backup of {manifest.state.identity.database}, "
        f"{count(len(tables), 'table')}{counted}, {manifest.bytes:,} bytes, "
        f"{manifest.seconds:.1f} s\nRestore it: migdoctor restore {folder} --into-new NAME"
    )
