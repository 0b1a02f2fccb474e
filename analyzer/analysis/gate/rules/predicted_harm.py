"""MD319 and MD320: a new migration, followed on a database that has all that is merged."""

from collections.abc import Iterator

from analyzer.analysis.gate.fix_steps import renumbering
from analyzer.analysis.gate.merged_database import Harm, TakenAway, hidden_losses
from analyzer.analysis.gate.new_files import lying_in
from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.analysis.gate.rules.class_name import CLASS_MISMATCH
from analyzer.analysis.gate.rules.too_early import TOO_EARLY
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import Forecast
from analyzer.records import replace


def _check(review: Review) -> Iterator[Finding]:
    """Follow new files, apart from those that must run later than they would, or do not load."""
    change, squashes = review.change, review.squashes
    left_out = {squash.file.path for squash in squashes if squash.sound}
    left_out |= review.paths_with(TOO_EARLY.code, CLASS_MISMATCH.code)
    moves = {squash.file.path: renumbering(squash, change.fixes) for squash in squashes}
    for group in change.groups:
        pending = sorted(
            (file for file in lying_in(change.changes.added, group) if file.path not in left_out),
            key=lambda file: file.version,
        )
        if pending:
            world = change.merged_database(change.merged_with(pending[0]), pending)
            for harm in world.harm(pending):
                found = _fails(harm) if harm.fails else _destroys(harm.forecast, harm.maker)
                yield replace(found, steps=moves.get(found.path or "", ()))


def _fails(harm: Harm) -> Finding:
    forecast, file = harm.forecast, harm.forecast.file
    return HARM_FAILS.finding(
        what=f"{file.path} fails on every database that has the merged migrations",
        why=f"{forecast.because}{_made_by(harm.maker)}{_gone_by(harm.gone)}",
        fix=_way_out(harm),
        version=file.version.text,
        path=file.path,
        line=forecast.line,
    )


def _way_out(harm: Harm) -> str:
    gone = harm.gone
    if harm.maker is not None:
        return (
            "if its work is merged already, remove it; otherwise rename what it creates, or check "
            "first whether it exists (if_not_exists: true)"
        )
    if gone is None:
        return "correct the line: after all that is merged there is no such thing"
    after = f", and give the file a version after {gone.file.basename}"
    late = after if harm.forecast.file.version < gone.file.version else ""
    if gone.became is None:
        return f"leave out the line, or make in this migration what it needs{late}"
    return f"name it {gone.became}{late}"


def _gone_by(gone: TakenAway | None) -> str:
    if gone is None:
        return ""
    what = f"{gone.ref.kind} {gone.ref.name}"
    if gone.became is None:
        return f"; {gone.file.path} takes {what} away"
    return f"; {gone.file.path} renames {what} to {gone.became}"


def _destroys(forecast: Forecast, maker: MigrationFile | None) -> Finding:
    file = forecast.file
    losses = hidden_losses(forecast)
    return HARM_DESTROYS.finding(
        what=f"{file.path} destroys what its text does not say that it removes: "
        + "; ".join(loss.what for loss in losses),
        why="on every database that has the merged migrations the rows that are there are "
        f"lost, without a warning{_made_by(maker)}",
        fix="remove force: true, and create only what does not exist yet; if rows are meant to "
        "go, say so with drop_table or DELETE in a migration of its own",
        version=file.version.text,
        path=file.path,
        line=losses[0].line,
    )


def _made_by(maker: MigrationFile | None) -> str:
    return f"; {maker.path} makes it" if maker is not None else ""


HARM_FAILS = GateRule(
    code="MD319",
    name="fails-on-up-to-date-database",
    severity=Severity.ERROR,
    title="new migration fails on an up-to-date database",
    why="What it creates already exists, or what it needs does not.",
    fix="Remove it if its work is merged, or check first whether it exists.",
    bad="# merged\ncreate_table :songs\n# new\ncreate_table :songs",
    good="# merged\ncreate_table :songs\n# new\ncreate_table :songs, if_not_exists: true",
    check=_check,
)
HARM_DESTROYS = GateRule(
    code="MD320",
    name="destroys-unannounced",
    severity=Severity.ERROR,
    title="new migration destroys what its text does not say",
    why="`force: true` over a table that is there, or a drop before a create: rows are lost "
    "without a warning.",
    fix="Create only what does not exist yet.",
    bad="# merged\ncreate_table :songs\n# new\ncreate_table :songs, force: true",
    good="# merged\ncreate_table :songs\n# new\ncreate_table :songs, if_not_exists: true",
    check=_check,
)
