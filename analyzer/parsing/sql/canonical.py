"""One form for expressions that an engine takes for the same, however they are written."""

import re

from analyzer.parsing.sql.dialect import Dialect

_LONGEST = 20_000  # characters; longer expressions are compared as they are written


def canonical(text: str, dialect: Dialect) -> str:
    """Bring an expression, or a list of index columns, into its one form. Total.

    Quotes of names, upper and lower case, needless parentheses and blanks go; what cannot be read
    keeps its words.
    """
    from analyzer.parsing.sql.parsed import UnknownStatementError, parsed

    if len(text) <= _LONGEST:
        try:
            node = parsed(f"SELECT {text}", dialect)
            return ", ".join(_form(it, dialect) for it in node.expressions)
        except (UnknownStatementError, RecursionError):
            pass
    return " ".join(re.findall(r"\w+|[^\w\s()]", text.lower()))


def _form(node: object, dialect: Dialect) -> str:
    from sqlglot import exp

    def plain(part: exp.Expression) -> exp.Expression:
        if isinstance(part, exp.Paren):
            inner: exp.Expression = part.this.transform(plain)
            return inner
        if isinstance(part, exp.Identifier):
            return exp.to_identifier(part.name.lower(), quoted=False)
        if isinstance(part, exp.Column):
            return exp.column(part.name.lower())
        return part

    if not isinstance(node, exp.Expression):
        return str(node)
    return node.transform(plain).sql(dialect=dialect.name, normalize_functions="lower")
