"""The whole page, from its source."""

from collections.abc import Iterator, Sequence

from analyzer import __version__
from analyzer.model.findings.advice import RecoveryOption
from analyzer.model.findings.difference_words import said, said_fully
from analyzer.model.findings.page_source import HiddenWork, PageSource
from analyzer.model.words.revision_words import SHORT, at_revision
from analyzer.model.words.wording import count
from analyzer.report.page.evidence import build_evidence, build_findings, build_places, sum_up
from analyzer.report.page.next_migrate import build_next, note_of
from analyzer.report.page.overview import look_over
from analyzer.report.page.sentences import Sentence, code, name, names, plain, say
from analyzer.report.page.timeline.build_timeline import build_timeline
from analyzer.report.page.verdict import build_verdict
from analyzer.report.page.view.incident_page import Exhibit, Hidden, IncidentPage
from analyzer.report.page.view.level import Level
from analyzer.report.page.what_to_do import build_steps

_TITLES = {
    Level.BROKEN: "do not migrate",
    Level.LOOK: "look at this",
    Level.TOLD: "a migration removes data",
    Level.FINE: "nothing diverged",
}
_LONGEST = 400  # lines of a preview; more are left out, and said to be


def build_page(source: PageSource) -> IncidentPage:
    """Say all that a page shows."""
    report = source.report
    overview = look_over(report)
    verdict = build_verdict(source, overview)
    do_note, do = build_steps(source)
    subject = report.repository.path.rstrip("/").rpartition("/")[2] or "repository"
    read = [it.read_at for it in report.environments if it.read_at]
    return IncidentPage(
        title=f"{subject}: {_TITLES[verdict.level]} (migdoctor)",
        subject=subject,
        place=tuple(_place(source)),
        when=f"{max(read):%Y-%m-%dT%H:%M:%SZ}" if read else "",
        migrate=source.migrate,
        verdict=verdict,
        matrix=overview.matrix(),
        timeline=build_timeline(overview),
        next=build_next(overview.standings),
        next_note=note_of(source),
        do_note=do_note,
        do=do,
        previews=tuple(_previews(source)),
        hidden=tuple(_hidden(it, several=report.several) for it in source.hidden),
        edits=tuple(_edits(source)),
        evidence_note=tuple(sum_up(source)),
        evidence=tuple(build_evidence(source, overview)),
        findings=build_findings(report.findings),
        environments=tuple(build_places(report)),
        facts=tuple(_facts(source)),
        again=source.again,
        status=source.status,
    )


def _place(source: PageSource) -> Iterator[Sentence]:
    """The line under the title."""
    facts = source.report.repository
    commit = facts.files.commit or source.head
    if commit is not None:
        tree = "" if facts.files.commit else ", working tree"
        yield say("commit ", code(commit[:SHORT]), tree)
    yield say(f"{source.title}, ", code(", ".join(facts.files.directories) or "the root"))
    unread = len(source.report.unread)
    number = len(source.report.environments) + unread
    yield say(count(number, "environment"), f", {unread} not read" if unread else "")


def _previews(source: PageSource) -> Iterator[Exhibit]:
    advised = _advised(source)
    ordered = sorted(source.repairs, key=lambda it: it.way is not advised)
    for place, it in enumerate(ordered):
        rows = it.way is RecoveryOption.REWRITE
        what = "The version table" if rows else "The names of the files"
        on = say(" for ", names(it.environments)) if source.report.several else ()
        aside = "advised" if it.way is advised else "the other way"
        title = say(what, on, ", before and after")
        yield _exhibit(title, it.text, aside=aside, unfolded=not place and it.way is advised)


def _advised(source: PageSource) -> RecoveryOption | None:
    """The way of the first environment that has one."""
    advices = source.advice.advices if source.advice is not None else ()
    return next((it.choice.way for it in advices if it.choice is not None), None)


def _hidden(it: HiddenWork, *, several: bool) -> Hidden:
    work = it.found
    lacks = [
        f"{said_fully(lack)}{f' (by hand: {lack.left})' if lack.left else ''}"
        for lack in work.lacks
    ]
    lacks += [f"{said(each)}: {each.why}" for each in work.unwritten]
    where = names(it.environments) if several else say("The database")
    lead = say(where, " lacks" if len(it.environments) == 1 or not several else " lack")
    if work.place is None:
        lead = say("Not run", say(" on ", names(it.environments)) if several else ())
    draft: tuple[Exhibit, ...] = ()
    if it.draft:
        title = say("The follow-up migration, a draft to read")
        draft = (_exhibit(title, it.draft, is_diff=False, note=f"It belongs at {work.path}."),)
    return Hidden(say(lead, ":"), tuple(lacks), draft)


def _edits(source: PageSource) -> Iterator[Exhibit]:
    for it in source.edits:
        aside = f"{it.similarity} % similar" if it.similarity is not None else "same name"
        yield _exhibit(say("The edit of ", name(it.name)), it.text, aside=aside)


def _exhibit(
    title: Sentence,
    text: str,
    *,
    is_diff: bool = True,
    note: str = "",
    aside: str = "",
    unfolded: bool = False,
) -> Exhibit:
    lines: Sequence[str] = text.rstrip("\n").split("\n")
    more = len(lines) - _LONGEST
    if more > 0:
        lines = lines[:_LONGEST]
        note = f"{note} {more} more lines are not shown here.".strip()
    return Exhibit(title, "\n".join(lines), is_diff, note, unfolded, aside)


def _facts(source: PageSource) -> Iterator[tuple[str, Sentence]]:
    facts = source.report.repository
    yield "written by", say(f"migdoctor {__version__}, report format 1")
    history = "shallow history" if facts.shallow else "complete history"
    commit = facts.files.commit or source.head
    at = say(", ", code(commit)) if commit else ()
    yield "repository", say(name(facts.path), at, f", {history}")
    where = ", ".join(facts.files.directories) or "the root"
    yield (
        "folder",
        say(
            code(where),
            " ",
            at_revision(facts.files),
            ", ",
            count(len(facts.files.files), "file"),
            f", {source.title}",
        ),
    )
    yield "exit status", say(f"{source.status}: {_STATUS[source.status]}")
    if source.more_edits:
        yield "left out", say(f"{source.more_edits} more edits; --format json has all pairs")


_STATUS = {
    0: "nothing to report",
    1: "errors or warnings, or the next migrate does harm",
    2: "an environment could not be read",
}


def one_line(page: IncidentPage) -> str:
    """The verdict's sentence as plain text."""
    return plain(page.verdict.sentence)
