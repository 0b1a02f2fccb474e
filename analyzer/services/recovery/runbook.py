"""The steps of a recovery for people: as a shell script, and as a page to read."""

from pathlib import Path

from analyzer.engines.sessions import Gateway
from analyzer.model.recovery.recovery import Plan
from analyzer.operations.recovery.runbook_facts import read_reach
from analyzer.services.unseen_characters import demand_seen
from analyzer.sources.files.private_files import private_folder, write_private


def write_runbook(plan: Plan, gateway: Gateway, folder: Path) -> tuple[Path, ...]:
    """Write the runbook of a plan, and return its files.

    Raises:
        RefusedError: a line would hold what a reader does not see.
    """
    reach, scripts = read_reach(gateway, plan), gateway.engine.scripts
    private_folder(folder)
    written = []
    for name, text in (
        ("runbook.sh", scripts.render_shell(plan, reach)),
        ("runbook.md", scripts.render_markdown(plan, reach)),
    ):
        demand_seen(text)
        write_private(folder / name, text)
        written.append(folder / name)
    return tuple(written)
