"""What to do next, as a report says it."""

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.model.text import visible
from analyzer.report.terminal_groups import Groups
from analyzer.report.terminal_layout import Layout


@dataclass(frozen=True, slots=True)
class StepsPart:
    """The steps out of what diverged; ``migrate`` is the command to keep away from."""

    groups: Groups
    layout: Layout
    migrate: str

    def numbered(self) -> str:
        """List the steps under their title; empty where there is nothing to do."""
        steps = list(self._steps())
        if not steps:
            return ""
        numbered = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
        return "\n".join([self.layout.heading("What to do next"), *numbered])

    def _steps(self) -> Iterator[str]:
        if not (self.groups.again or self.groups.doubled or self.groups.reused or self.groups.open):
            return
        yield self._step(f"Stop deploys: do not run {self.migrate} on this database.")
        if self.groups.open:
            yield self._step("Settle what is ambiguous with --accept, --reject or --deployed.")
        files = ("migdoctor rename-back > fix.sh", "files get their old names; rows stay")
        rows = ("migdoctor rewrite > fix.sql", "rows get the new versions; files stay")
        moved = bool(self.groups.again) or any(row.rename is not None for row in self.groups.reused)
        ways = [files, rows] if moved else [rows] if self.groups.doubled else []
        if ways:
            lines = [f"     {command:<34}{does}" for command, does in ways]
            yield "\n".join(["Mend it" + (" one way or the other:" if ways[1:] else ":"), *lines])
        for row in self.groups.reused:
            if row.rename is None:
                yield self._step(
                    f"Give {visible(row.now.basename)} a version of its own, so that it runs."
                )
        yield self._step("Run migdoctor diagnose again: it must say that nothing diverged.")

    def _step(self, text: str) -> str:
        return self.layout.hang(text, 3)
