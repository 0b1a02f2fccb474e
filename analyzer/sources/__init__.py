"""Readers of the world: git, databases, dumps. They change nothing."""
