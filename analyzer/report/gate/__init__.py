"""The gate's findings in all their formats."""
