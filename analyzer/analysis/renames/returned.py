"""Files that left their name and came back to it: what ran under the name is the text of before."""

from collections.abc import Collection, Mapping

from analyzer.analysis.renames.lineage import ancestors
from analyzer.model.core.history import FileEvent, History


def texts_before_return(history: History, paths: Collection[str]) -> Mapping[str, str]:
    """By path, what a file held before it was renamed, for those that a later commit renamed back.

    A repair by rename-back leaves such a trace: a migration ran, was renamed and edited, and got
    its name back with the edited text. Of several texts under the name the first one ran, as of
    several commits with the same names the first one was deployed.
    """
    wanted, first = frozenset(paths), dict[str, str]()
    left, found = dict[str, str](), dict[str, str]()
    for commit in history.commits:
        for event in commit.events:
            if event.kind == "R" and event.path in left:
                if left[event.path] in ancestors(history, commit.sha):
                    found.setdefault(event.path, first[event.path])
            elif event.kind != "D" and event.path in wanted:
                first.setdefault(event.path, event.blob)
            path, blob = _taken_away(event)
            if path in wanted and blob is not None:
                first.setdefault(path, blob)
                left.setdefault(path, commit.sha)
    return found


def _taken_away(event: FileEvent) -> tuple[str, str | None]:
    if event.kind == "D":
        return event.path, event.blob
    return (event.old_path or "", event.old_blob) if event.kind == "R" else ("", None)
