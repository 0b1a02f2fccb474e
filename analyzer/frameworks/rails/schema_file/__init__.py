"""db/schema.rb and db/structure.sql: read, renumbered and written."""
