"""A repair with its follow-up, carried out in memory where a pending migration needs it."""

from typing import TYPE_CHECKING

from analyzer.frameworks.path_names import name_at
from analyzer.model.core.blob import blob_id
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.findings.follow_up import FollowUp
from analyzer.model.findings.next_steps import Action, InPlaceRepair, NextMigrate
from analyzer.model.plans.plan import FilePlan, RowPlan
from analyzer.records import replace
from analyzer.workflow.forecast.fix_check import FixCheck
from analyzer.workflow.next_steps.repair_paths import draft_of, path_by
from analyzer.workflow.repair.following_up import placed_for

if TYPE_CHECKING:
    from analyzer.workflow.next_steps.next_steps import Recommender


def with_follow_up(
    way: InPlaceRepair, action: Action, plan: FilePlan | RowPlan, known: "Recommender"
) -> InPlaceRepair:
    """A way with its steps, the follow-up among them, and with the migrate after both."""
    if known.follow_up is None:
        return way
    found, migrate = tried_with(known.check, known.follow_up, action, way.migrate)
    draft = draft_of(known.done, found)
    return replace(way, migrate=migrate, path=path_by(known.done, plan, migrate, draft))


def tried_with(
    check: FixCheck, found: FollowUp, action: Action, migrate: NextMigrate | None
) -> tuple[FollowUp, NextMigrate | None]:
    """The follow-up at its place after a repair, and the migrate after both.

    Behind all others it is not tried: it asks the database what is there. Where a pending migration
    needs it, that one's fate depends on it.

    Args:
        action: the repair.
        migrate: the one after the repair alone.
    """
    renumbered = {path: after.version for path, after in action.moved}
    placed = placed_for(found, check.inference, renumbered)
    drafted = as_file(check, placed) if placed.needed_by else None
    if drafted is None or migrate is None:
        return placed, migrate
    after = check.judge(replace(action, added=(*action.added, drafted))).migrate
    runs = tuple(it for it in after.runs if it.path != drafted.path)
    return placed, replace(after, runs=runs)  # the follow-up is told of by itself


def as_file(check: FixCheck, placed: FollowUp) -> MigrationFile | None:
    """The draft as a file among the others, so that what it does can be predicted."""
    writer, files = check.framework.writer, check.framework.files
    name = name_at(files, placed.path)
    if writer is None or not isinstance(name, MigrationName):
        return None
    text = writer.draft(placed, "").encode()
    blob = blob_id(text, length=len(check.now.state.files.files[0].blob))
    check.inference.past_files.texts.remember(blob, text)
    return MigrationFile(placed.path, name, blob)
