"""What the proposals of both repairs have in common."""

from analyzer.model.plans.plan import Refusal

NOTHING_TO_UNDO = Refusal(
    "there is nothing to repair here, so there is nothing whose inverse could be written; the undo "
    "belongs to a repair and is written before it is carried out",
    ("write it before the repair: the same command with --undo, on the state before",),
)
