"""Why to believe it: the evidence for each pair, the findings, and where all of it was read."""

from collections.abc import Iterable, Iterator, Sequence

from analyzer.model.core.deployment import HowDeployed
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.page_source import PageSource
from analyzer.model.findings.rename import EvidenceKind, Rename
from analyzer.model.findings.report import EnvironmentReport, Report
from analyzer.model.plans.repair_journal import fingerprint
from analyzer.model.words.revision_words import SHORT
from analyzer.model.words.wording import count, enumerated, listed
from analyzer.report.page.overview import Overview
from analyzer.report.page.sentences import Sentence, code, name, quote, say, told
from analyzer.report.page.view.incident_page import EvidenceLine, FactLine, FindingLine

_KINDS = {
    EvidenceKind.GIT_RENAME: "git",
    EvidenceKind.SAME_CLASS: "class",
    EvidenceKind.SAME_NAME: "name",
    EvidenceKind.SAME_CONTENT: "content",
    EvidenceKind.SAME_EFFECTS: "effects",
    EvidenceKind.CATALOG: "catalogue",
    EvidenceKind.DECISION: "decision",
    EvidenceKind.NOTE: "note",
}
_SHOWN = 5  # names in a cell
_MOST_WHATS = 12


def build_evidence(source: PageSource, overview: Overview) -> Iterator[EvidenceLine]:
    """Give the evidence of each pair that is shown."""
    renames = [it.rename for it in source.report.renames]
    for pair, rename in zip(overview.pairs, renames, strict=False):
        yield EvidenceLine(pair, tuple(_reasons(rename)), tuple(_commits(rename)))


def _reasons(rename: Rename) -> Iterator[Sentence]:
    for it in rename.evidence:
        where = say(" (", code(it.commit[:SHORT]), ")") if it.commit else ()
        yield say(f"{_KINDS[it.kind]}: ", told(it.detail), where)


def _commits(rename: Rename) -> Iterator[Sentence]:
    for it in rename.renamed_in:
        yield say(
            code(it.commit[:SHORT]),
            " ",
            name(it.author),
            f", {it.date:%Y-%m-%d %H:%M %z}, ",
            quote(it.subject),
        )
    if not rename.renamed_in:
        yield say("in no commit yet" if not rename.supposed else "no history has the old file")


def sum_up(source: PageSource) -> Iterator[Sentence]:
    """Say how sure the pairs are."""
    kinds: dict[str, int] = {}
    for it in source.report.renames:
        kinds[it.rename.confidence.value] = kinds.get(it.rename.confidence.value, 0) + 1
    total = len(source.report.renames)
    if total:
        sure = enumerated([f"{number} {kind}" for kind, number in kinds.items()])
        yield say(f"Why each pair is one migration. {count(total, 'pair')}: {sure}.")
    else:
        yield say("No migration was renamed since the deployed commit.")


def build_findings(findings: Iterable[Finding]) -> tuple[FindingLine, ...]:
    """Put findings together that differ only in what they speak of, the worst first."""
    groups: dict[tuple[int, str, str, str], list[Finding]] = {}
    for it in findings:
        rank = list(Severity).index(it.severity)
        groups.setdefault((rank, it.code, it.why, it.fix), []).append(it)
    ordered = sorted(groups.items(), key=lambda it: it[0][:2])
    return tuple(_finding(those) for _, those in ordered)


def _finding(those: Sequence[Finding]) -> FindingLine:
    first = those[0]
    where: dict[str, int] = {}
    for it in those:
        where[it.environment or "repository"] = where.get(it.environment or "repository", 0) + 1
    whats = dict.fromkeys(it.what for it in those)
    shown = [*whats][:_MOST_WHATS]
    if len(whats) > len(shown):
        shown.append(f"and {len(whats) - len(shown)} more")
    places = [f"{place} {number}" if number > 1 else place for place, number in where.items()]
    return FindingLine(
        first.code,
        first.severity,
        listed(places, _SHOWN),
        tuple(shown),
        first.why,
        first.fix,
    )


def build_places(report: Report) -> Iterator[FactLine]:
    """Say of each environment where its rows were read, and which commit it runs."""
    for it in report.environments:
        yield _place(it)
    for unread in report.unread:
        yield FactLine(
            (unread.name,),
            f"{unread.error.what}: {unread.error.why}",
            "not read",
            "not read",
            "not known",
            "",
            (unread.error.fix,),
        )


def _place(it: EnvironmentReport) -> FactLine:
    table = it.table
    digest = fingerprint(sorted(row.version.text for row in table.rows))
    notes = list(table.notes)
    if it.members:
        notes.insert(0, f"{len(it.members)} alike: {listed(it.members, _SHOWN)}")
    return FactLine(
        (table.environment,),
        table.place,
        _server(it),
        f"{table.count}, fingerprint {digest.rpartition(':')[2][:12]}",
        _deployed(it),
        f"{it.read_at:%Y-%m-%d %H:%M:%S} UTC" if it.read_at else "",
        tuple(notes),
    )


def _server(it: EnvironmentReport) -> str:
    number = it.table.server_version
    if it.engine is None:
        return "none: a file of rows"
    return f"{it.engine} {number // 10000}.{number % 10000}" if number else it.engine


def _deployed(it: EnvironmentReport) -> str:
    deployed = it.deployed
    if deployed is None:
        return "not known"
    how = "as given" if deployed.how is HowDeployed.GIVEN else "inferred"
    if deployed.exact:
        return f"{deployed.commit[:SHORT]} exactly, {how}"
    differ = len(deployed.missing) + len(deployed.extra)
    return f"{deployed.commit[:SHORT]}, {how}; differs in {count(differ, 'version')}"
