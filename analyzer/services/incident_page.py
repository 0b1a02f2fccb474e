"""What a page about an incident is made of: one walk, and all that follows from it."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from analyzer.errors import RefusedError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import framework
from analyzer.model.core.environments import Unreadable
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.advice import AdviceForAll, RecoveryOption
from analyzer.model.findings.page_source import EditPreview, HiddenWork, PageSource, RepairPreview
from analyzer.model.plans.plan import Refusal
from analyzer.scripts.patch.plan_preview import render_move_preview, render_row_preview
from analyzer.scripts.patch.text_diff import render_edit
from analyzer.services.diagnose import fails
from analyzer.services.framework_writer import write_draft
from analyzer.services.repair.files.interrupted import tell_open
from analyzer.workflow.advice.advise import advise_after, advise_alone
from analyzer.workflow.next_steps.typed_commands import typed, typed_for_all
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.following_up import follow_up
from analyzer.workflow.repair.repairs import plan_files, plan_rows
from analyzer.workflow.walk import Walk, walk
from analyzer.workflow.walks import Walks, walk_all

if TYPE_CHECKING:
    from analyzer.services.dialogue import Dialogue

_UNREAD = 2  # the status where some environment could not be read
_MOST_EDITS = 40


def gather_page(
    requests: Sequence[Request], dialogue: "Dialogue", window: float | None = None
) -> PageSource:
    """Diagnose, advise, and work out what each repair would change; nothing is changed.

    Args:
        requests: one for each environment, on the same repository.
        window: minutes for which the application may be down.

    Raises:
        AnalyzerError: something cannot be read; one of several environments hides no other.
    """
    tell_open(requests[0], dialogue)
    done = _walked(requests)
    report = done.report
    member = framework(report.repository.framework)
    advice, refused = _advised(done, requests, window)
    edits = [*_edits(done.walks)]
    return PageSource(
        report,
        _UNREAD if report.unread else int(fails(report, (), destroys=False)),
        member.commands.title,
        member.commands.migrate,
        _again(requests),
        done.walks[0].inference.repository.head() if done.walks else None,
        advice,
        refused,
        tuple(_repairs(done.walks)),
        tuple(_hidden(done.walks, member)),
        tuple(edit() for edit in edits[:_MOST_EDITS]),
        max(0, len(edits) - _MOST_EDITS),
    )


def _again(requests: Sequence[Request]) -> str:
    """The command that makes the page anew."""
    words = ("diagnose", "--format", "html", "-o", "report.html")
    return typed_for_all(requests, *words) if requests[1:] else typed(requests[0], *words)


def _walked(requests: Sequence[Request]) -> Walks:
    if len(requests) == 1 and not requests[0].is_fleet:
        done = walk(requests[0])
        return Walks(done.report, (done,))
    return walk_all(requests)


def _advised(
    done: Walks, requests: Sequence[Request], window: float | None
) -> tuple[AdviceForAll | None, Unreadable | None]:
    """The advice, or why there is none."""
    try:
        if len(requests) == 1 and not requests[0].is_fleet:
            return advise_alone(done.walks[0], window), None
        return advise_after(done, requests, window), None
    except RefusedError as error:
        return None, Unreadable(error.what, error.why, error.fix)


def _repairs(walks: Sequence[Walk]) -> Iterator[RepairPreview]:
    """What each repair that may be recommended would change."""
    found: dict[tuple[RecoveryOption, str], list[str]] = {}
    for done in walks:
        environment = done.report.environments[0]
        steps = environment.next_steps
        if steps.rows.open:
            rows = plan_rows(done)
            text = "" if isinstance(rows, Refusal) else render_row_preview(rows)
            found.setdefault((RecoveryOption.REWRITE, text), []).append(
                environment.table.environment
            )
        if steps.files.open:
            files = plan_files(done)
            text = "" if isinstance(files, Refusal) else render_move_preview(files.plan)
            found.setdefault((RecoveryOption.RENAME_BACK, text), []).append(
                environment.table.environment
            )
    for (way, text), names in found.items():
        if text:
            yield RepairPreview(tuple(names), way, text)


def _hidden(walks: Sequence[Walk], member: Framework) -> Iterator[HiddenWork]:
    """What edits hid, by what it is."""
    found: dict[tuple[object, ...], HiddenWork] = {}
    for done in walks:
        environment = done.report.environments[0]
        work = follow_up(done.inference, environment.diagnosis)
        if work is None or work.empty:
            continue
        name = environment.table.environment
        key = (work.lacks, work.unwritten, work.place is None)
        known = found.get(key)
        draft = write_draft(member.writer, work) if member.writer and work.brings else ""
        names = (*known.environments, name) if known else (name,)
        found[key] = HiddenWork(names, work, draft)
    yield from found.values()


def _edits(walks: Sequence[Walk]) -> "Iterator[partial[EditPreview]]":
    """Each migration whose text is another than the one that ran; its diff is made when asked."""
    seen: set[tuple[str, str]] = set()
    for done in walks:
        diagnosis = done.report.environments[0].diagnosis
        changed: list[tuple[MigrationFile, MigrationFile, int | None]]
        changed = [(it.old, it.new, it.similarity) for it in diagnosis.renames if not it.supposed]
        changed += [(it.old, it.new, None) for it in diagnosis.edits]
        for old, new, similarity in changed:
            pair = (old.blob, new.blob)
            if old.blob != new.blob and pair not in seen:
                seen.add(pair)
                yield partial(_edit, done, old, new, similarity)


def _edit(
    done: Walk, old: MigrationFile, new: MigrationFile, similarity: int | None
) -> EditPreview:
    content = done.inference.past_files.content
    text = render_edit((old.path, content(old.blob)), (new.path, content(new.blob)))
    return EditPreview(new.name.slug, similarity, text)
