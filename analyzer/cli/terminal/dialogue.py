"""The dialogue of a service with whoever sits at the terminal, or with --yes."""

import sys

import click

from analyzer.cli.terminal.console import deliver, for_people, say
from analyzer.cli.terminal.progress import Watcher
from analyzer.cli.terminal.screen import screen
from analyzer.errors import UsageError
from analyzer.model.core.messages import Message, OutputText
from analyzer.report.artefact import Kind


class TerminalDialogue:
    """Tells on standard error and asks there; ``yes`` answers every question."""

    def __init__(self, *, yes: bool = False) -> None:
        self.progress = Watcher()
        self._yes = yes

    def tell(self, message: Message) -> None:
        """Write a message; what belongs there goes to standard output."""
        if isinstance(message, str):
            say(message)
        elif isinstance(message, OutputText):
            deliver(message.text, kind=Kind.CODE if message.code else Kind.TEXT)
        else:
            from analyzer.report.messages import render_message

            told = render_message(message, screen(sys.stderr).width)
            if told:
                say(told)

    def demand_answer(self, command: str) -> None:
        """Refuse early where nobody could answer.

        Raises:
            UsageError: neither is there a terminal to ask at, nor was --yes given.
        """
        if self._yes or _terminal():
            return
        raise UsageError(
            f"{command} asks before it changes anything, and there is no terminal to ask at",
            why="standard input or standard error is a file or a pipe, as in a script or in CI",
            fix="pass --yes if it may go ahead; see with --dry-run what it would do",
        )

    def ask(self, question: str) -> bool:
        """Ask, unless --yes answered; only y and yes mean yes.

        Raises:
            UsageError: there is nobody to ask, and the question was not known early enough for
                ``demand_answer``.
        """
        if self._yes:
            return True
        if not _terminal():
            raise UsageError(
                f"nobody can be asked: {question}",
                why="standard input or standard error is no terminal",
                fix="look at what is shown above, then run it again with --yes",
            )
        answer = click.prompt(for_people(question), default="no", show_default=False,
                              prompt_suffix=" [y/N] ", err=True)  # fmt: skip
        agreed = str(answer).strip().lower() in ("y", "yes")
        if not agreed:
            say("Nothing was changed.")
        return agreed


def _terminal() -> bool:
    streams = (sys.stdin, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)
