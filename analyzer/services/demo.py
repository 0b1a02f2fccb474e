"""The demonstration: the real commands on a real repository and database, made for the purpose."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.engines.registry import usual_engine
from analyzer.model.core.messages import OutputText
from analyzer.operations.demo.demonstration import Stage, incident
from analyzer.operations.demo.demonstration import shown as typed
from analyzer.services.dialogue import Dialogue

_ACTS: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
    ("1. What happened?", ("migdoctor", "diagnose"), None),
    (
        "2. Repair A: give the files their old names (the preview; the script is in fix.sh)",
        ("migdoctor", "rename-back"),
        "fix.sh",
    ),
    (
        "3. Repair B: give the rows the new versions (the preview; the SQL is in fix.sql)",
        ("migdoctor", "rewrite"),
        "fix.sql",
    ),
    ("4. Apply repair A", ("sh", "fix.sh"), None),
    ("5. Is it repaired?", ("migdoctor", "diagnose"), None),
)


def play(folder: Path | None, dialogue: Dialogue, width: int) -> bool:
    """Play it all, and say whether the incident is mended at its end.

    The commands write to the standard output themselves.

    Args:
        folder: where the repository is built and left; None for one that is removed.
        width: of a line, in columns.

    Raises:
        AnalyzerError: git or the embedded server is missing.
    """
    with _place(folder) as place:
        server = f"{usual_engine().title} server"
        dialogue.tell(f"Building the incident in {place}: a git repository and a {server} ...")
        with incident(place) as stage:
            for title, words, into in _ACTS:
                _act(stage, title, words, into, dialogue, width)
            mended = stage.is_mended()
        verdict = (
            "The repair left nothing diverged."
            if mended
            else "The repair did not finish cleanly: please report this."
        )
        dialogue.tell(OutputText(f"\n\nDone; the server is stopped. {verdict}\n"))
        return mended


def _act(
    stage: Stage,
    title: str,
    words: tuple[str, ...],
    into: str | None,
    dialogue: Dialogue,
    width: int,
) -> None:
    dialogue.tell(OutputText(f"\n\n### {title}\n\n$ {typed(words, into)}\n\n"))
    stage.run(words, into=into, width=width)


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="migdoctor-") as temporary:
        yield Path(temporary)
