"""Sequences: none may give out a number that was given out before."""

from collections.abc import Collection, Sequence

from analyzer.analysis.recovery.state_pair import SHOWN, StatePair
from analyzer.engines.ports.scripts import Scripts
from analyzer.model.recovery.checklist import Item, failed, passed
from analyzer.model.schema.database_state import SequenceState
from analyzer.model.words.wording import count, listed


def compare_sequences(pair: StatePair, scripts: Scripts) -> tuple[Item, ...]:
    """Check sequences against their columns, and against where they stood.

    Args: scripts: writes the statement that lets one stand at a number.
    """
    known = (
        () if pair.how.mended else [one.label for one in pair.expected.sequences if one.is_behind]
    )
    ahead = _ahead_of_columns(pair.actual.sequences, known, scripts)
    return (ahead, *_further_back(pair, scripts)) if pair.how.whole else (ahead,)


def _ahead_of_columns(
    sequences: Sequence[SequenceState], known: Collection[str], scripts: Scripts
) -> Item:
    """Check that no sequence will give out a number that its column already has.

    Args:
        sequences: where they stand.
        known: labels of those that were behind already, which is told and not a fault.
    """
    late = [one for one in sequences if one.is_behind]
    new = [one for one in late if one.label not in known]
    if new:
        said = [
            f"{one.label} gives {one.next_value} next, {one.owner} has {one.highest}" for one in new
        ]
        return failed(
            "sequences",
            f"{count(len(new), 'sequence')} behind the column: {listed(said, SHOWN, '; ')}",
            why="the next INSERT fails with a duplicate key, or takes a number twice",
            fix="; ".join(scripts.set_sequence(one, one.highest) for one in new[:SHOWN]),
        )
    ahead = [one for one in sequences if one.owner and not one.is_behind]
    rest = f"; behind it as before: {listed([one.label for one in late], SHOWN)}" if late else ""
    return passed(
        "sequences", f"{count(len(ahead), 'sequence')} ahead of the columns they number{rest}"
    )


def _further_back(pair: StatePair, scripts: Scripts) -> tuple[Item, ...]:
    """Find sequences that stand where they stood before: no item where there are none."""
    there = {one.label: one for one in pair.actual.sequences}
    back = [
        one
        for one in pair.expected.sequences
        if one.label in there and one.is_further_than(there[one.label])
    ]
    if not back:
        return ()
    shown = back[:SHOWN]
    again = (scripts.set_sequence(one, one.last_value, called=one.called) for one in shown)
    item = failed(
        "sequence-values",
        f"{count(len(back), 'sequence')} further back than before: "
        f"{listed([one.label for one in back], SHOWN)}",
        why="numbers that were issued before would be issued again",
        fix="; ".join(again),
    )
    return (item,)
