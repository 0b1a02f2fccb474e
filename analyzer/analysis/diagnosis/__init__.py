"""Verdicts and findings: what diverged, and what the catalogue says about it."""
