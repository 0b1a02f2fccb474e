"""migdoctor: pairs the rows of a version table with the migration files they stand for today."""

__version__ = "0.1.0"

__all__ = ["__version__"]
