"""Inflections that an application adds to Rails' own; what reads them loads where there are any."""

from collections.abc import Iterable, Sequence

_PLACES = (
    "config/environment.rb",
    "config/application.rb",
    "config/initializers/inflections.rb",
)
_SAYS = b"inflections"


def places(root: str) -> Sequence[str]:
    """Where Rails' guides and generators put them, and where Rails 2 had them."""
    return [f"{root}/{place}" if root else place for place in _PLACES]


def settle(contents: Iterable[bytes]) -> None:
    """Take in the rules of some files of the configuration, in their order."""
    import sys

    told = [content for content in contents if _SAYS in content]
    if told or "analyzer.parsing.ruby.inflection" in sys.modules:
        from analyzer.frameworks.rails.language.own_inflections import read_inflections
        from analyzer.parsing.ruby.inflection import settle as settle_inflections

        settle_inflections(read_inflections(told))
