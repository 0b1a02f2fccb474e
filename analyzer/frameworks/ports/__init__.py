"""The ports of a framework, one a module: what the core asks the tool of a version table."""
