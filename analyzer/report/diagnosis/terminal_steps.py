"""What to do next, as a report says it: only what was carried out in memory first."""

from collections.abc import Iterator

from analyzer.model.core.text import visible
from analyzer.model.core.wording import count
from analyzer.model.findings.recommendation import (
    FILES_SCRIPT,
    ROWS_SCRIPT,
    InPlaceRepair,
    NextMigrate,
    Recommendations,
)
from analyzer.records import Struct
from analyzer.report.diagnosis.terminal_groups import Groups
from analyzer.report.diagnosis.terminal_layout import ScreenLayout


class StepsPart(Struct, frozen=True):
    """The steps out of what diverged; ``migrate`` is the command to keep away from."""

    groups: Groups
    recommendations: Recommendations
    layout: ScreenLayout
    migrate: str

    def numbered(self) -> str:
        """List the steps under their title; empty where there is nothing to do."""
        steps = list(self._steps())
        if not steps:
            return ""
        numbered = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
        return "\n".join([self.layout.heading("What to do next"), *numbered])

    def _steps(self) -> Iterator[str]:
        recommendations = self.recommendations
        ways = [way for way in (recommendations.files, recommendations.rows) if way.open]
        mending = ways or recommendations.steps or self.groups.open
        withheld = self._withheld()
        if not (mending or recommendations.migrate.certain or withheld):
            return
        yield self._step(f"Stop deploys: do not run {self.migrate} on this database.")
        if mending and recommendations.note:
            yield self._step(visible(recommendations.note))
        if self.groups.open:
            yield self._step("Settle what is ambiguous with --accept, --reject or --deployed.")
        for step in recommendations.steps:
            command = f"\n     {visible(step.command)}" if step.command else ""
            yield self._step(f"{visible(step.says)}:") + command
        if ways:
            yield self._ways()
        if not mending and withheld:
            yield self._step(f"No repair is safe yet: {visible(withheld)}.")
        elif not mending:
            yield self._step(
                f"It must not run as it is: {visible(recommendations.migrate.because)}."
            )
        if not mending:
            return
        yield self._step("Run migdoctor diagnose again: it must say that nothing diverged.")
        for way in ways[:1]:
            yield from self._afterwards(way)

    def _withheld(self) -> str | None:
        """Say why the renames cannot be repaired yet."""
        if not (self.groups.again or self.groups.reused):
            return None
        ways = (self.recommendations.rows, self.recommendations.files)
        return None if any(way.open for way in ways) else ways[0].refused or ways[1].refused

    def _ways(self) -> str:
        files, rows = self.recommendations.files, self.recommendations.rows
        asked, asked_of_rows = self._asked()
        by_hand = self.recommendations.scripts
        told = [
            (
                files,
                f"rename-back{asked} > {FILES_SCRIPT}",
                by_hand.files,
                "files get their old names; rows stay",
            ),
            (
                rows,
                f"rewrite{asked_of_rows} > {ROWS_SCRIPT}",
                by_hand.rows,
                "rows get the new versions; files stay",
            ),
        ]
        ways = [
            [f"{does}:", f"migdoctor {write}", visible(run)]
            for way, write, run, does in told
            if way.open
        ]
        title = "Repair it:" if not ways[1:] else "Repair it one way or the other:"
        starts = ["either, ", "or, "] if ways[1:] else [""]
        lines = [
            f"     {line}"
            for start, (does, *commands) in zip(starts, ways, strict=True)
            for line in (f"{start}{does}", *(f"  {command}" for command in commands))
        ]
        if self.recommendations.draft:
            draft = self.recommendations.draft
            lines.append(
                f"     Files were edited too: {draft} is the draft of what the\n"
                "     repair would hide; deploy it afterwards."
            )
        return "\n".join([title, *lines])

    def _asked(self) -> tuple[str, str]:
        """The options of either way; the rewrite of a fleet writes no draft."""
        told, draft = self.recommendations, ""
        if told.draft:
            draft = f" --follow-up {told.draft}"
        asked = f" {told.asked}{draft}" if told.asked else draft
        return asked, f" {told.of_fleet}" if told.of_fleet else asked

    def _afterwards(self, way: InPlaceRepair) -> Iterator[str]:
        """The migrate after a repair is a recommendation of its own."""
        migrate = way.migrate
        if migrate is None or not (migrate.runs or not migrate.safe):
            return
        if migrate.safe:
            number = count(len(migrate.runs), "migration")
            yield self._step(f"Then {self.migrate} may run: {number} never ran{_removes(migrate)}.")
            return
        settle = f" To settle it: {visible(migrate.settle)}." if migrate.settle else ""
        yield self._step(
            f"Do not run {self.migrate} yet even then: {visible(migrate.because)}.{settle}"
        )

    def _step(self, text: str) -> str:
        return self.layout.hang(text, 3)


def _removes(migrate: NextMigrate) -> str:
    said = "; ".join(f"{loss.file.basename} {loss.what}" for loss in migrate.announced)
    return f"; it removes what they say: {visible(said)}" if said else ""
