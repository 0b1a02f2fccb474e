"""Applied versions from files: dumps, lists, and what programs print."""
