"""Contents of migration files by blob id: from git, or from the working tree where git has none."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from analyzer.sources.git.git import Repository


def read_contents(
    repository: Repository, blobs: Iterable[str], loose: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """Read each blob once; ``loose`` holds the contents that are only in the working tree."""
    contents = {
        blob: loose[blob] if blob in loose else repository.read_blob(blob) for blob in set(blobs)
    }
    return MappingProxyType(contents)
