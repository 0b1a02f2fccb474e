"""The commands of dbmate, as users type them."""

title = "dbmate"
migrate = "dbmate up"
dump = "dbmate dump"
whole = "dbmate up"


def typed(command: str) -> str:
    """A command is typed as it is called."""
    return command
