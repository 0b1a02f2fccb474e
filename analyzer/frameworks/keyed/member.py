"""A tool's facts as a framework."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.keyed.commands import TypedCommand
from analyzer.frameworks.keyed.facts import Facts
from analyzer.frameworks.keyed.language import KeyedLanguage
from analyzer.frameworks.keyed.names import KeyedFiles
from analyzer.frameworks.keyed.refusals import KeyedRefusals
from analyzer.frameworks.keyed.store import KeyedStore
from analyzer.frameworks.keyed.versions import KeyedVersions


def keyed(facts: Facts) -> Framework:
    """Bundle the ports of one tool."""
    versions = KeyedVersions(facts)
    return Framework(
        name=facts.name,
        files=KeyedFiles(facts, versions),
        numbering=versions,
        store=KeyedStore(facts),
        language=KeyedLanguage(facts),
        preconditions=KeyedRefusals(facts, versions),
        commands=TypedCommand(facts.title, facts.migrate),
    )
