"""What was restored, compared with the manifest that says what it must hold."""

from analyzer.analysis.recovery.state_comparison import compare_states
from analyzer.analysis.recovery.state_pair import Comparison
from analyzer.model.recovery.backup import Content
from analyzer.model.recovery.checklist import Checklist
from analyzer.operations.backup.restoration import Restored


def compare_restored(restored: Restored, title: str, *, owners: bool = False) -> Checklist:
    """Compare table by table; ``owners`` says whether owners must be the same too."""
    manifest = restored.manifest
    some = manifest.wish.content is Content.TABLES
    how = Comparison(
        tables=frozenset(table.label for table in manifest.state.tables) if some else None,
        owners=owners,
        data=manifest.wish.content is not Content.SCHEMA_ONLY,
        mended=False,
        validated=False,
    )
    items = compare_states(manifest.state, restored.state, how, restored.gateway.engine)
    return Checklist(title, restored.state.identity.place, restored.state.taken_at, items)
