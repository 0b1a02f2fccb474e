"""What a backup or a restore needs of a file and of the folder that it lies in."""

import os
from collections.abc import Callable
from pathlib import Path

from analyzer.engines.sessions import Gateway
from analyzer.engines.sqlite.access.gateway import CATALOGUE
from analyzer.engines.sqlite.access.version_table import warnings_on
from analyzer.engines.sqlite.recovery.local_file import saved
from analyzer.model.recovery.checklist import Item, failed, passed
from analyzer.model.schema.database_state import DatabaseState


def checks(gateway: Gateway, state: DatabaseState) -> tuple[tuple[str, Callable[[], Item]], ...]:
    """Name the checks: is the file whole, is it on this computer's disk, may it be replaced?"""
    path = state.identity.database
    return (
        ("integrity", lambda: _check_integrity(gateway)),
        ("local-disk", lambda: _check_disk(path)),
        ("privileges", lambda: _check_folder(path)),
    )


def _check_integrity(gateway: Gateway) -> Item:
    with gateway.reading(CATALOGUE) as session:
        said = [str(row["integrity_check"]) for row in session.rows("PRAGMA integrity_check(3)")]
    if said == ["ok"]:
        return passed("integrity", "SQLite finds nothing wrong with the file")
    return failed(
        "integrity",
        f"the file is damaged: {'; '.join(said)}",
        why="a backup of it would be damaged as well",
        fix=saved(gateway),
    )


def _check_disk(path: str) -> Item:
    notes = warnings_on(path)
    if not notes:
        return passed("local-disk", "the file lies on a disk of this computer")
    return failed(
        "local-disk",
        notes[0],
        why="SQLite's locks need a file system that keeps them",
        fix="work where the disk is, with the application stopped everywhere",
    )


def _check_folder(path: str) -> Item:
    folder = Path(path).parent
    if os.access(path, os.R_OK | os.W_OK) and os.access(folder, os.W_OK):
        return passed("privileges", f"this account may write to the file and to {folder}")
    return failed(
        "privileges",
        f"this account may not write to {path}, or not to {folder}",
        why="SQLite keeps its journal there, and a restored file would be moved there",
        fix="run migdoctor as the application's account",
    )
