"""migdoctor: pairs the rows of a version table with the migration files they stand for today."""

__version__ = "0.1.0"
DOCUMENTATION = "https://migdoctor.readthedocs.io/"
"""Where the pages below docs/ are; whatever links to one begins with it."""

__all__ = ["DOCUMENTATION", "__version__"]
