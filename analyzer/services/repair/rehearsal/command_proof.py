"""The proof that a migrate command goes to the scratch database, before it runs.

Its tool is asked by the command that only looks, in the very surroundings of the migrate, with an
address in DATABASE_URL at which nobody is but us. Whoever does not come there would go elsewhere.
"""

import os
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.status_commands import StatusCommand, status_command
from analyzer.limits import SETTINGS_BYTES
from analyzer.model.plans.rehearsal import NOT_STARTED
from analyzer.model.secrets.redaction import blanked
from analyzer.model.words.text import visible
from analyzer.model.words.wording import enumerated
from analyzer.services.repair.rehearsal.asked_command import asked_command, is_of_all
from analyzer.services.repair.rehearsal.decoy import decoy_of
from analyzer.services.repair.rehearsal.migrate_command import CommandRun, run_until_met
from analyzer.sources.files.bounded import read_file

TRUST = "--trust-migrate-command"
_KNOWN = f"; if you know that it takes its database from DATABASE_URL alone, add {TRUST}"


class CommandProof:
    """What is known of one command in one place of the copy, before it runs there."""

    def __init__(self, framework: Framework, place: Path, folder: Path, url: str) -> None:
        self._framework, self._place, self._folder, self._url = framework, place, folder, url

    def demand(self, command: str) -> CommandRun | None:
        """Demand that it goes to the scratch database.

        Returns: how it ended, where there is no such command; else None.

        Raises:
            UsageError: nothing shows that it does.
        """
        status = status_command(self._framework.name)
        asked = asked_command(command, status) if status is not None else None
        if status is None or asked is None:
            raise self._unasked(command)
        with decoy_of(self._url, self._folder / "decoy") as decoy:
            if decoy is None:
                raise self._unasked(command)
            met, ended = run_until_met(asked, self._place, decoy, self._folder / "asked.log")
        if not met and ended.status in NOT_STARTED:
            return CommandRun(command, ended.status, ended.output)
        if not met:
            raise self._elsewhere(command, asked, status)
        self._demand_only_one(command, status)
        return None

    def _unasked(self, command: str) -> UsageError:
        title, whole = self._framework.commands.title, self._migrate
        return UsageError(
            f"nothing shows that --migrate-command {_said(command)} would migrate the copy, and "
            "not the real database: it was not run",
            why=f"only {title}'s own command, typed as such, can be asked first which database it "
            "uses",
            fix=f"type that, for example {whole}, with nothing after it{_KNOWN}"
            if status_command(self._framework.name) is not None
            else f"{title} has no read-only command{_KNOWN}",
        )

    def _elsewhere(self, command: str, asked: str, status: StatusCommand) -> UsageError:
        return UsageError(
            f"--migrate-command {_said(command)} does not use DATABASE_URL, and might migrate the "
            "real database: it was not run",
            why=f"{_said(asked)}, run on the copy first, did not ask the database that "
            "DATABASE_URL names",
            fix=f"{status.aimed}{'.' if status.aimed.endswith(')') else ''}{_KNOWN}",
        )

    def _demand_only_one(self, command: str, status: StatusCommand) -> None:
        """Of several databases DATABASE_URL stands for the main one only."""
        if self._framework.databases is None or not is_of_all(command, status):
            return
        reader = self._framework.databases()
        content = self._beside(reader.usual)
        if content is None or not reader.may_be_several(content):
            return
        variables = {**os.environ, "DATABASE_URL": self._url}
        found = reader.read(content, reader.usual, variables, self._beside)
        others = [visible(it.name or "") for it in found if it.name != reader.main]
        if len(found) > 1 and others:
            raise UsageError(
                f"--migrate-command {_said(command)} would migrate {enumerated(others)} as well, "
                "which has not been copied: it was not run",
                why=f"{reader.usual} has {len(found)} databases, and DATABASE_URL stands for "
                f"{reader.main} only",
                fix=f"migrate that one alone: {self._migrate}:{reader.main}",
            )

    @property
    def _migrate(self) -> str:
        """The command of this application that can be asked."""
        commands = self._framework.commands
        return commands.typed(commands.migrate, lambda name: (self._place / name).is_file())

    def _beside(self, path: str) -> bytes | None:
        """Another file of the application."""
        file = self._place / path
        return read_file(file, SETTINGS_BYTES, UsageError) if file.is_file() else None


def _said(command: str) -> str:
    return f"'{visible(blanked(command))}'"
