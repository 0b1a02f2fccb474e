"""A recovery as a runbook."""
