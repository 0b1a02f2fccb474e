"""What a command announces to a CI system, whichever command it is and whichever system."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from analyzer.model.findings.across import UnreadEnvironment
from analyzer.model.findings.finding import Finding, Severity
from analyzer.records import Struct

UNREAD = "unread"
_UNREAD_TITLE = "environment that could not be read"


class Announcement(Struct, frozen=True):
    """The findings of one run of ``command``, and its outcome in one sentence.

    ``titles`` says in a few words what each code stands for; ``failing`` are the severities that
    make the run fail. ``judged`` names the databases that were looked at, in words.
    """

    command: str
    verdict: str
    findings: tuple[Finding, ...]
    titles: Mapping[str, str]
    failing: Collection[Severity] = (Severity.ERROR, Severity.WARNING)
    judged: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """The verdict, and what it is about."""
        about = "; ".join(self.judged)
        return f"{self.verdict} Judged: {about}." if about else self.verdict

    def title(self, code: str) -> str:
        """What a code stands for; empty where nobody said."""
        return _UNREAD_TITLE if code == UNREAD else self.titles.get(code, "")

    def fails(self, finding: Finding) -> bool:
        """Whether this one makes the run fail."""
        return finding.severity in self.failing


def unread_findings(unread: Iterable[UnreadEnvironment]) -> Iterator[Finding]:
    """Tell of each environment that could not be read as of a finding."""
    for it in unread:
        name = ", ".join(it.members) or it.name
        what = f"{name}: {it.error.what}"
        yield Finding(UNREAD, Severity.ERROR, what, it.error.why, it.error.fix, it.name)
