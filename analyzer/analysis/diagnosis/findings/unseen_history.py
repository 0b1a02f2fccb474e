"""What the repository did not show: cut history, a sparse checkout, other applications."""

from collections.abc import Sequence

from analyzer.model.core.gap import Gap
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.words.wording import count

SHALLOW = Rule(
    code="MD201",
    name="history-is-shallow",
    severity=Severity.WARNING,
    title="history is shallow",
    why="Renames before its first commit cannot be seen.",
    fix="`git fetch --unshallow`, or `fetch-depth: 0` in GitHub Actions.",
    bad="git clone --depth 1 URL",
    good="git clone URL",
    found_by="analyzer.analysis.diagnosis.findings.unseen_history.about_gap",
)
GRAFTED = Rule(
    code="MD205",
    name="history-is-grafted",
    severity=Severity.WARNING,
    title="history is grafted",
    why="`git replace` or `info/grafts` hides commits, and with them renames.",
    fix="`git replace -d ID` shows them again.",
    bad="git replace --graft 5f0c7d9a12",
    good="git replace -d 5f0c7d9a12",
    found_by="analyzer.analysis.diagnosis.findings.unseen_history.about_gap",
)
SPARSE = Rule(
    code="MD204",
    name="sparse-checkout",
    severity=Severity.NOTE,
    title="migrations left out by a sparse checkout",
    why="They were read from git's index.",
    fix="`git sparse-checkout add FOLDER` checks them out.",
    bad="git sparse-checkout set app",
    good="git sparse-checkout add db/migrate",
    found_by="analyzer.analysis.diagnosis.findings.unseen_history.about_sparse",
)
SEVERAL_APPLICATIONS = Rule(
    code="MD202",
    name="several-applications",
    severity=Severity.NOTE,
    title="several applications",
    why="The one that contains the current folder is used, otherwise the one that fits the rows "
    "best.",
    fix="Name the right one with `--dir` if it is another.",
    bad="archive/db/migrate\njukebox/db/migrate",
    good="migdoctor diagnose --dir archive/db/migrate",
    found_by="analyzer.analysis.diagnosis.findings.unseen_history.about_applications",
)


def about_gap(gap: Gap) -> Finding:
    """Say that part of the history is hidden."""
    rule = SHALLOW if gap.name == "shallow" else GRAFTED
    return rule.finding(what=gap.what, why=gap.why, fix=gap.fix)


def about_sparse(absent: Sequence[str], bring_in: str) -> Finding:
    """Say that a sparse checkout leaves files out.

    Args: bring_in: the command that checks them out.
    """
    return SPARSE.finding(
        what=f"the checkout is sparse: it leaves out {count(len(absent), 'migration file')}",
        why="they were read from git's index, so nothing is missing here; commands that run in "
        "the working tree do not see them",
        fix=f"bring them: {bring_in}",
        path=absent[0],
    )


def about_applications(
    taken: Sequence[str], others: Sequence[str], *, stood_in: bool, better: str | None
) -> Finding:
    """Say which folders were looked at, and which were not.

    Args: stood_in: the current folder decided, and not the rows.  better: which other folders the
        rows match better, in words.
    """
    why = "the folder whose versions match the rows best was taken"
    if stood_in:
        why = "the current folder is in this application"
    return SEVERAL_APPLICATIONS.finding(
        what=f"looked at {', '.join(taken)}; there is also {', '.join(others)}",
        why=why if better is None else f"{why}; but {better}",
        fix="if it is the wrong one, name the right one: --dir PATH"
        if better is None
        else "name this application's database, or the other application: --dir PATH",
        severity=Severity.NOTE if better is None else Severity.WARNING,
    )
