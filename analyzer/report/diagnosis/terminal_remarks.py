"""What stands below a table of a report: who renamed, and the codes and fixes of its findings."""

from collections.abc import Iterable, Sequence

from analyzer.model.findings.finding import Finding
from analyzer.model.findings.rename import Rename, RenamingCommit
from analyzer.model.words.revision_words import SHORT
from analyzer.model.words.text import visible
from analyzer.model.words.wording import listed
from analyzer.report.diagnosis.terminal_layout import ScreenLayout

_SHOWN = 3  # versions in a line


def fixes_of(findings: Iterable[Finding], layout: ScreenLayout) -> str:
    """Tell each way out once, under the code of its findings; empty where there are none.

    Where the findings of one table have several, each names the versions that it is for.
    """
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        mark = f"{finding.severity.value} {finding.code}"
        alike.setdefault((mark, finding.fix), []).append(finding)
    lines = []
    for (mark, fix), those in alike.items():
        versions = listed([it.version or "" for it in those], _SHOWN)
        about = f" for {versions}" if alike.keys() - {(mark, fix)} else ""
        lines.append(layout.hang(f"{mark}{visible(about)}  fix: {visible(fix)}", 4))
    return "\n".join(lines)


def renamed_in(renames: Sequence[Rename], layout: ScreenLayout) -> str:
    """Tell of each commit that renamed who made it, when, and with which words.

    Newest first, as far as the pairs tell. Where not all pairs went through a commit, it names
    the versions that did.
    """
    through: dict[RenamingCommit, list[Rename]] = {}
    for rename in renames:
        for commit in rename.renamed_in:
            through.setdefault(commit, []).append(rename)
    newest_first = sorted(through.items(), key=lambda it: it[0].date, reverse=True)
    lines = [
        f"renamed in {commit.commit[:SHORT]}, {commit.date:%Y-%m-%d %H:%M %z}, {commit.author}: "
        f"{commit.subject}{_which(those, renames)}"
        for commit, those in newest_first
    ]
    bare = [rename for rename in renames if not rename.renamed_in and not rename.supposed]
    if bare:
        lines.append(f"renamed in no commit yet{_which(bare, renames)}")
    return "\n".join(layout.hang(visible(line), 4) for line in lines)


def _which(those: Sequence[Rename], renames: Sequence[Rename]) -> str:
    """Name pairs by their versions of today; nothing where they are all."""
    if len(those) == len(renames):
        return ""
    return f" ({', '.join(it.new.version.text for it in those)})"
