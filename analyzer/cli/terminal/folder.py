"""Several artefacts at once, each in a file of one folder."""

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from analyzer.cli.terminal.console import deliver
from analyzer.errors import UsageError
from analyzer.report.artefact import ArtefactKind


def deliver_into(
    folder: str, artefacts: Iterable[tuple[str, str]], suffix: str, kind: ArtefactKind
) -> int:
    """Write artefacts into a folder, made if need be, and return how many they were.

    Args:
        artefacts: the name and the text of each.
        suffix: of the files, with its dot; of a name, what does not belong into a file name is
            written with %.

    Raises:
        UsageError: the folder cannot be made, or a file not be written.
    """
    try:
        Path(folder).mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot make the folder {folder}",
            why=os.strerror(error.errno or 0),
            fix="name another folder: -o FOLDER",
        ) from error
    number = 0
    for name, text in artefacts:
        deliver(text, str(Path(folder, f"{quote(name, safe=' ')}{suffix}")), kind)
        number += 1
    return number
