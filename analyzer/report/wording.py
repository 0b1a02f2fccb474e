"""Small words that all formats share."""


def count(number: int, noun: str) -> str:
    """Say "1 migration" or "6 migrations"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def visible(text: str) -> str:
    """Show control characters and undecodable bytes as escapes: a name must not steer a screen."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
