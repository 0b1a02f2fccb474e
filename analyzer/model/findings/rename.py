"""Renames: which file carries today what ran under another version."""

from datetime import datetime
from enum import StrEnum

from analyzer.model.core.migration import MigrationFile
from analyzer.records import Struct


class Confidence(StrEnum):
    """How far a pair can be relied on. An ambiguous one asserts nothing; repairs refuse it."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    AMBIGUOUS = "ambiguous"


class EvidenceKind(StrEnum):
    """What speaks for a pair."""

    GIT_RENAME = "git-rename"
    SAME_CLASS = "same-class"
    SAME_NAME = "same-name"
    SAME_CONTENT = "same-content"
    SAME_EFFECTS = "same-effects"
    CATALOG = "catalog"
    DECISION = "decision"
    NOTE = "note"  # what has to be known of it, for or against


class Evidence(Struct, frozen=True):
    """One reason to believe a pair, in words, with the commit that shows it."""

    kind: EvidenceKind
    detail: str
    commit: str | None = None


class RenamingCommit(Struct, frozen=True):
    """A commit that gave a migration another name, or that an environment runs.

    ``date`` is its author's, with their offset.
    """

    commit: str
    author: str
    date: datetime
    subject: str


class Rename(Struct, frozen=True):
    """The same migration under another name: ``old`` as deployed, ``new`` as the code has it now.

    ``similarity`` is of the contents, in percent (0-100).
    ``supposed``: no history has a file for the row; ``old`` is ``new`` under the row's version.
    ``renamed_in``: who did it, one commit a hop, newest first; none where it is not committed.
    """

    old: MigrationFile
    new: MigrationFile
    confidence: Confidence
    similarity: int
    evidence: tuple[Evidence, ...]
    supposed: bool = False
    renamed_in: tuple[RenamingCommit, ...] = ()


class Decision(Struct, frozen=True):
    """The user's answer to an ambiguous pair: --accept OLD=NEW or --reject OLD=NEW.

    ``said`` tells where it comes from, if it is not from the command line.
    """

    old: str
    new: str
    accept: bool
    said: str = ""
