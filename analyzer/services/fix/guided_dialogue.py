"""What the guide hears of the services whose steps it takes."""

from analyzer.model.core.messages import Message, RestOfPath
from analyzer.model.core.progress import Progress
from analyzer.services.dialogue import Dialogue


class WithoutRest:
    """The dialogue, without what services say of the rest of the path: the guide knows it."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self.attended = dialogue.attended
        self.environment: str | None = None  # the one of several that a step is about

    @property
    def progress(self) -> Progress:
        """See `Dialogue.progress`."""
        return self._dialogue.progress

    def tell(self, message: Message, environment: str | None = None) -> None:
        """See `Dialogue.tell`."""
        if not isinstance(message, RestOfPath):
            self._dialogue.tell(message, environment or self.environment)

    def demand_answer(self, command: str) -> None:
        """See `Dialogue.demand_answer`."""
        self._dialogue.demand_answer(command)

    def ask(self, question: str) -> bool:
        """See `Dialogue.ask`."""
        return self._dialogue.ask(question)
