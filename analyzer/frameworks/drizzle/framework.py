"""Drizzle: ``drizzle.__drizzle_migrations(id, hash, created_at)``; the greatest moment counts."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.drizzle.names import DrizzleFiles, DrizzleKeys
from analyzer.frameworks.drizzle.preconditions import DrizzleRefusals
from analyzer.frameworks.drizzle.versions import DrizzleVersions
from analyzer.frameworks.keyed.commands import TypedCommand
from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.frameworks.numbered.store import NumberedStore
from analyzer.frameworks.sql.sql_language import SqlLanguage, whole_text

_FACTS = NumberedFacts(
    name="drizzle",
    title="Drizzle",
    table="__drizzle_migrations",
    schema="drizzle",
    column="created_at",
    folders=("drizzle",),
    form="",
    written="",
    suffixes=(".sql",),
    example="0001_create_songs.sql",
    migrate="npx drizzle-kit migrate",
    makes="npx drizzle-kit generate --custom --name {name}",
    source="drizzle-orm 0.45, migrator.ts and pg-core/dialect.ts",
    no_insert="its row needs a hash of Drizzle's own, and makes it pass over all that is older",
)
FRAMEWORK = Framework(
    name="drizzle",
    files=DrizzleFiles(),
    numbering=DrizzleVersions(),
    store=NumberedStore(_FACTS),
    language=SqlLanguage(whole_text),
    preconditions=DrizzleRefusals(),
    commands=TypedCommand(_FACTS.title, _FACTS.migrate, makes=_FACTS.makes),
    keys=DrizzleKeys(),
)
