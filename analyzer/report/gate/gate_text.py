"""The gate's findings for a person: the verdict first, then each finding, then the commands."""

from collections.abc import Iterator

from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import Allowed, GateReport
from analyzer.model.words.revision_words import SHORT
from analyzer.model.words.wording import count
from analyzer.report.gate.gate_words import fix_commands, tame, verdict
from analyzer.report.wrapping import filled

NARROWEST = 60
_COLOURS = {Severity.ERROR: "\x1b[31;1m", Severity.WARNING: "\x1b[33m", Severity.NOTE: ""}
_PLAIN = "\x1b[0m"
_HEADINGS = {
    True: "Everything that fixes it, from the repository's root; then commit it:",
    False: "All commands together, from the repository's root; the rest is to be fixed by hand:",
}


def render(report: GateReport, width: int = 80, *, colour: bool = False) -> str:
    """Render the report as text that ends with a newline."""
    width = max(width, NARROWEST)
    parts = [_filled(verdict(report), "", width), _compared(report, width)]
    told: set[str] = set()
    for each in report.findings:
        parts.append("\n".join(_finding(each, width, told, colour=colour)))
        told |= {each.command} if each.command else set()
    parts += [_allowed(each, width) for each in report.allowed]
    return "\n\n".join([*parts, *_commands(report)]) + "\n"


def _allowed(allowed: Allowed, width: int) -> str:
    what = _filled(f"allowed {allowed.finding.code}  {allowed.finding.what}", "    ", width)
    return f"{what}\n" + _filled(f"    by {allowed.place}: {allowed.reason}", "    ", width)


def _compared(report: GateReport, width: int) -> str:
    base = f"Base:   {report.base}, compared from {report.start[:SHORT]}, "
    lines = [
        f"Change: {report.head}, {count(report.added, 'new migration')}",
        base + count(report.compared, "migration"),
        *(f"Note:   {note}" for note in report.notes),
    ]
    return "\n".join(_filled(line, " " * 8, width) for line in lines)


def _finding(finding: Finding, width: int, told: set[str], *, colour: bool) -> Iterator[str]:
    """One finding; a command that was told before is not to be run twice."""
    place = finding.path or ""
    if finding.line is not None:
        place += f":{finding.line}"
    paint = _COLOURS[finding.severity] if colour else ""
    head = f"{paint}{finding.severity} {finding.code}{_PLAIN if paint else ''}"
    yield f"{head}  {tame(place)}"
    yield _filled(f"    {finding.what}", "    ", width)
    yield _filled(f"    why: {finding.why}", " " * 9, width)
    yield _filled(f"    fix: {finding.fix}", " " * 9, width)
    if finding.command is not None:
        again = finding.command in told
        yield "    The command above fixes this too." if again else f"    run: {finding.command}"


def _commands(report: GateReport) -> Iterator[str]:
    """The commands once more, together and ready to paste."""
    found = fix_commands(report.findings)
    lines = []
    if len(found) > 1:
        lines = [_HEADINGS[_all_have_one(report)], *(f"  {it}" for it in found)]
    elif found:
        lines = ["The command is to be run from the repository's root; then commit."]
    if found and report.fixable:
        lines.append("Or add --fix to this command: it shows what it would write, and asks.")
    if lines:
        yield "\n".join(lines)


def _all_have_one(report: GateReport) -> bool:
    """Whether each finding that shuts the gate has a command that mends it."""
    shut = (it for it in report.findings if it.severity is not Severity.NOTE)
    return all(it.command is not None for it in shut)


def _filled(text: str, indent: str, width: int) -> str:
    lead = text[: len(text) - len(text.lstrip())]
    return filled(tame(text.lstrip()), width, lead, indent)
