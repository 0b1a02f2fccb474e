"""MySQL's SQL, read."""

import re

from analyzer.engines.mysql.dialect import DIALECT
from analyzer.model.effects.effect import Effect

_NOW = re.compile(r"\s*(?:NOW|LOCALTIME|LOCALTIMESTAMP)(?:\(\s*(\d?)\s*\))?\s*", re.IGNORECASE)


def parse_sql(text: str) -> tuple[Effect, ...]:
    """Read statements as effects; what cannot be read is opaque."""
    from analyzer.parsing.sql import statements

    return statements.parse_sql(text, DIALECT)


def canonical(text: str) -> str:
    """Write an expression in the one form in which two of one meaning are alike."""
    from analyzer.parsing.sql import canonical as forms

    now = _NOW.fullmatch(text)
    return forms.canonical(f"CURRENT_TIMESTAMP({now[1] or ''})" if now else text, DIALECT)
