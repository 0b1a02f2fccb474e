"""The steps of a recovery for people: as a shell script, and as a page to read."""

from pathlib import Path

from analyzer.engines.postgresql.access.session import Gateway
from analyzer.model.recovery.recovery import Plan
from analyzer.operations.recovery.runbook_facts import read_reach
from analyzer.scripts.runbook.runbook import render_markdown, render_shell
from analyzer.services.unseen_characters import demand_seen
from analyzer.sources.files.private_files import private_folder, write_private


def write_runbook(plan: Plan, gateway: Gateway, folder: Path) -> tuple[Path, ...]:
    """Write the runbook of a plan, and return its files.

    Raises:
        RefusedError: a line would hold what a reader does not see.
    """
    reach = read_reach(gateway, plan)
    private_folder(folder)
    written = []
    for name, text in (("runbook.sh", render_shell(plan, reach)),
                       ("runbook.md", render_markdown(plan, reach))):  # fmt: skip
        demand_seen(text)
        write_private(folder / name, text)
        written.append(folder / name)
    return tuple(written)
