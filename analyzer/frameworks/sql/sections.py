"""Texts whose comments say where the way up begins, and where the way down."""

import re

from analyzer.frameworks.sql.sql_language import Cut, SectionError, SqlSections, only


def marked(up: str, down: str, missing: str, no_transaction: str = r"\Z.") -> Cut:
    """Cut a text at lines that match; what stands before the first belongs to neither way.

    Args: up, down: patterns of such lines.  missing: what the tool says where there is none.
        no_transaction: a pattern in the line that begins the way up.
    """
    line = re.compile(rf"^(?:(?P<up>{up})|(?P<down>{down}))[^\n]*", re.MULTILINE)

    def cut(text: str) -> SqlSections:
        marks = list(line.finditer(text))
        if not marks:
            raise SectionError(missing)
        ends = [*(it.start() for it in marks[1:]), len(text)]
        parts = [(it, (it.start(), end)) for it, end in zip(marks, ends, strict=True)]
        up_text, down_text = (
            only(text, [part for it, part in parts if it[way]]) for way in ("up", "down")
        )
        alone = any(re.search(no_transaction, it[0]) for it in marks if it["up"])
        return SqlSections(up_text, down_text, transaction=not alone)

    return cut
