"""Questions that the repairs leave to the user instead of guessing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from analyzer.model.core.deployment import Deployed
from analyzer.model.findings.diagnosis import Diagnosis, FileAmbiguous, RowAmbiguous, RowReused
from analyzer.model.findings.rename import Confidence, Rename
from analyzer.model.plans.plan import Refusal
from analyzer.model.words.shell_word import shell_word

_SHORT = 10  # digits of a commit id that a reader needs


def refuse_ambiguity(diagnosis: Diagnosis) -> Refusal | None:
    """Refuse a diagnosis with open questions, naming the answers; None where there are none."""
    pairs = list(dict.fromkeys(_open_pairs(diagnosis)))
    rows = [verdict for verdict in diagnosis.rows if isinstance(verdict, RowAmbiguous)]
    if not pairs and not rows:
        return None
    versions = [*(one.row.version.text for one in rows), *(one.old.version.text for one in pairs)]
    reasons = "".join(f"; {one.row.version}: {one.why}" for one in rows)
    return Refusal(
        f"it is not certain what ran as {', '.join(dict.fromkeys(versions))}{reasons}. A wrong"
        " guess would mark the wrong migration as done, so say which it is and run this again",
        tuple(accepts(pairs)) or ("--deployed REV",),
    )


def in_dispute(diagnosis: Diagnosis, deployed: Deployed | None) -> bool:
    """Whether a finding of reuse rests on a choice between commits that fit equally well."""
    reused = any(isinstance(verdict, RowReused) for verdict in diagnosis.rows)
    return reused and deployed is not None and bool(deployed.rivals)


def refuse_dispute(diagnosis: Diagnosis, deployed: Deployed | None) -> Refusal | None:
    """Refuse to repair what is in dispute, naming the commits to choose from."""
    if deployed is None or not in_dispute(diagnosis, deployed):
        return None
    return Refusal(
        "several commits explain the rows equally well, and they have other migrations under the"
        " same versions; which of them ran decides what is right",
        tuple(f"--deployed {commit}" for commit in disputed(diagnosis, deployed)),
    )


def disputed(diagnosis: Diagnosis, deployed: Deployed | None) -> tuple[str, ...]:
    """The commits to choose from where what is reused is in dispute, as short ids; else none."""
    if deployed is None or not in_dispute(diagnosis, deployed):
        return ()
    return tuple(it[:_SHORT] for it in (deployed.commit, *reversed(deployed.rivals)))


def _open_pairs(diagnosis: Diagnosis) -> Iterator[Rename]:
    yield from (one for one in diagnosis.renames if one.confidence is Confidence.AMBIGUOUS)
    for verdict in (*diagnosis.rows, *diagnosis.files):
        if isinstance(verdict, RowAmbiguous | FileAmbiguous):
            yield from verdict.candidates


def answers(pairs: Sequence[Rename]) -> Iterator[str]:
    """Name the options that settle pairs; where a migration has one candidate, it may be none."""
    yield from accepts(pairs)
    rivals = Counter(pair.old.path for pair in pairs)
    for answer in accepts(pair for pair in pairs if rivals[pair.old.path] == 1):
        yield answer.replace("--accept", "--reject", 1)


def accepts(pairs: Iterable[Rename]) -> Iterator[str]:
    """Name the options by version; by path where two files share a version."""
    by_version: dict[str, dict[str, None]] = {}
    for pair in pairs:
        paths = shell_word(f"{pair.old.path}={pair.new.path}")
        by_version.setdefault(f"{pair.old.version}={pair.new.version}", {})[paths] = None
    for versions, paths_of in by_version.items():
        for answer in [versions] if len(paths_of) == 1 else paths_of:
            yield f"--accept {answer}"
