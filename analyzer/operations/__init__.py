"""Verbs that change the world, one module each."""
