"""Whose SQL stands in an application's migrations, where no database is in hand to tell."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.engines.registry import USUAL, engine_of_scheme
from analyzer.errors import UsageError
from analyzer.frameworks.ports.databases import DatabaseFile, FoundDatabase
from analyzer.sources.config.settings import TeamSettings
from analyzer.sources.git.git import Repository

if TYPE_CHECKING:
    from analyzer.workflow.reading.files.current_files import TargetFiles


def dialect_of(settings: TeamSettings) -> str | None:
    """The engine that the team's settings name, or that the addresses in them agree on."""
    if settings.engine is not None:
        return settings.engine
    return _agreed(it.url.partition(":")[0] for it in settings.environments if it.url is not None)


def dialect_of_application(repository: Repository, target: "TargetFiles") -> str:
    """The engine that an application's own file names; the usual one where it does not."""
    file, top = target.framework.databases, repository.work_tree
    if file is None or top is None:
        return USUAL
    reader, folders = file(), target.files.directories
    for root in dict.fromkeys(map(target.framework.files.root, folders)):
        path = top / root / reader.usual
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as opened:
                return dialect_of_file(reader, opened.read(limits.SETTINGS_BYTES.most)) or USUAL
    return USUAL


def dialect_of_file(file: DatabaseFile, content: bytes) -> str | None:
    """The engine of all that a file names, or else of what it has for this run, else production."""
    named = _agreed(file.adapters(content))
    if named is not None or not file.adapters(content):
        return named
    return _agreed(_schemes(_read(file, content)))


def _read(file: DatabaseFile, content: bytes) -> tuple[FoundDatabase, ...]:
    try:
        return file.read(content, file.usual, {**file.in_production, **os.environ})
    except UsageError:  # told by who reads it for a database
        return ()


def _schemes(found: Iterable[FoundDatabase]) -> list[str]:
    return [it.address.partition(":")[0] for it in found if it.address is not None]


def _agreed(schemes: Iterable[str]) -> str | None:
    """The one engine that schemes of addresses mean; None where it is not one."""
    found = {engine_of_scheme(it) for it in schemes} - {None}
    return found.pop() if len(found) == 1 else None
