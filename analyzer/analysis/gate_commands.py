"""Commands that mend: words of the shell, to be run from the repository's root."""

import re
import shlex
from collections.abc import Collection

from analyzer.model.migration import MigrationFile
from analyzer.model.text import is_visible

SHORT = 12  # digits of a commit id
# what the log of a CI system could take for a command to itself
_FOR_THE_LOG = re.compile(r"::|##|\[command\]")
_HARMLESS = frozenset(range(0x20, 0x7F)) - frozenset(b"\\%'$`:#")


def word(text: str) -> str:
    """A text as one word of the shell, on one line, of characters that print."""
    if is_visible(text) and not _FOR_THE_LOG.search(text):
        return shlex.quote(text)
    octets = text.encode("utf-8", "surrogateescape")
    return f"\"$(printf '{''.join(map(_octet, octets))}')\""


def _octet(one: int) -> str:
    return chr(one) if one in _HARMLESS else f"\\{one:03o}"


class Mender:
    """Writes the commands; ``untracked`` are paths that git does not know yet."""

    def __init__(self, start: str, untracked: Collection[str] = ()) -> None:
        self._start, self._untracked = start[:SHORT], untracked

    def move(self, path: str, to: str) -> str:
        """Give a file another path."""
        git = "" if path in self._untracked else "git "
        return f"{git}mv -- {word(path)} {word(to)}"

    def bring_back(self, path: str) -> str:
        """Give a path the content that it had, in the index and the working tree."""
        return f"git checkout {self._start} -- {word(path)}"

    def take_away(self, path: str) -> str:
        """Delete a file that the change added."""
        git = "rm" if path in self._untracked else "git rm --quiet --force"
        return f"{git} -- {word(path)}"

    def write_content(self, old: MigrationFile, path: str) -> str:
        """Give a path the content of a merged migration."""
        return f"git cat-file blob {old.blob} > {word(path)}"

    def rename_class(self, path: str, old: str, new: str) -> str:
        """Give a class another name, where it is defined; GNU's and BSD's sed alike."""
        file = word(path)
        by = f"/class[[:space:]]/s/{old}\\([^A-Za-z0-9_]\\)/{new}\\1/"
        return f"sed -i.bak -e '{by}' -- {file} && rm -- {word(path + '.bak')}"

    def delete_line(self, path: str, line: int) -> str:
        """Delete one line of a file."""
        return f"sed -i.bak -e '{line}d' -- {word(path)} && rm -- {word(path + '.bak')}"
