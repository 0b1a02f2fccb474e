"""Who else is connected to a database."""

from analyzer.records import Struct


class OtherSession(Struct, frozen=True):
    """Somebody else who is connected to a database."""

    pid: int
    user: str
    application: str
    client: str
    state: str

    def __str__(self) -> str:
        who = f"{self.user}{f' ({self.application})' if self.application else ''}"
        return f"{who} from {self.client}, {self.state}, process {self.pid}"
