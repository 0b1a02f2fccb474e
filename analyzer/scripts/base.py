"""What all scripts share: their head, and names that cannot play tricks on the reader."""

import textwrap
from collections.abc import Iterator, Sequence

from analyzer.model.plan import Provenance

_WRAPPER = textwrap.TextWrapper(
    96, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
)
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_BYTES = {chr(0xDC00 + octet): f"\\x{octet:02x}" for octet in range(0x80, 0x100)}  # PEP 383


def visible(text: str) -> str:
    """Write control and other unprintable characters as escapes, so that text stays one line."""
    return "".join(one if one.isprintable() else _escape(one) for one in text)


def _escape(character: str) -> str:
    known = _ESCAPES.get(character) or _BYTES.get(character)
    return known or character.encode("unicode_escape").decode("ascii")


def head(mark: str, title: str, provenance: Provenance, notes: Sequence[str]) -> Iterator[str]:
    """Say in comment lines what a script does, where it came from, and what to know of it.

    ``mark`` begins a comment in the script's language.
    """
    for text in (title, *_origin(provenance), *(f"Note: {note}" for note in notes)):
        wrapped = _WRAPPER.wrap(visible(text))
        yield from (f"{mark} {line}" for line in wrapped)


def _origin(provenance: Provenance) -> Iterator[str]:
    commit = f" ({provenance.commit})" if provenance.commit else ""
    yield f"Written by {provenance.tool} at {provenance.made_at}"
    yield f"Repository: {provenance.repository}"
    yield f"Files: {provenance.ref}{commit}"
    yield f"Rows: {provenance.rows_from}, environment {provenance.environment}"
    if provenance.deployed:
        yield f"Deployed: {provenance.deployed}"
