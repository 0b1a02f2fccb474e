"""Whose SQL stands in an application's migrations, where no database is in hand to tell."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer import limits
from analyzer.engines.registry import USUAL, engine_of_scheme, engine_of_script
from analyzer.errors import UsageError
from analyzer.frameworks.ports.databases import DatabaseFile, FoundDatabase
from analyzer.sources.config.settings import TeamSettings
from analyzer.sources.git.git import Repository

if TYPE_CHECKING:
    from analyzer.workflow.reading.files.current_files import TargetFiles

_HEAD = 4096  # bytes of a dump, in which its first line stands


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
    roots = map(target.framework.files.root, target.files.directories)
    return dialect_by(file(), roots, lambda path: _content(top / path)) or USUAL


def _content(path: Path) -> bytes | None:
    if not path.is_file() or path.is_symlink():
        return None
    with path.open("rb") as opened:
        return opened.read(limits.SETTINGS_BYTES.most)


def dialect_by(
    file: DatabaseFile, roots: Iterable[str], content_of: Callable[[str], bytes | None]
) -> str | None:
    """The engine that an application's files agree on: that of its databases, or else the others.

    Args:
        roots: of applications; behind them, the repository's own is looked at.
        content_of: a path to what is there, or None.
    """
    for root in dict.fromkeys((*roots, "")):
        for name in (file.usual, *file.hints):
            content = content_of(f"{root}/{name}" if root else name)
            if content is None:
                continue
            told = _told(file, name, content)
            if told is not None:
                return told
    return None


def _told(file: DatabaseFile, name: str, content: bytes) -> str | None:
    if name == file.usual:
        return _of_file(file, content)
    return _of_script(content) if name.endswith(".sql") else _agreed(file.hinted(name, content))


def _of_script(content: bytes) -> str | None:
    """The engine whose dump it is; the usual one takes any SQL, so that it says nothing."""
    lines = (it.strip() for it in content[:_HEAD].decode("utf-8", "replace").splitlines())
    engine = engine_of_script(next(filter(None, lines), ""))
    return None if engine is None or engine.name == USUAL else engine.name


def _of_file(file: DatabaseFile, content: bytes) -> str | None:
    """The engine of all that a file names, or else of what it has for this run, else production."""
    named = _agreed(file.adapters(content))
    if named is not None or not file.adapters(content):
        return named
    return _agreed(_schemes(_read(file, content)))


def _read(file: DatabaseFile, content: bytes) -> tuple[FoundDatabase, ...]:
    try:
        variables = {**file.in_production, **os.environ}
        return file.read(content, file.usual, variables, lambda _: None)
    except UsageError:  # told by who reads it for a database
        return ()


def _schemes(found: Iterable[FoundDatabase]) -> list[str]:
    return [it.address.partition(":")[0] for it in found if it.address is not None]


def _agreed(schemes: Iterable[str]) -> str | None:
    """The one engine that schemes of addresses mean; None where it is not one."""
    found = {engine_of_scheme(it) for it in schemes} - {None}
    return found.pop() if len(found) == 1 else None
