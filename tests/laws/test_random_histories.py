"""Laws of the rename map over random histories whose truth is known.

The same few examples each time; for more, and others each time:
MIGDOCTOR_LAW_EXAMPLES=2000 python -m pytest tests/laws/test_random_histories.py
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings

from analyzer.model.findings.diagnosis import RowAmbiguous, RowVerdict
from analyzer.workflow.walk import Walk
from tests.laws.cases import Plan, diagnosed, first_parents_only, plans, stage
from tests.laws.truth import Case, mistakes

_ASKED = os.environ.get("MIGDOCTOR_LAW_EXAMPLES")
_EXAMPLES = int(_ASKED or 100)
law = settings(
    deadline=None,
    derandomize=_ASKED is None,
    max_examples=_EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
dear_law = settings(law, max_examples=max(_EXAMPLES // 4, 1))


@contextmanager
def room() -> Iterator[Path]:
    """A folder for one example: pytest's own would be shared by all examples of a test."""
    folder = Path(tempfile.mkdtemp(prefix="migdoctor-law-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@law
@given(plan=plans)
def test_a_diagnosis_is_the_truth_or_leaves_it_open(plan: Plan):
    with room() as folder:
        case = stage(plan, folder / "repo.git")
        assume(case is not None)

        done = diagnosed(case, case.rows)

        assert mistakes(case, done.report.environments[0]) == []


@dear_law
@given(plan=plans)
def test_the_order_of_the_rows_changes_no_verdict(plan: Plan):
    with room() as folder:
        case = stage(plan, folder / "repo.git")
        assume(case is not None)

        forward, backward = diagnosed(case, case.rows), diagnosed(case, case.rows[::-1])

        assert verdicts(forward) == verdicts(backward)
        assert files(forward) == files(backward)


@dear_law
@given(plan=plans)
def test_a_history_and_its_first_parents_alone_never_contradict_each_other(plan: Plan):
    with room() as folder:
        case = stage(plan, folder / "repo.git")
        line = first_parents_only(case, folder / "line.git") if case else None
        assume(case is not None and line is not None)

        full = verdicts(diagnosed(case, case.rows, case.ids[case.deployed]))
        alone = verdicts(diagnosed(line, case.rows, line.ids[line.deployed]))

        pairs = {row: {full[row], alone[row]} for row in full}
        assert {row: said for row, said in pairs.items() if contradictory(said, case)} == {}


def verdicts(done: Walk) -> dict[int, tuple[str, str | None]]:
    """Each row's verdict, and the file of today that its migration is."""
    rows = done.report.environments[0].diagnosis.rows
    return {row.row.version.key: (type(row).__name__, _successor(row)) for row in rows}


def _successor(verdict: RowVerdict) -> str | None:
    rename = getattr(verdict, "rename", None)
    file = rename.new if rename is not None else getattr(verdict, "file", None)
    return file.path if file is not None else None


def files(done: Walk) -> dict[str, str]:
    """Each file's verdict."""
    verdicts_on_files = done.report.environments[0].diagnosis.files
    return {verdict.file.path: type(verdict).__name__ for verdict in verdicts_on_files}


def contradictory(said: set[tuple[str, str | None]], case: Case) -> bool:
    """Whether two migrations are both said to be the one that ran; of copies any may be it.

    More history can show more: one may know what became of a migration where the other does not.
    """
    open_question = any(kind == RowAmbiguous.__name__ for kind, _ in said)
    successors = {case.today[path].source.identity for _, path in said if path is not None}
    return len(successors) > 1 and not open_question
