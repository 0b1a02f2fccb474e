"""At which revision files were read, in words."""

from analyzer.model.core.migration import FileSet
from analyzer.model.core.text import visible

SHORT = 10  # digits of a commit id that a reader needs


def at_revision(files: FileSet) -> str:
    """Say "at v1.2 (1a2b3c4)" of a commit, or "in the working tree"."""
    if files.commit is None:
        return f"in the {files.ref}"
    short = files.commit[:SHORT]
    if files.commit.startswith(files.ref):
        return f"at {short}"
    return f"at {visible(files.ref)} ({short})"
