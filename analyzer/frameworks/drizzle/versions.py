"""Drizzle's versions: the moment in the journal, in milliseconds since 1970."""

from analyzer.frameworks import integer_versions as base
from analyzer.model.core.version import Version


class DrizzleVersions:
    """The port ``Numbering`` of Drizzle: integers, of which none is odd."""

    form = "a moment in milliseconds, as the journal has it"
    is_listed = staticmethod(base.is_listed)
    read = staticmethod(base.read)
    typed = staticmethod(base.typed)
    bare = staticmethod(base.bare)
    respelled = staticmethod(base.respelled)
    distance = staticmethod(base.distance)
    step = staticmethod(base.step)
    next_free = staticmethod(base.next_free)
    newest_of_all = staticmethod(base.newest_of_all)
    last_as_wide = staticmethod(base.last_as_wide)
    issue = staticmethod(base.issue)
    plain = staticmethod(base.plain)
    plain_numbers = staticmethod(base.plain_numbers)

    def moment(self, version: Version) -> str | None:
        """It is counted, not written as a date."""
        del version
        return None

    def odd_length(self, version: Version) -> int | None:
        """No length is odd."""
        del version
        return None
