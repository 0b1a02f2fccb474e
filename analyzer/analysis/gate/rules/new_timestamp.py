"""MD312 and MD313: a new migration's timestamp lies in the future, or is none."""

from collections.abc import Iterator
from datetime import UTC, datetime

from analyzer.analysis.diagnosis.findings.odd_timestamps import dated_too_late
from analyzer.analysis.gate.reviewed_change import Review
from analyzer.analysis.gate.rule import GateRule
from analyzer.model.findings.finding import Finding, Severity


def _check_form(review: Review) -> Iterator[Finding]:
    framework = review.change.framework
    for file in review.change.changes.added:
        digits = framework.numbering.odd_length(file.version)
        moment = framework.numbering.moment(file.version)
        if digits is None and (moment is None or _is_date(moment)):
            continue
        review.new.corrections[file.path].renumber = True
        yield MALFORMED.finding(
            what=f"{file.path} has {digits} digits where a timestamp has 14"
            if digits is not None
            else f"{file.path} has a timestamp that is not a date: {moment}",
            why="it sorts before or after all others, whatever its date"
            if digits is not None
            else f"{framework.commands.title} accepts it, but the next one that is generated "
            "may sort before it",
            fix="give it today's date",
            version=file.version.text,
            path=file.path,
            line=1,
        )


def _is_date(digits: str) -> bool:
    month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
    try:
        datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return False
    return True


def _check_date(review: Review) -> Iterator[Finding]:
    """A new version beyond tomorrow, unless the base already has one to come after."""
    change = review.change
    moment = change.framework.numbering.moment
    for file in dated_too_late(
        change.changes.added, change.sides.tip.files, change.tomorrow, moment
    ):
        review.new.corrections[file.path].renumber = True
        yield FUTURE.finding(
            what=f"{file.path} is dated in the future",
            why="every migration created before that date arrives late"
            f"{change.framework.preconditions.late}",
            fix="give it today's date",
            version=file.version.text,
            path=file.path,
            line=1,
        )


FUTURE = GateRule(
    code="MD312",
    name="new-migration-in-the-future",
    severity=Severity.WARNING,
    title="new migration dated in the future",
    why="Everything created before that date arrives late, and Rails 7.2 and newer may refuse it.",
    fix="Give it today's date.",
    bad="new: 20990101000000_create_songs.rb",
    good="new: 20250101000000_create_songs.rb",
    check=_check_date,
)
MALFORMED = GateRule(
    code="MD313",
    name="malformed-timestamp",
    severity=Severity.WARNING,
    title="new migration with a malformed timestamp",
    why="A timestamp has 14 digits and is a date. Of another length, it sorts before or "
    "after all others.",
    fix="Give it the current time. A note where only the date does not exist.",
    bad="new: 202501010000_create_songs.rb",
    good="new: 20250101000000_create_songs.rb",
    check=_check_form,
)
