"""Fleets: which tenants are alike."""
