"""Turns at a server of this machine: what it answers with, it takes from us.

Where several databases are read at once, each has a process of the server's. More of them than
there are processors end no sooner, and keep us from what we do with the first answers.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import BoundedSemaphore

_AT_ONCE = BoundedSemaphore(os.cpu_count() or 1)
_LONGEST = 1.0  # seconds: one whose answer hangs must not hold up the others


def turn_of(address: str) -> AbstractContextManager[None]:
    """Wait until few enough are answered.

    Args: address: of the server, as numbers; empty for a socket. Elsewhere nobody waits.
    """
    is_here = not address or address.startswith("127.") or address == "::1"
    return _waited() if is_here else nullcontext()


@contextmanager
def _waited() -> Iterator[None]:
    got = _AT_ONCE.acquire(timeout=_LONGEST)
    try:
        yield
    finally:
        if got:
            _AT_ONCE.release()
