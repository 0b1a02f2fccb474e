"""A connection that can be cut in the middle, by whoever pulls the plug."""

import socket
import threading
from contextlib import suppress
from pathlib import Path


class Cable:
    """A socket in front of the server's, which can be pulled."""

    def __init__(self, place: Path, server: Path) -> None:
        self._server, self._ends = server, list[socket.socket]()
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(place))
        self._door.listen(16)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.socket(socket.AF_UNIX)
                self._ends += [near, far]
                try:
                    far.connect(str(self._server))
                except OSError:  # it is down
                    near.close()
                    continue
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()

    def pull(self) -> None:
        """Cut all that goes through it."""
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Remove it."""
        self.pull()
        self._door.close()
        for end in self._ends:
            end.close()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while block := one.recv(65536):
            other.sendall(block)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)
