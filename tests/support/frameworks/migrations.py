"""Migrations in memory, from a few lines of Ruby each."""

from analyzer.frameworks.integer_versions import read as version_of
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.frameworks.rails.names import camelize
from analyzer.model.findings.schema_state import ReadMigration

FOLDER = "db/migrate"


def ruby(slug: str, *body: str, method: str = "change", rails: str = "[7.0]") -> str:
    """A migration's text."""
    inside = "\n".join(f"    {line}" for line in body)
    return (
        f"class {camelize(slug)} < ActiveRecord::Migration{rails}\n"
        f"  def {method}\n{inside}\n  end\nend\n"
    )


def read(**bodies: str) -> list[ReadMigration]:
    """Migrations in order: each name is a slug, each value its body; versions count from 1."""
    return [
        written(str(number), slug, *body.split("\n"))
        for number, (slug, body) in enumerate(bodies.items(), start=1)
    ]


def written(version: str, slug: str, *body: str) -> ReadMigration:
    """One migration, parsed."""
    text = ruby(slug, *body)
    return ReadMigration(
        version_of(version), f"{FOLDER}/{version}_{slug}.rb", parse_ruby(text.encode())
    )
