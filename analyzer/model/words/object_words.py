"""Objects of an attestation, named in a sentence."""

from collections.abc import Sequence

_MOST = 4  # objects that one sentence names


def few(names: Sequence[str]) -> str:
    """Name the first objects, and count the others."""
    shown = [name.replace(":", " ", 1) for name in names]
    rest = len(shown) - _MOST
    return ", ".join(shown[:_MOST]) + (f" and {rest} more" if rest > 0 else "")
