"""Ecto: ``schema_migrations(version, inserted_at)``."""

from analyzer.frameworks.ecto.language import EctoLanguage
from analyzer.frameworks.numbered.facts import NumberedFacts
from analyzer.frameworks.numbered.framework import numbered

FRAMEWORK = numbered(
    NumberedFacts(
        name="ecto",
        title="Ecto",
        table="schema_migrations",
        recorded=(("inserted_at", "now"),),
        column="version",
        folders=("priv/repo/migrations",),
        form=r"(?P<number>[0-9]+)_(?P<slug>[^/]+)\.exs",
        written="{number}_{slug}.exs",
        suffixes=(".exs",),
        example="20250823000001_create_songs.exs",
        migrate="mix ecto.migrate",
        makes="mix ecto.gen.migration {name}",
        source="ecto_sql 3.14, lib/ecto/migrator.ex",
        others=(("dirty", "golang-migrate"), ("filename", "Sequel"), ("statements", "Supabase")),
        lost_file="a rollback skips it and takes another one back",
    ),
    EctoLanguage(),
)
