"""At which revision files were read, in words."""

from analyzer.model.core.migration import FileSet
from analyzer.model.words.text import visible
from analyzer.model.words.wording import count

SHORT = 10  # digits of a commit id that a reader needs


def at_revision(files: FileSet) -> str:
    """Say "at v1.2 (1a2b3c4)" of a commit, or "in the working tree"."""
    if files.commit is None:
        return f"in the {files.ref}"
    short = files.commit[:SHORT]
    if files.commit.startswith(files.ref):
        return f"at {short}"
    return f"at {visible(files.ref)} ({short})"


def where_from(files: FileSet) -> str:
    """The folders, the commit and the number of files, in a line."""
    folders = ", ".join(files.directories) or "the root"
    return f"{visible(folders)} {at_revision(files)}, {count(len(files.files), 'file')}"
