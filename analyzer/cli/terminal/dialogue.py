"""The dialogue of a service with whoever sits at the terminal, or with --yes."""

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.cli.terminal.console import deliver, say, with_place
from analyzer.cli.terminal.screen import screen
from analyzer.cli.terminal.stream import is_terminal
from analyzer.report.artefact import ArtefactKind

if TYPE_CHECKING:
    from analyzer.cli.terminal.progress import Watcher
    from analyzer.model.core.messages import Message


class TerminalDialogue:
    """Tells on standard error and asks there; ``yes`` answers every question."""

    def __init__(self, *, yes: bool = False, declined: str = "Nothing was changed.") -> None:
        self._yes, self._declined = yes, declined

    @property
    def attended(self) -> bool:
        """Whether there is a terminal to ask at."""
        from analyzer.cli.terminal.question import can_ask

        return can_ask()

    @cached_property
    def progress(self) -> "Watcher":
        """Who watches work that takes long; nearly no command has any."""
        from analyzer.cli.terminal.progress import Watcher

        return Watcher()

    def tell(self, message: "Message", environment: str | None = None) -> None:
        """Write a message; what belongs there goes to standard output."""
        if isinstance(message, str):
            from analyzer.cli.terminal.question import told_in_lines

            say(told_in_lines(with_place(message, environment)))
            return
        from analyzer.model.core.messages import OutputText, PlanPreview

        if isinstance(message, OutputText):
            deliver(message.text, kind=ArtefactKind.CODE if message.code else ArtefactKind.TEXT)
        elif isinstance(message, PlanPreview) and is_terminal(sys.stderr):
            from analyzer.cli.terminal.painted import painted

            say(painted(message.summary, colour=screen(sys.stderr).colour))
        else:
            from analyzer.report.messages import render_message

            if told := render_message(message, screen(sys.stderr).width):
                say(with_place(told, environment))

    def demand_answer(self, command: str) -> None:
        """Refuse early where nobody could answer, and --yes did not.

        Raises:
            UsageError: there is no terminal to ask at.
        """
        if not self._yes:
            from analyzer.cli.terminal.question import demand_terminal

            demand_terminal(command)

    def ask(self, question: str) -> bool:
        """Ask, unless --yes answered.

        Raises:
            UsageError: there is nobody to ask.
        """
        if self._yes:
            return True
        from analyzer.cli.terminal.question import ask

        return ask(question, self._declined)
