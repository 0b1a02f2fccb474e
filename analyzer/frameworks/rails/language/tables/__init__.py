"""The commands about tables, columns, indexes and keys."""
