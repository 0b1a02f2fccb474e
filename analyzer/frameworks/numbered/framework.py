"""A tool's facts as a framework."""

from analyzer.frameworks import integer_versions as versions
from analyzer.frameworks.base import Framework
from analyzer.frameworks.keyed.commands import TypedCommand
from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.frameworks.numbered.names import NumberedNames
from analyzer.frameworks.numbered.preconditions import NumberedRefusals
from analyzer.frameworks.numbered.store import NumberedStore
from analyzer.frameworks.ports.language import Language
from analyzer.frameworks.ports.store import Store


def numbered(facts: NumberedFacts, language: Language, store: Store | None = None) -> Framework:
    """Bundle the ports of one tool. Args: store: where the facts do not tell all of it."""
    return Framework(
        name=facts.name,
        files=NumberedNames(facts),
        numbering=versions,
        store=store or NumberedStore(facts),
        language=language,
        preconditions=NumberedRefusals(facts),
        commands=TypedCommand(facts.title, facts.migrate, makes=facts.makes),
    )
