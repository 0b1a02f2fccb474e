"""Waiting for a program behind a prefix to say something."""

from select import POLLIN, poll
from typing import IO, Any

_MILLISECONDS = 1000


def is_readable(pipe: IO[Any] | int, seconds: float) -> bool:
    """Whether a pipe, or a descriptor, has something to read, or its end, within a time.

    It asks by ``poll``, which takes any descriptor; ``select`` fails from 1,024 on.
    """
    asked = poll()
    asked.register(pipe, POLLIN)
    return bool(asked.poll(seconds * _MILLISECONDS))
