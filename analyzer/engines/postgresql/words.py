"""Names and texts as words of SQL; nothing in them is ever run."""


def identifier(*parts: str) -> str:
    """Quote a name, schema first."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str | None) -> str:
    """Quote a text, with standard_conforming_strings on; None is NULL."""
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"
