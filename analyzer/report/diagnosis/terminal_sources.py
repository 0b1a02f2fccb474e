"""The part of a report that names the code and the database."""

from collections.abc import Sequence

from analyzer.model.core.deployment import Deployed, HowDeployed
from analyzer.model.findings.report import EnvironmentReport, RepositoryFacts
from analyzer.model.words.revision_words import SHORT, at_revision
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.records import Struct
from analyzer.report.diagnosis.terminal_layout import ScreenLayout

_PLAIN = ("", "--rows")  # nothing that the line before does not say


class SourcesPart(Struct, frozen=True):
    """The part of a report that names what was looked at."""

    repository: RepositoryFacts
    environment: EnvironmentReport
    layout: ScreenLayout

    def looked_at(self) -> str:
        """Name them, each on a line."""
        facts, table = self.repository, self.environment.table
        where = ", ".join(facts.files.directories) or "the root"
        there = f"{at_revision(facts.files)}, {count(len(facts.files.files), 'file')}"
        lines = [
            f"Code:     {visible(where)} {there}",
            f"Database: {visible(table.place)}, {count(table.count, 'applied version')}",
        ]
        if table.named_by not in _PLAIN:
            lines.append(f"Named by: {visible(table.named_by)}")
        deployed = self.environment.deployed
        if deployed is not None:
            lines.append(f"Deployed: {_deployment(deployed)}")
        lines.extend(f"Note:     {visible(note)}" for note in table.notes)
        return "\n".join(self.layout.hang(line, 10) for line in lines)


def _deployment(deployed: Deployed) -> str:
    on = f" on {visible(deployed.ref)}" if deployed.ref else ""
    commit = f"commit {deployed.commit[:SHORT]}{on}"
    if deployed.exact:
        return f"{commit} has exactly these versions"
    missing = [version.text for version in deployed.missing]
    extra = [version.text for version in deployed.extra]
    gaps = []
    if missing:
        gaps.append(f"it lacks {_few(missing)}")
    if extra:
        gaps.append(f"also has {_few(extra)}" if missing else f"it has {_few(extra)} besides")
    how = "as you said" if deployed.how is HowDeployed.GIVEN else "comes closest"
    return f"{commit} {how}: {' and '.join(gaps)}"


def _few(versions: Sequence[str], most: int = 3) -> str:
    rest = len(versions) - most
    return ", ".join(versions[:most]) + (f" and {rest} more" if rest > 0 else "")
