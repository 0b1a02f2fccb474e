"""The review of a change: every rule's findings, what of them is allowed, in one order."""

from collections.abc import Iterable, Iterator, Sequence

from analyzer.analysis.gate.allowed_findings import (
    allow_recorded,
    apply_allowances,
    with_severities,
)
from analyzer.analysis.gate.fix_steps import command_of, deletions_together
from analyzer.analysis.gate.reviewed_change import Review, ReviewedChange
from analyzer.analysis.gate.rule import GateRule
from analyzer.analysis.gate.rules.allowance import WITHOUT_REASON
from analyzer.analysis.gate.rules.registry import ABOUT_MERGED, ABOUT_NEW
from analyzer.model.findings.finding import Finding, SeverityByCode
from analyzer.model.gate.gate import Allowed, Squash
from analyzer.records import Struct, replace


class GateVerdict(Struct, frozen=True):
    """The findings of a review, without those that the team allows."""

    findings: tuple[Finding, ...]
    allowed: tuple[Allowed, ...]


def review(change: ReviewedChange, severities: SeverityByCode) -> GateVerdict:
    """Find everything, then take out what is allowed; errors come first."""
    squashes = _squashes(change)
    if squashes:
        from analyzer.analysis.gate.squash_detection import without_squashed

        change = replace(change, changes=without_squashed(change.changes, squashes))
    kept = _find_all(Review(change, squashes))
    allowed: list[Allowed] = []
    numbering = change.framework.numbering
    for _, recorded in change.recorded:
        kept, by_record = allow_recorded(kept, change.changes.moved, recorded, numbering)
        allowed += by_record
    kept, by_comment = apply_allowances(kept, change.allowances, change.fixes)
    ranked = sorted(with_severities(kept, severities), key=_rank)
    together = deletions_together(each.steps for each in ranked)
    whole = (replace(each, steps=together.get(each.steps, each.steps)) for each in ranked)
    told = (replace(each, command=command_of(each.steps)) for each in whole)
    return GateVerdict(tuple(told), (*allowed, *by_comment))


def _rank(finding: Finding) -> tuple[bool, int]:
    """Errors first; but before them allowances, as other commands give their file another name."""
    severities = ("error", "warning", "note")
    return finding.code != WITHOUT_REASON.code, severities.index(finding.severity)


def _find_all(under_review: Review) -> list[Finding]:
    about_merged = list(_checked(under_review, ABOUT_MERGED))
    about_new = list(_checked(under_review, ABOUT_NEW))
    return [*about_merged, *under_review.new.commanded(about_new)]


def _checked(under_review: Review, steps: Iterable[Sequence[GateRule]]) -> Iterator[Finding]:
    """Run the checks of each step; the findings of one step are sorted by file."""
    head, added = under_review.change.sides.head, under_review.change.changes.added
    paths = [*(one.path for one in head.ignored), *(file.path for file in added)]
    place = {path: at for at, path in enumerate(paths)}
    for rules in steps:
        checks = dict.fromkeys(rule.check for rule in rules)
        found = [finding for check in checks for finding in check(under_review)]
        if len(checks) > 1:
            found.sort(key=lambda finding: place.get(finding.path or "", len(place)))
        under_review.found += found
        yield from found


def _squashes(change: ReviewedChange) -> list[Squash]:
    """New files that hold what deleted ones did; contents are read only where both are there."""
    changes = change.changes
    if not changes.deleted or not (changes.added or changes.moved):
        return []
    from analyzer.analysis.gate.squash_detection import (
        find_squashes,  # with the whole of the prediction
    )

    return find_squashes(
        changes,
        lambda files: change.merged_database(change.merged_with(files[0]), files),
        change.texts.parsed,
    )
