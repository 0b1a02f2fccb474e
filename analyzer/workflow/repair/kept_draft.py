"""A draft of a follow-up that an earlier run wrote: its place among the migrations stays."""

import os
import re

from analyzer import limits
from analyzer.errors import AnalyzerError, UsageError
from analyzer.frameworks.base import Framework
from analyzer.sources.files.bounded import read_file

DRAFT = "follow_up"
"""The stem of a draft that a path writes to; whoever repairs looks for it in the current folder."""

SLUG = "catch_up_with_edited_migrations"
_LINES = 12  # of a draft, among which it names its place


def draft_file(framework: Framework) -> str:
    """The file that a path drafts a follow-up in."""
    return f"{DRAFT}.{framework.files.example.rpartition('.')[2]}"


def read_draft(file: str) -> str | None:
    """Read a draft; None where none lies there, or something that is not ours."""
    if not os.path.lexists(file):
        return None
    try:
        text = read_file(file, limits.BLOB_BYTES, UsageError).decode("utf-8", "replace")
    except (OSError, AnalyzerError):
        return None
    return text if _PLACE.search(_head(text)) else None


def place_in(text: str, folder: str) -> str | None:
    """The path that a draft names as its place, where it is one of this folder."""
    found = _PLACE.search(_head(text))
    path = found[0] if found is not None else ""
    return path if path.rpartition("/")[0] == folder else None


def same_but_for_its_place(text: str, other: str) -> bool:
    """Whether two drafts bring the same, wherever each is to be put."""
    return _PLACE.sub("", text) == _PLACE.sub("", other)


def _head(text: str) -> str:
    return "\n".join(text.split("\n")[:_LINES])


_PLACE = re.compile(rf"\S*_{SLUG}(?:_\d+)?\.\w+")
