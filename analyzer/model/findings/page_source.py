"""All that a page about an incident is made of: the report, the advice, and what would change."""

from analyzer.model.core.environments import Unreadable
from analyzer.model.findings.advice import AdviceForAll, RecoveryOption
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.findings.report import Report
from analyzer.records import Struct


class RepairPreview(Struct, frozen=True):
    """What a repair in place would change, as a diff, in environments where it is the same."""

    environments: tuple[str, ...]
    way: RecoveryOption
    text: str


class HiddenWork(Struct, frozen=True):
    """What edits brought that never ran in an environment; ``draft`` is the migration that does.

    ``draft`` is empty where the framework's migrations cannot be written.
    """

    environments: tuple[str, ...]
    found: FollowUp
    draft: str


class EditPreview(Struct, frozen=True):
    """What changed in the text of a migration that ran, as a diff."""

    name: str
    similarity: int | None
    text: str


class PageSource(Struct, frozen=True):
    """The report and what belongs to it; what could not be had is empty, ``no_advice`` says why.

    ``title`` and ``migrate`` are the framework's name and its command, ``status`` what a plain
    diagnosis ends with, ``again`` the command that makes the page anew, ``head`` the commit that
    is checked out.
    """

    report: Report
    status: int
    title: str
    migrate: str
    again: str = ""
    head: str | None = None
    advice: AdviceForAll | None = None
    no_advice: Unreadable | None = None
    repairs: tuple[RepairPreview, ...] = ()
    hidden: tuple[HiddenWork, ...] = ()
    edits: tuple[EditPreview, ...] = ()
    more_edits: int = 0
