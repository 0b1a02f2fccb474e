"""Prisma: ``_prisma_migrations(id, checksum, finished_at, migration_name, ...)``."""

from analyzer.frameworks.base import Framework
from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.keyed.framework import keyed
from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.frameworks.prisma.names import PrismaFiles
from analyzer.frameworks.prisma.preconditions import PrismaRefusals
from analyzer.frameworks.prisma.store import PrismaStore
from analyzer.frameworks.sql.sql_language import SqlLanguage, one_message
from analyzer.model.plans.migration_lock import MigrationLock
from analyzer.records import replace

_FACTS = Facts(
    name="prisma",
    title="Prisma",
    table="_prisma_migrations",
    column="migration_name",
    folders=("prisma/migrations", "migrations"),
    suffixes=(".sql",),
    script=Script.SQL,
    sign="",
    example="20250823000001_create_songs/migration.sql",
    records="npx prisma migrate resolve --applied",
    migrate="npx prisma migrate deploy",
    source="prisma 6.19.3",
    unique_names=False,
    lock=MigrationLock("Prisma", constant=72707369),
    lost_file="no command of Prisma takes it back",
)
_VERSIONS = KeyedVersions(_FACTS)
FRAMEWORK: Framework = replace(
    keyed(_FACTS, SqlLanguage(one_message)),
    files=PrismaFiles(_FACTS, _VERSIONS),
    numbering=_VERSIONS,
    store=PrismaStore(_FACTS),
    preconditions=PrismaRefusals(_FACTS, _VERSIONS),
)
