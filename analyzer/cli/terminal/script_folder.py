"""A folder with one script for each environment."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer.cli.terminal.console import deliver
from analyzer.errors import UsageError
from analyzer.report.artefact import ArtefactKind
from analyzer.services.environments import demand_apart

_OURS = (b"-- Rewrites ", b"-- Removes ", b"-- Adds ")  # how a script of ours begins


class ScriptFolder:
    """The folder of -o. A script of an earlier run goes where this run has none for its name."""

    def __init__(self, output: str | None, names: Sequence[str]) -> None:
        """Look before anything is read whether it can be written.

        Raises:
            UsageError: no folder was named, or a file of somebody else's is in the way.
        """
        if output is None:
            raise UsageError(
                "several environments need a folder",
                why="each gets a script of its own, and standard output can hold one",
                fix="name a folder: -o FOLDER; or one environment: --environment NAME",
            )
        self._folder = Path(output)
        demand_apart(names)
        self._paths = {name: self._folder / f"{name}.sql" for name in names}
        for path in self._paths.values():
            if os.path.lexists(path) and not _is_ours(path):
                raise UsageError(
                    f"{path} is not a migdoctor script",
                    why="it would be overwritten, and somebody may need it",
                    fix="name another folder, or move that file away",
                )

    @property
    def paths(self) -> dict[str, str]:
        """Where each script goes, by environment, as it is typed."""
        return {name: str(path) for name, path in self._paths.items()}

    def write(self, scripts: Mapping[str, str]) -> list[Path]:
        """Write the scripts, by environment, and return their paths.

        Raises:
            UsageError: the folder cannot be made, or a file cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name, path in self._paths.items():
                if name not in scripts:
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(
                f"cannot write to {self._folder}",
                why=os.strerror(error.errno or 0),
                fix="name another folder: -o FOLDER",
            ) from error
        for name, text in scripts.items():
            deliver(text, str(self._paths[name]), ArtefactKind.CODE)
        return [self._paths[name] for name in scripts]


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return path.is_file() and not path.is_symlink() and file.read(12).startswith(_OURS)
    except OSError:
        return False
