"""Migration folders that many tools have by convention, and what lies beside them."""

import re
from collections.abc import Iterator, Sequence

from analyzer.frameworks.ports.files import Home
from analyzer.model.core.defining_line import DefiningLine


class ConventionalFolders:
    """The part of the port ``Files`` that knows a tool's folders; a text defines no name in them.

    Args: folders: from an application's root, the likeliest first.  suffixes: of its files.
    """

    sure = False  # many tools keep theirs in folders of the same names
    markers: tuple[str, ...] = ()
    gathers: str | None = None

    def __init__(self, folders: Sequence[str], suffixes: tuple[str, ...], example: str) -> None:
        self._folders, self._suffixes = tuple(folders), suffixes
        self.usual, self.example = self._folders[0], example
        self._longest = sorted(folders, key=len, reverse=True)
        folder = "|".join(map(re.escape, self._longest))
        self._home = re.compile(rf"(?P<folder>(?:(?P<root>.+?)/)??(?:{folder}))/[^/]+\Z", re.DOTALL)
        self._below = re.compile(rf"(?:(?P<root>.+?)/)??(?:{folder})\Z", re.DOTALL)

    def home(self, path: str) -> Home | None:
        """The conventional folder that a path lies in."""
        found = self._home.match(path) if path.endswith(self._suffixes) else None
        return Home(found["root"] or "", found["folder"]) if found else None

    def folders(self, root: str) -> tuple[str, ...]:
        """Every folder by convention."""
        return tuple(f"{root}/{folder}" if root else folder for folder in self._folders)

    def root(self, folder: str) -> str:
        """The application's root, where the folder is one by convention."""
        found = self._below.fullmatch(folder)
        return (found["root"] or "") if found else ""

    def folder_beside(self, path: str) -> str | None:
        """The likeliest folder beside a record of renames."""
        above, _, name = path.rpartition("/")
        if name != "renames.toml":
            return None
        for folder in self._longest:
            parent, _, last = folder.rpartition("/")
            if not parent or f"/{above}".endswith(f"/{parent}"):
                return f"{above}/{last}".removeprefix("/")
        return None

    def way_back(self, path: str) -> str | None:
        """None: both ways stand in one file."""
        del path
        return None

    def class_name(self, slug: str) -> str:
        """No name in the text is looked for."""
        del slug
        return ""

    def defining_lines(self, content: bytes) -> Iterator[DefiningLine]:
        """None: the text says nothing of the file's name."""
        del content
        return iter(())
