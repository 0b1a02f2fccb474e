"""Whom a service talks to: it asks before it changes anything, and tells what it does."""

from typing import Protocol

from analyzer.model.core.messages import Message
from analyzer.model.core.progress import Progress, Silent


class Dialogue(Protocol):
    """Somebody who answers and listens. A service calls nobody else about what it does."""

    @property
    def progress(self) -> Progress:
        """Who watches work that takes long."""

    @property
    def attended(self) -> bool:
        """Whether somebody, and not an option, answers."""

    def tell(self, message: Message, environment: str | None = None) -> None:
        """Take note of a message. Args: environment: whose it is, of several."""

    def demand_answer(self, command: str) -> None:
        """Make sure, before any work is done, that a question of this command can be answered.

        Raises:
            UsageError: nobody could answer.
        """

    def ask(self, question: str) -> bool:
        """Answer a question that a change depends on; False where nothing may be changed.

        Raises:
            UsageError: nobody can answer.
        """


class Unattended:
    """Gives one answer to every question, and keeps what it is told; for programs."""

    def __init__(self, *, answer: bool, progress: Progress | None = None) -> None:
        self.progress: Progress = progress or Silent()
        self.attended = True
        self.messages: list[Message] = []
        self.questions: list[str] = []
        self._answer = answer

    def tell(self, message: Message, environment: str | None = None) -> None:
        """Keep the message."""
        del environment
        self.messages.append(message)

    def demand_answer(self, command: str) -> None:
        """See `Dialogue.demand_answer`: there is always an answer."""

    def ask(self, question: str) -> bool:
        """Keep the question, and answer it."""
        self.questions.append(question)
        return self._answer
