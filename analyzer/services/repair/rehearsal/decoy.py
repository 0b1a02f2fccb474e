"""An address at which there is no database, and which notices who comes."""

import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from analyzer.model.words.socket_host import socket_host
from analyzer.records import Struct

_LEADS = frozenset({"host", "hostaddr", "port", "socket"})  # of a query, where a server is


class Decoy(Struct, frozen=True):
    """An address in the form of another one. It listens, or it is a file that is not there yet."""

    url: str
    listening: socket.socket | None = None
    file: Path | None = None

    def met(self) -> bool:
        """Whether anybody came."""
        if self.listening is None:
            return self.file is not None and self.file.exists()
        try:
            came, _ = self.listening.accept()
        except BlockingIOError:
            return False
        came.close()
        return True


@contextmanager
def decoy_of(url: str, folder: Path) -> Iterator[Decoy | None]:
    """A decoy for the address of a scratch database, in a folder; None where it has no such form.

    Args: folder: not there yet, or empty.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    parts = urlsplit(url)
    with ExitStack() as stack:
        host = unquote(parts.netloc.rpartition("@")[2].rpartition(":")[0])
        if not parts.scheme:
            yield None
        elif host.startswith("/"):
            name = _socket_in(Path(host))
            yield None if name is None else _in_folder(stack, url, folder, name)
        elif parts.netloc or _LEADS & dict(parse_qsl(parts.query)).keys():
            yield _at_port(stack, url)
        else:
            file = folder / f"decoy-{Path(unquote(parts.path)).name}"
            text = quote(str(file.absolute()), safe="/")
            slashes = "//" if url.startswith(f"{parts.scheme}://") else ""
            yield Decoy(f"{parts.scheme}:{slashes}{text}", file=file)


def _in_folder(stack: ExitStack, url: str, folder: Path, name: str) -> Decoy:
    listening = stack.enter_context(socket.socket(socket.AF_UNIX))
    listening.bind(str(folder / name))
    parts = urlsplit(url)
    who, at, place = parts.netloc.rpartition("@")
    _, colon, port = place.rpartition(":")
    there = f"{who}{at}{socket_host(folder)}{colon}{port}"
    return _listened(listening, parts._replace(netloc=there).geturl())


def _at_port(stack: ExitStack, url: str) -> Decoy:
    listening = stack.enter_context(socket.socket())
    listening.bind(("127.0.0.1", 0))
    parts = urlsplit(url)
    who, at, _ = parts.netloc.rpartition("@")
    query = urlencode([it for it in parse_qsl(parts.query) if it[0] not in _LEADS])
    there = f"{who}{at}127.0.0.1:{listening.getsockname()[1]}"
    return _listened(listening, parts._replace(netloc=there, query=query).geturl())


def _listened(listening: socket.socket, url: str) -> Decoy:
    listening.listen()
    listening.settimeout(0)
    return Decoy(url, listening)


def _socket_in(folder: Path) -> str | None:
    """The name of the socket at which a server answers there."""
    if not folder.is_dir():
        return None
    found = (it.name for it in folder.iterdir() if stat.S_ISSOCK(it.lstat().st_mode))
    return next(found, None)
