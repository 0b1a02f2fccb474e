"""MD319 and MD320: a new migration, followed on a database that has all that is merged."""

from collections.abc import Iterator

from analyzer.analysis.gate.fix_steps import renumbering
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
                told = _fails if harm.fails else _destroys
                found = told(harm.forecast, harm.maker)
                yield replace(found, steps=moves.get(found.path or "", ()))


def _fails(forecast: Forecast, maker: MigrationFile | None) -> Finding:
    file = forecast.file
    return HARM_FAILS.finding(
        what=f"{file.path} fails on every database that has the merged migrations",
        why=f"{forecast.because}{_made_by(maker)}",
        fix="if its work is merged already, take it away; else give what it makes another "
        "name, or ask first whether it is there (if_not_exists: true)",
        version=file.version.text,
        path=file.path,
        line=forecast.line,
    )


def _destroys(forecast: Forecast, maker: MigrationFile | None) -> Finding:
    file = forecast.file
    losses = [loss for loss in forecast.losses if not loss.announced]
    return HARM_DESTROYS.finding(
        what=f"{file.path} destroys what its text does not say that it removes: "
        + "; ".join(loss.what for loss in losses),
        why="on every database that has the merged migrations the rows that are there are "
        f"lost, without a warning{_made_by(maker)}",
        fix="take force: true out, and make only what is not there yet; if rows are meant to "
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
    why="What it makes is there already, or what it needs is not.",
    fix="Take it away if its work is merged, or ask first whether it is there.",
    bad="# merged\ncreate_table :songs\n# new\ncreate_table :songs",
    good="# merged\ncreate_table :songs\n# new\ncreate_table :songs, if_not_exists: true",
    check=_check,
)
HARM_DESTROYS = GateRule(
    code="MD320",
    name="destroys-unannounced",
    severity=Severity.ERROR,
    title="new migration destroys what its text does not say",
    why="`force: true` over a table that is there, a drop before a create, an "
    "overwriting update: rows are lost without a warning.",
    fix="Make only what is not there yet.",
    bad="# merged\ncreate_table :songs\n# new\ncreate_table :songs, force: true",
    good="# merged\ncreate_table :songs\n# new\ncreate_table :songs, if_not_exists: true",
    check=_check,
)
