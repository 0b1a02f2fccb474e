"""A walk through a Ruby file of Rails: the defaults of the version that it is written for."""

from analyzer.frameworks.rails.language.rails_rules import Rules
from analyzer.parsing.ruby.ruby_walk import MethodWalk


class RailsWalk(MethodWalk):
    """One walk. ``rules`` are the defaults of the version that the migration names."""

    rules: Rules = Rules(None)


def rules_of(walk: MethodWalk) -> Rules:
    """The defaults that hold in a walk: those of Rails 4.2 where no version is named."""
    return walk.rules if isinstance(walk, RailsWalk) else Rules(None)
