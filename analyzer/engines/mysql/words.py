"""Names and texts as words of MySQL's SQL."""

from analyzer.model.words.text import is_visible


def identifier(*parts: str) -> str:
    """Quote a name, database first."""
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts)


def literal(text: str | None) -> str:
    """Quote a text; what could end it, or hide in it, is written in hexadecimal digits.

    A backslash means something or nothing, as the session's sql_mode has it.
    """
    if text is None:
        return "NULL"
    if "\\" in text or not is_visible(text):
        return f"CONVERT(X'{text.encode('utf-8', 'surrogatepass').hex().upper()}' USING utf8mb4)"
    return "'" + text.replace("'", "''") + "'"


def shown_identifier(name: str) -> str:
    """Quote a name for people; what would not be seen is escaped."""
    from analyzer.model.words.text import visible

    return identifier(visible(name))


def shown_literal(text: str) -> str:
    """Quote a text for people; what would not be seen is written in hexadecimal digits."""
    return literal(text)
