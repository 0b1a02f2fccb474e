"""A tool's facts as a framework."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.keyed.commands import TypedCommand
from analyzer.frameworks.keyed.facts import Facts
from analyzer.frameworks.keyed.language import KeyedLanguage
from analyzer.frameworks.keyed.names import KeyedFiles
from analyzer.frameworks.keyed.preconditions import KeyedRefusals
from analyzer.frameworks.keyed.store import KeyedStore
from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.frameworks.ports.language import Language


def keyed(facts: Facts, language: Language | None = None) -> Framework:
    """Bundle the ports of one tool. Args: language: of one whose migrations are SQL."""
    versions = KeyedVersions(facts)
    return Framework(
        name=facts.name,
        files=KeyedFiles(facts, versions),
        numbering=versions,
        store=KeyedStore(facts),
        language=language or KeyedLanguage(facts),
        preconditions=KeyedRefusals(facts, versions),
        commands=TypedCommand(facts.title, facts.migrate, facts.records, facts.makes),
    )
