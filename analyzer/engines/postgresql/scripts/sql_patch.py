"""A patch inside an SQL file, as a comment: psql passes over it, git apply finds it there."""

_COMMENT_MARKS = (b"/*", b"*/")
_ELSEWHERE = """\
--
-- The schema file is to change with the rows. Its text would end a comment of SQL, so that the
-- patch cannot stand here: migdoctor rewrite --format patch | git apply
"""
_HEAD = """\
/*
The rows above are one half; this is the other, for the repository: git apply THIS_FILE

"""


def with_patch(text: str, patch: bytes) -> str:
    """Append a patch to an SQL file; where its text could end the comment, say where to get it."""
    if any(mark in patch for mark in _COMMENT_MARKS):
        return text + _ELSEWHERE
    return f"{text}\n{_HEAD}{patch.decode('utf-8', 'surrogateescape')}*/\n"
