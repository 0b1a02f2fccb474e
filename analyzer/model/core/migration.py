"""Migration files as they stand at one commit or in the working tree."""

import re
from collections.abc import Sequence
from enum import StrEnum

from analyzer.model.core.version import Version
from analyzer.records import Struct

_SUFFIX = re.compile(r"\.[a-z]{2,4}$", re.ASCII)  # of the languages that migrations are written in


def without_suffix(basename: str) -> str:
    """A file's name without the ending of its language; a scope before that stays."""
    return _SUFFIX.sub("", basename)


def path_under(path: str, old: Version, new: Version) -> str:
    """The path of a migration under another version, in the same folder.

    The version stands in the last part of the path that begins with it, or else holds it: a file
    (``1_create.rb``, ``V1__create.sql``), or the folder of one (``1_create/migration.sql``).
    """
    parts = path.split("/")
    place = _place(parts, old)
    if place is not None:
        parts[place] = parts[place].replace(old.written, new.written, 1)
    return "/".join(parts)


def _place(parts: Sequence[str], version: Version) -> int | None:
    places = [at for at, part in enumerate(parts) if part.startswith(version.written)]
    places = places or [at for at, part in enumerate(parts) if version.written in part]
    return places[-1] if places else None


def named_part(path: str, version: Version) -> str:
    """The end of a migration's path that tells its version: a file, or a folder with a file."""
    last = path.rpartition("/")[2]
    if last.startswith(version.written):
        return last
    parts = path.split("/")
    place = _place(parts, version)
    return parts[-1] if place is None else "/".join(parts[place:])


class MigrationName(Struct, frozen=True):
    """What a framework reads out of a file name."""

    version: Version
    slug: str  # create_songs
    scope: str  # active_storage in ..._create_x.active_storage.rb, else empty
    class_name: str  # CreateSongs, by the framework's own rule
    parents: tuple[str, ...] | None = None  # what it comes after, where its text tells that
    followers: tuple[str, ...] = ()  # likewise what comes after it
    replaces: tuple[str, ...] = ()  # what it stands for where all of that ran


class MigrationFile(Struct, frozen=True):
    """One migration file. ``path`` is from the repository's root; ``blob`` is its content's id."""

    path: str
    name: MigrationName
    blob: str

    @property
    def version(self) -> Version:
        """The version in the file's name."""
        return self.name.version

    @property
    def basename(self) -> str:
        """The end of the path that tells the version: the last part, or a folder's with it."""
        return named_part(self.path, self.version)

    @property
    def stem(self) -> str:
        """The last part of the path without its extension."""
        return without_suffix(self.basename)

    def path_under(self, version: Version) -> str:
        """The path that the file would have under another version."""
        return path_under(self.path, self.version, version)

    @property
    def folder(self) -> str:
        """The path without what `basename` gives; empty at the repository's root."""
        return self.path[: -len(self.basename)].removesuffix("/")


class WhyIgnored(StrEnum):
    """Why a file in a migration folder is no migration."""

    ILLEGAL_NAME = "illegal-name"  # the framework refuses to run at all
    NOT_A_MIGRATION = "not-a-migration"  # the framework passes over it
    SYMLINK = "symlink"  # not followed
    UNLISTED = "unlisted"  # the framework's own list leaves it out, so that it never runs


class IgnoredFile(Struct, frozen=True):
    """A file in a migration folder that is not a migration, and why."""

    path: str
    why: WhyIgnored
    blob: str = ""  # its content's id, where anybody asks for it


class FileSet(Struct, frozen=True):
    """The migration files of one application at one place in time.

    ``commit`` is None for the working tree, whose ``ref`` is then "working tree". ``absent`` are
    paths in it that a sparse checkout leaves out: their contents are known from git's index.
    ``forbidden`` are the paths whose dates the application does not allow. ``missing`` are those
    that a framework's own list names and that are not there, and the list itself where it is not
    there or makes no sense.
    """

    ref: str
    commit: str | None
    directories: tuple[str, ...]
    files: tuple[MigrationFile, ...]
    ignored: tuple[IgnoredFile, ...] = ()
    absent: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
