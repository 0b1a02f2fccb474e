"""Noting what ran."""
