"""Text that cannot play tricks on its reader."""

_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_BYTES = {chr(0xDC00 + octet): f"\\x{octet:02x}" for octet in range(0x80, 0x100)}  # PEP 383


def visible(text: str) -> str:
    """Write control and other unprintable characters as escapes, so that text stays one line."""
    return text if text.isprintable() else "".join(map(_escape, text))


def _escape(character: str) -> str:
    if character.isprintable():
        return character
    known = _ESCAPES.get(character) or _BYTES.get(character)
    return known or character.encode("unicode_escape").decode("ascii")
