"""Questions of the guided way: both texts of a pair that nothing but a person can settle."""

from collections.abc import Sequence

from analyzer.model.findings.diagnosis import RowAmbiguous
from analyzer.model.findings.rename import Decision, Rename
from analyzer.services.dialogue import Dialogue
from analyzer.workflow.walk import Walk

_MOST = 60  # lines of a text that are shown


def settle(done: Walk, dialogue: Dialogue) -> Decision | None:
    """Ask whether the next open pair is one migration; None where nobody can tell."""
    for row in done.report.environments[0].diagnosis.rows:
        if isinstance(row, RowAmbiguous):
            for pair in row.candidates:
                answer = _answer(pair, row.candidates, done, dialogue)
                if answer is not None:
                    return answer
    return None


def _answer(
    pair: Rename, candidates: Sequence[Rename], done: Walk, dialogue: Dialogue
) -> Decision | None:
    old, new = pair.old, pair.new
    if pair.supposed:
        dialogue.tell(f"No history has a file for row {old.version}.")
    else:
        dialogue.tell(_shown("What may have run", old.path, done, old.blob))
    dialogue.tell(_shown("The current file", new.path, done, new.blob))
    alike = [it for it in candidates if it.new.version == new.version]
    ends = (old.path, new.path) if alike[1:] else (str(old.version), str(new.version))
    if dialogue.ask(f"Is {new.basename} the migration that ran as {old.version}?"):
        return Decision(*ends, accept=True)
    if dialogue.ask(f"Are you sure that {new.basename} is another migration?"):
        return Decision(*ends, accept=False)
    return None


def _shown(title: str, path: str, done: Walk, blob: str) -> str:
    lines = done.inference.past_files.content(blob).decode("utf-8", "replace").splitlines()
    more = [f"... and {len(lines) - _MOST} more lines"] if len(lines) > _MOST else []
    text = "\n".join(f"    {line}" for line in (*lines[:_MOST], *more))
    return f"{title}: {path}\n{text}"
