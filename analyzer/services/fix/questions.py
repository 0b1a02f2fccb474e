"""Questions of the guided way: both texts of a pair that nothing but a person can settle."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff

from analyzer.model.core.messages import PlanPreview
from analyzer.model.findings.diagnosis import RowAmbiguous, RowReused
from analyzer.model.findings.rename import Decision, Rename
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count
from analyzer.services.dialogue import Dialogue
from analyzer.sources.git.tree import list_commit
from analyzer.workflow.next_steps.repair_paths import commits_disputed
from analyzer.workflow.walk import Walk

_MOST = 60  # lines of a text that are shown
_AROUND = 3  # lines beside one that differs


def settle(done: Walk, dialogue: Dialogue) -> Decision | None:
    """Ask whether the next open pair is one migration; None where nobody can tell."""
    for row in done.report.environments[0].diagnosis.rows:
        if isinstance(row, RowAmbiguous):
            for pair in row.candidates:
                answer = _answer(pair, row.candidates, done, dialogue)
                if answer is not None:
                    return answer
    return None


def settle_deployed(done: Walk, dialogue: Dialogue) -> str | None:
    """Ask which of the commits that explain the rows was deployed; None where nobody can tell."""
    commits = commits_disputed(done)
    for commit in commits:
        dialogue.tell("\n".join(_told(commit, done)))
    for commit in commits:
        if dialogue.ask(f"Is {commit} what was deployed when these migrations ran?"):
            return commit
    return None


def _told(commit: str, done: Walk) -> Iterator[str]:
    """A commit, and the files that it has under the versions in question."""
    known = done.inference.past_files.history.commits
    for it in known:
        if it.sha.startswith(commit):
            yield f"{commit}, {it.date:%Y-%m-%d %H:%M}, {visible(it.author)}: {visible(it.subject)}"
    diagnosis = done.report.environments[0].diagnosis
    reused = {it.row.version.text for it in diagnosis.rows if isinstance(it, RowReused)}
    files = done.report.repository.files
    for entry in list_commit(done.inference.repository, commit, files.directories):
        name = entry.path.rpartition("/")[2]
        if any(name.startswith(version) for version in reused):
            yield f"  {visible(name)}"


def _answer(
    pair: Rename, candidates: Sequence[Rename], done: Walk, dialogue: Dialogue
) -> Decision | None:
    old, new = pair.old, pair.new
    texts = "\n".join(_texts(pair, done))
    dialogue.tell(PlanPreview(texts, texts))
    alike = [it for it in candidates if it.new.version == new.version]
    ends = (old.path, new.path) if alike[1:] else (str(old.version), str(new.version))
    if dialogue.ask(f"Is {new.basename} the migration that ran as {old.version}?"):
        return Decision(*ends, accept=True)
    if dialogue.ask(f"Are you sure that {new.basename} is another migration?"):
        return Decision(*ends, accept=False)
    return None


def _texts(pair: Rename, done: Walk) -> Iterator[str]:
    """Both texts as one: what only the old one has is marked -, what only the new one has +."""
    read = done.inference.past_files.content
    new = _lines(read(pair.new.blob))
    if pair.supposed:
        yield f"No history has a file for row {pair.old.version}."
        yield f"+++ the current file: {visible(pair.new.path)}"
        yield from _shortened([f"+{line}" for line in new])
        return
    old = _lines(read(pair.old.blob))
    yield f"--- what may have run: {visible(pair.old.path)}"
    yield f"+++ the current file: {visible(pair.new.path)}"
    if old == new:
        yield " (both texts are the same:)"
        yield from _shortened([f" {line}" for line in new])
        return
    more = len(old) + len(new)
    yield from _shortened([*unified_diff(old, new, lineterm="", n=more)][3:])


def _lines(text: bytes) -> list[str]:
    return [visible(line) for line in text.decode("utf-8", "replace").splitlines()]


def _shortened(lines: Sequence[str]) -> Iterator[str]:
    """The lines that are shown: of a long text those that differ, and what is around them."""
    if len(lines) <= _MOST:
        yield from lines
        return
    marked = [number for number, line in enumerate(lines) if line[:1] in "+-"] or [0]
    near = {number + by for number in marked for by in range(-_AROUND, _AROUND + 1)}
    shown = sorted(near & {*range(len(lines))})[:_MOST]
    last = -1
    for number in shown:
        yield from (f" ... {count(number - last - 1, 'line')}",) if number > last + 1 else ()
        yield lines[number]
        last = number
    yield from (f" ... {count(len(lines) - last - 1, 'line')}",) if last + 1 < len(lines) else ()
