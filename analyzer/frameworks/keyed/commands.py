"""What users of a tool type that has one command to migrate."""

from collections.abc import Callable


class TypedCommand:
    """The port ``Commands``. None of these tools dumps a schema."""

    dump = ""

    def __init__(self, title: str, migrate: str, records: str = "", makes: str = "") -> None:
        self.title, self.records, self.makes = title, records, makes
        self.migrate = self.whole = migrate

    def typed(self, command: str, _has: Callable[[str], bool]) -> str:
        """A command is typed as it is called."""
        return command

    def startable(self, _has: Callable[[str], bool]) -> bool:
        """Whatever these tools start from is not looked for."""
        return True

    def left_out(self, table: str) -> str:
        """What becomes of a table of ours: no schema file lists it."""
        return f"{self.title} keeps no schema file that would list {table}"
