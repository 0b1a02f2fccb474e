"""The team's configuration: ``.migdoctor.toml``, or ``[tool.migdoctor]`` in pyproject.toml."""
