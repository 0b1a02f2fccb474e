"""Which file is meant: the forms in which applications name an SQLite database."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote

from analyzer.engines.sessions import Target
from analyzer.errors import DatabaseError
from analyzer.records import Struct

_SCHEME = re.compile(r"(sqlite3?):(.*)", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"//([^/?]*)(.*)", re.DOTALL)
_READ_ONLY = re.compile(r"[?&](?:mode=ro|immutable=(?:1|true|yes|on)|readonly=true)(?:&|$)")
_HERE = frozenset({"", "localhost"})
_FORM = "sqlite3:db/production.sqlite3, or sqlite3:///srv/app/db/production.sqlite3"
_CLIENT = "sqlite3"
_UNNAMED = "DATABASE"  # in a command for whoever knows the file


class FileAddress(Struct, frozen=True):
    """The path of a database's file, and what named it.

    ``read_only``: the address itself says that the file is not to be written to.
    """

    path: str
    named_by: str
    read_only: bool = False

    def target(self) -> Target:
        """Say what an error may say of it: nothing in it is secret."""
        return Target("this computer", self.path, "")


def is_address(text: str) -> bool:
    """Whether a text is an address, and not the name of a file."""
    return _SCHEME.fullmatch(text.strip()) is not None


def read_address(url: str | None) -> FileAddress:
    """Take the address given, else DATABASE_URL.

    Raises:
        DatabaseError: it cannot be read, or names no file.
    """
    named_by = "--database-url" if url is not None else "DATABASE_URL"
    text = (os.environ.get("DATABASE_URL", "") if url is None else url).strip()
    found = _SCHEME.fullmatch(text)
    if found is None:
        raise _unreadable(named_by, f"it is not of the form {_FORM}")
    path = _path(found[2], named_by)
    if path in {"", ":memory:"} or path.startswith("file::memory:"):
        raise _unreadable(named_by, "it names no file: a database in memory ends with its program")
    return FileAddress(path, named_by, _READ_ONLY.search(found[2]) is not None)


def _path(rest: str, named_by: str) -> str:
    """The path in what stands behind the scheme; options behind a question mark are passed."""
    authority = _AUTHORITY.fullmatch(rest)
    if authority is not None:
        if authority[1] not in _HERE:
            raise _unreadable(
                named_by,
                f"behind two slashes {authority[1]!r} is the name of a computer, and no folder",
            )
        rest = authority[2]
    return unquote(rest.partition("?")[0].removeprefix("file:"))


def _unreadable(named_by: str, why: str) -> DatabaseError:
    return DatabaseError(
        f"the address of an SQLite file in {named_by} cannot be read",
        why=why,
        fix=f"write {_FORM}",
    )


def from_root(text: str, root: Path) -> str:
    """Name a file from an application's root, if it is not named from the computer's."""
    address = read_address(text)
    if Path(address.path).is_absolute():
        return text
    path = quote(os.path.normpath(root / address.path), safe="/")
    return f"{_CLIENT}:{path}{'?mode=ro' if address.read_only else ''}"


def depends_on_root(text: str) -> bool:
    """Whether an address depends on where the application lies."""
    return is_address(text) and not Path(read_address(text).path).is_absolute()


def client_reads(text: str) -> bool:
    """The client takes the path alone."""
    del text
    return False


def client_address(url: str | None) -> str:
    """Write the path, as the client takes it."""
    return read_address(url).path


def public_address(url: str) -> str:
    """Write an address as it was given: there are no secrets in it."""
    return url


def beyond_a_place(url: str) -> tuple[str, ...]:
    """Name nothing: what stands behind the path is passed over."""
    del url
    return ()


def has_password(url: str | None) -> bool:
    """A file has none."""
    del url
    return False


def naming_variable(variables: Mapping[str, str]) -> str | None:
    """The client has no such variable."""
    del variables
    return None


def file_command(path: str, address: str | None = None, *, piped: bool = False) -> str:
    """Write the client's command for an SQL file; path and address are words of the shell."""
    del piped  # it always is
    return f"{_CLIENT} -bail {_UNNAMED if address is None else address} < {path}"


def statement_command(address: str | None, statement: str) -> str:
    """Write the client's command for one statement; both are words of the shell."""
    return f"{_CLIENT} -bail {_UNNAMED if address is None else address} {statement}"
