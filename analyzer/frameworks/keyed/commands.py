"""What users of a tool that keys its rows by names type."""

from analyzer.frameworks.keyed.facts import Facts


class KeyedCommands:
    """The port ``Commands`` by a tool's facts. None of these tools dumps a schema."""

    dump = ""

    def __init__(self, facts: Facts) -> None:
        self.title = facts.title
        self.migrate = self.whole = facts.migrate

    def typed(self, command: str) -> str:
        """A command is typed as it is called."""
        return command

    def left_out(self, table: str) -> str:
        """What becomes of a table of ours: no schema file lists it."""
        return f"{self.title} keeps no schema file that would list {table}"
