"""What tools answer of which each migration's own text tells its version."""

from collections.abc import Mapping

from analyzer.model.core.version import Version


class NoJournal:
    """The part of the port ``KeysInText`` about a file that tells the versions of all."""

    journal: str | None = None
    includes = False

    def listed(self, journal: bytes) -> Mapping[str, Version]:
        """There is no such file."""
        del journal
        return {}

    def is_broken(self, journal: bytes) -> bool:
        """There is none that could be."""
        del journal
        return False

    def relisted(self, journal: bytes, names: Mapping[str, tuple[str, Version]]) -> bytes | None:
        """There is no such file."""
        del journal, names
        return None
