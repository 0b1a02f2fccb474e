"""Names that are to stay: the team recorded the renames, or gave files back their former names."""

from collections.abc import Iterator, Sequence

from analyzer.analysis.renames.decisions import PairIndex
from analyzer.analysis.renames.last_seen import precedence
from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.model.findings.rename import Decision, Rename
from analyzer.model.plans.plan import Refusal
from analyzer.workflow.next_steps.typed_commands import typed
from analyzer.workflow.walk import Walk


def why_they_stay(done: Walk) -> str:
    """Say why files are to keep their names of today; empty where nothing says so."""
    recorded = [it for it in done.inference.decisions if it.said]
    return (_why_recorded(done, recorded) if recorded else "") or why_given_back(done)


def _why_recorded(done: Walk, recorded: Sequence[Decision]) -> str:
    """Say where it is written that today's names stay; empty where that is not said of all.

    Args: recorded: what the team's record says of this database, in the words of `Decision.said`.
    """
    index = PairIndex(recorded, done.inference.framework.numbering)
    found = [index.of(it.old, it.new) for it in _moved(done)]
    said = [it.said for it in found if it is not None]
    if not said or len(said) < len(found):
        return ""
    return f"the new names stay, because {said[0]}"


def why_given_back(done: Walk) -> str:
    """Say which files have a former name again; empty where none has.

    Somebody repaired the databases that ran the former names: to give these files the names that
    this one ran would undo that. One of them is enough, as all files move together.
    """
    came_before = precedence(done.inference.past_files.history)
    back = [it for it in _moved(done) if came_before(it.new.path, it.old.path)]
    if not back:
        return ""
    one = len(back) == 1
    which = back[0].new.basename if one else f"{len(back)} files"
    again = _arrivals(done, back[0].new.path)[1:]
    by = f"commit {again[-1][:10]} gave {which}" if again else f"{which} got"
    what = "the name back that it had before" if one else "the names back that they had before"
    return f"{by} {what}: to rename again would undo that for every database that ran those"


def _arrivals(done: Walk, path: str) -> list[str]:
    """The commits that brought a name, oldest first; one that is not committed has none."""
    commits = done.inference.past_files.history.commits
    return [it.sha for it in commits if any(e.kind in "ARC" and e.path == path for e in it.events)]


def refuse_given_back(done: Walk) -> Refusal | None:
    """Refuse to rename such files again where the rows can follow them."""
    if done.recommender is None or not done.recommender.rows.open:
        return None
    why = why_given_back(done)
    rows = typed(done.inference.request, "rewrite")
    return (
        Refusal(why, (f"give the rows the versions of the files instead: {rows}",)) if why else None
    )


def _moved(done: Walk) -> Iterator[Rename]:
    """The renames of files that this database ran under the old name."""
    for it in done.report.environments[0].diagnosis.files:
        if isinstance(it, FileRenamed) and it.old_row is not None:
            yield it.rename
