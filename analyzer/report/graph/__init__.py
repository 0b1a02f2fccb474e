"""The dependency graph in all its formats."""
