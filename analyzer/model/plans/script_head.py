"""What all scripts share: their head."""

import textwrap
from collections.abc import Iterator, Sequence

from analyzer.model.plans.plan import Provenance
from analyzer.model.words.text import visible

_WRAPPER = textwrap.TextWrapper(
    96, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
)


def head(mark: str, title: str, provenance: Provenance, notes: Sequence[str]) -> Iterator[str]:
    """Say in comment lines what a script does, where it came from, and what to know of it.

    ``mark`` begins a comment in the script's language.
    """
    for text in (title, *_origin(provenance), *(f"Note: {note}" for note in notes)):
        wrapped = _WRAPPER.wrap(visible(text))
        yield from (f"{mark} {line}" for line in wrapped)


def _origin(provenance: Provenance) -> Iterator[str]:
    named = provenance.commit is None or provenance.commit.startswith(provenance.ref)
    commit = "" if named else f" ({provenance.commit})"
    yield f"Written by {provenance.tool} at {provenance.made_at}"
    yield f"Repository: {provenance.repository}"
    yield f"Files: {provenance.ref}{commit}"
    yield f"Rows: {provenance.rows_from}, environment {provenance.environment}"
    if provenance.deployed:
        yield f"Deployed: {provenance.deployed}"
