"""sqlx: ``_sqlx_migrations(version, description, installed_on, success, checksum, …)``."""

from hashlib import sha384

from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.frameworks.numbered.framework import numbered
from analyzer.frameworks.ports.checksum import Checksum
from analyzer.frameworks.sql.sql_language import SqlLanguage, SqlSections, one_message, whole_text
from analyzer.model.plans.migration_lock import MigrationLock

_OTHERS = r"(?:\+goose|\+migrate|migrate:(?:up|down))\b|(?:depends|transactional)[ \t]*:"
_UNMARKED = rf"(?s)\A(?=.)(?!.*^[ \t]*--[ \t]*(?:{_OTHERS}))"


def _cut(text: str) -> SqlSections:
    return (one_message if text.startswith("-- no-transaction") else whole_text)(text)


FRAMEWORK = numbered(
    NumberedFacts(
        name="sqlx",
        title="sqlx",
        table="_sqlx_migrations",
        column="version",
        folders=("migrations",),
        form=r"(?P<number>[0-9]+)_(?P<slug>(?!.*\.down\.sql\Z).+?)(?:\.up)?\.sql",
        written="{number}_{slug}.sql",
        suffixes=(".sql",),
        back=(".up.sql", ".down.sql"),
        example="20250823000001_create_songs.sql",
        migrate="sqlx migrate run",
        makes="sqlx migrate add {name}",
        source="sqlx 0.8.3, sqlx-core/src/migrate and its databases' migrate.rs",
        lost="migration {version} was previously applied but is missing in the resolved migrations",
        described="description",
        telling=("description", "checksum"),
        lock=MigrationLock("sqlx", salt=0x3D32AD9E),
        no_insert="its row needs a description and a checksum of sqlx's own",
        checksum=Checksum(
            "checksum",
            lambda content: f"\\x{sha384(content).hexdigest()}",
            "migration {version} was previously applied but has been modified",
        ),
    ),
    SqlLanguage(_cut, sign=_UNMARKED),
)
