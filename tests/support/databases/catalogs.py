"""What a database consists of, in words that two databases can be compared by."""

from tests.support.databases.servers import Database

_QUESTIONS = {
    "columns": """
        SELECT table_name, ordinal_position - dropped, column_name, data_type, udt_name,
               character_maximum_length, datetime_precision, is_nullable, column_default
        FROM information_schema.columns, LATERAL (
            SELECT count(*) AS dropped FROM pg_attribute
            WHERE attrelid = format('%I.%I', table_schema, table_name)::regclass
              AND attisdropped AND attnum < ordinal_position) AS gaps
        WHERE table_schema = 'public'""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "triggers": """
        SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    "functions": """
        SELECT proname, btrim(prosrc, E' \\n'), prorettype::regtype::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prolang <> (
            SELECT oid FROM pg_language WHERE lanname = 'c')""",
    "sequences": "SELECT sequencename, data_type::text FROM pg_sequences",
    "extensions": "SELECT extname FROM pg_extension",
    "enums": """
        SELECT typname, array_agg(enumlabel::text ORDER BY enumsortorder)
        FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid GROUP BY typname""",
    "comments": """
        SELECT objoid::regclass::text, attname, description
        FROM pg_description LEFT JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid
        WHERE classoid = 'pg_class'::regclass AND objoid IN (
            SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)""",
    "environment": "SELECT key, value FROM ar_internal_metadata",
}


def catalog(database: Database) -> dict[str, list[str]]:
    """Columns, indexes, constraints, triggers, functions, sequences, extensions; each in order."""
    return {
        kind: sorted(map(repr, database.run(question))) for kind, question in _QUESTIONS.items()
    }


def unordered(database: Database) -> dict[str, list[str]]:
    """The same without the order of columns: PostgreSQL puts a new one after all others."""
    columns = _QUESTIONS["columns"].replace("ordinal_position - dropped, ", "")
    return catalog(database) | {"columns": sorted(map(repr, database.run(columns)))}


def stored_versions(database: Database) -> set[str]:
    """The version table's texts."""
    return {version for (version,) in database.run("SELECT version FROM schema_migrations")}
